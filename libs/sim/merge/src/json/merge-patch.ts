import { deepClone, isJsonObject, jsonEqual, setOwn, type JsonObject, type JsonValue } from '@seatrial/kernel';

/** A merge patch (RFC 7386) applied; the target is not changed, unchanged parts are shared. */
export function applyMergePatch(target: JsonValue | undefined, patch: JsonValue): JsonValue {
  if (!isJsonObject(patch)) return patch;
  const out: JsonObject = {};
  if (isJsonObject(target)) for (const [key, value] of Object.entries(target)) setOwn(out, key, value);
  for (const [key, value] of Object.entries(patch)) {
    if (value === undefined) continue;
    if (value === null) Reflect.deleteProperty(out, key);
    else setOwn(out, key, applyMergePatch(Object.hasOwn(out, key) ? out[key] : undefined, value));
  }
  return out;
}

/** The merge patch that turns one object into another; empty when they are equal. */
export function createMergePatch(original: JsonObject, modified: JsonObject): JsonObject {
  const patch: JsonObject = {};
  for (const [key, value] of Object.entries(modified)) {
    if (value === undefined) continue;
    const old = Object.hasOwn(original, key) ? original[key] : undefined;
    if (isJsonObject(old) && isJsonObject(value)) {
      const nested = createMergePatch(old, value);
      if (Object.keys(nested).length > 0) setOwn(patch, key, nested);
    } else if (old === undefined || !jsonEqual(old, value)) setOwn(patch, key, deepClone(value));
  }
  for (const key of Object.keys(original))
    if (original[key] !== undefined && (!Object.hasOwn(modified, key) || modified[key] === undefined))
      setOwn(patch, key, null);
  return patch;
}

/** Keeps only a patch's deletions (`true`) or only its other changes; undefined when nothing is left. */
function onlyNulls(value: JsonValue, nulls: boolean): JsonValue | undefined {
  if (value === null) return nulls ? null : undefined;
  if (!isJsonObject(value)) return nulls ? undefined : value;
  const out: JsonObject = {};
  for (const [key, item] of Object.entries(value)) {
    const kept = item === undefined ? undefined : onlyNulls(item, nulls);
    if (kept !== undefined) setOwn(out, key, kept);
  }
  return Object.keys(out).length > 0 || (!nulls && Object.keys(value).length === 0) ? out : undefined;
}

function mergePatches(target: JsonObject, patch: JsonObject): JsonObject {
  const out: JsonObject = { ...target };
  for (const [key, value] of Object.entries(patch)) {
    if (value === undefined) continue;
    const old = out[key];
    setOwn(out, key, isJsonObject(old) && isJsonObject(value) ? mergePatches(old, value) : value);
  }
  return out;
}

/**
 * kubectl apply's patch for kinds without a Go type (jsonmergepatch.CreateThreeWayJSONMergePatch): additions and
 * changes against what is there, deletions against what was applied last.
 */
export function createThreeWayMergePatch(original: JsonObject, modified: JsonObject, current: JsonObject): JsonObject {
  const changes = onlyNulls(createMergePatch(current, modified), false) ?? {};
  const deletions = onlyNulls(createMergePatch(original, modified), true) ?? {};
  return mergePatches(deletions as JsonObject, changes as JsonObject);
}
