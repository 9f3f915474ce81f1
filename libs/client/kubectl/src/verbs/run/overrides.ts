import { isJsonObject, type JsonObject } from '@seatrial/kernel';
import { applyJsonPatch, applyMergePatch, applyStrategicMergePatch, type JsonPatchOperation } from '@seatrial/merge';
import { schemaFor } from '@seatrial/schema';
import { failWith } from '../../command/failure.js';
import type { Invocation } from '../../command/invocation.js';

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** `--overrides` applied to a generated object, after `--override-type`. */
export function withOverrides(k: Invocation, object: JsonObject): JsonObject {
  const text = k.flags.string('overrides');
  if (text === '') return object;
  const type = k.flags.string('override-type');
  const patch = parsed(text);
  if (type === 'json') {
    if (!Array.isArray(patch)) failWith('Invalid JSON Patch');
    const result = applyJsonPatch(object, patch as JsonPatchOperation[]);
    return result.ok && isJsonObject(result.value) ? result.value : failWith('Invalid JSON Patch');
  }
  if (!isJsonObject(patch)) failWith('Invalid JSON Patch');
  if (type === 'strategic') {
    const schema = schemaFor({ group: '', version: 'v1', kind: 'Pod' });
    const result = schema && applyStrategicMergePatch(object, patch, schema);
    return result?.ok ? result.value : failWith('Invalid JSON Patch');
  }
  const merged = applyMergePatch(object, patch);
  return isJsonObject(merged) ? merged : failWith('Invalid JSON Patch');
}
