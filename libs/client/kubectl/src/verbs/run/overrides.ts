import { isJsonObject, type JsonObject, type JsonValue } from '@seatrial/kernel';
import { applyJsonPatch, applyMergePatch, applyStrategicMergePatch, type JsonPatchOperation } from '@seatrial/merge';
import { schemaFor, unregisteredKind } from '@seatrial/schema';
import { failWith } from '../../command/failure.js';
import type { Invocation } from '../../command/invocation.js';

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The result is read as a Pod again: its containers have resources, if empty ones. */
function typedPod(object: JsonObject, kind: unknown): JsonObject {
  if (kind === 'Service') return object;
  if (object.kind !== 'Pod' || object.apiVersion !== 'v1') failWith(unregisteredKind(object.kind, object.apiVersion));
  const { spec } = object;
  if (!isJsonObject(spec)) return object;
  const lists = ['initContainers', 'containers', 'ephemeralContainers']
    .filter((list) => Array.isArray(spec[list]))
    .map((list): [string, JsonValue] => [
      list,
      (spec[list] as JsonValue[]).map((one) => (isJsonObject(one) ? { ...one, resources: one.resources ?? {} } : one)),
    ]);
  return { ...object, spec: { ...spec, ...Object.fromEntries(lists) } };
}

/** `--overrides` applied to a generated object, after `--override-type`. */
export function withOverrides(k: Invocation, object: JsonObject): JsonObject {
  const text = k.flags.string('overrides');
  if (text === '') return object;
  const type = k.flags.string('override-type');
  if (!['json', 'strategic', 'merge'].includes(type)) failWith(`invalid override type: ${type}`);
  const patch = parsed(text);
  if (type === 'json') {
    if (!Array.isArray(patch)) failWith('Invalid JSON Patch');
    const result = applyJsonPatch(object, patch as JsonPatchOperation[]);
    return result.ok && isJsonObject(result.value) ? result.value : failWith('Invalid JSON Patch');
  }
  if (!isJsonObject(patch)) failWith('Invalid JSON Patch');
  if (type === 'strategic') {
    const schema = schemaFor({ group: '', version: 'v1', kind: object.kind === 'Service' ? 'Service' : 'Pod' });
    const result = schema && applyStrategicMergePatch(object, patch, schema);
    return result?.ok ? typedPod(result.value, object.kind) : failWith('Invalid JSON Patch');
  }
  const merged = applyMergePatch(object, patch);
  return isJsonObject(merged) ? typedPod(merged, object.kind) : failWith('Invalid JSON Patch');
}
