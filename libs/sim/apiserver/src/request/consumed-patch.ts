import { isJsonObject, setOwn, withoutNulls, type JsonObject } from '@seatrial/kernel';

const ORDER = '$setElementOrder/';

/**
 * What is left of a strategic merge patch once it is merged: the merge takes directives, ordered lists and nulls that
 * match nothing out of the very map that errors show afterwards (strategicpatch mergeMap).
 */
export function consumedPatch(current: JsonObject, patch: JsonObject): JsonObject {
  if (Object.hasOwn(patch, '$patch')) return patch;
  const done = new Set(['$retainKeys']);
  for (const key of Object.keys(patch)) if (key.startsWith(ORDER)) done.add(key).add(key.slice(ORDER.length));
  const left: JsonObject = {};
  for (const [key, value] of Object.entries(patch)) {
    if (done.has(key) || value === undefined) continue;
    const old = Object.hasOwn(current, key) ? current[key] : undefined;
    const both = isJsonObject(value) && isJsonObject(old);
    const alike = both || (Array.isArray(value) && Array.isArray(old)) || value === null;
    setOwn(left, key, both ? consumedPatch(old, value) : alike ? value : withoutNulls(value));
  }
  return left;
}
