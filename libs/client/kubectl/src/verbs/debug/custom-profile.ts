import { FILE_ERROR_TEXT, isJsonObject, resolvePath, type JsonObject, type JsonValue } from '@seatrial/kernel';
import { yamlToJson } from '@seatrial/manifest';
import { applyStrategicMergePatch } from '@seatrial/merge';
import { schemaFor, type SchemaNode } from '@seatrial/schema';
import { failWith } from '../../command/failure.js';
import type { Invocation } from '../../command/invocation.js';
import { listAt } from '../../resource/resource-info.js';

const containerSchema = (): SchemaNode | undefined =>
  schemaFor({ group: '', version: 'v1', kind: 'Pod' })?.field('spec')?.field('containers')?.items;

/** What is empty says nothing in Go's type (omitempty). */
const saysNothing = (value: JsonValue | undefined): boolean =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);

/** The partial container spec of --custom, as Go's type of containers has it (DebugOptions.Complete). */
export function customProfile(k: Invocation): JsonObject | undefined {
  const file = k.flags.string('custom');
  if (file === '') return undefined;
  const read = k.process.machine.files.readFile(resolvePath(k.process.cwd, file));
  if (!read.ok)
    failWith(
      `must pass a container spec json file for custom profile: open ${file}: ${FILE_ERROR_TEXT[read.error].toLowerCase()}`,
    );
  const parsed = yamlToJson(read.value);
  if (!parsed.ok)
    failWith(`${file} does not contain a valid container spec: error converting YAML to JSON: ${parsed.error}`);
  if (!isJsonObject(parsed.value)) return undefined;
  const schema = containerSchema();
  return Object.fromEntries(
    Object.entries(parsed.value).filter(([key, value]) => schema?.field(key) !== undefined && !saysNothing(value)),
  );
}

/** What a custom profile must not change (DebugOptions.Validate). */
export function checkCustomProfile(custom: JsonObject | undefined): void {
  if (!custom) return;
  const fixed = ['name', 'image', 'lifecycle'].some((field) => custom[field] !== undefined);
  if (fixed || ['command', 'volumeDevices'].some((list) => listAt(custom, list).length > 0))
    failWith('name, command, image, lifecycle and volume devices are not modifiable via custom profile');
}

/** The debugging container with the custom profile over it (applyCustomProfile). */
export function withCustomProfile(container: JsonObject, custom: JsonObject | undefined): JsonObject {
  const schema = containerSchema();
  if (!custom || !schema) return container;
  const { targetContainerName, ...common } = container;
  const merged = applyStrategicMergePatch(common, { ...custom, name: container.name }, schema);
  if (!merged.ok) failWith(`error creating three way patch to add debug container: ${merged.error}`);
  return { ...merged.value, ...(targetContainerName === undefined ? {} : { targetContainerName }) };
}
