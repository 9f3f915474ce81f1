import { canonicalJson, isJsonObject, jsonEqual, type JsonObject, type JsonValue } from '@seatrial/kernel';
import type { SchemaNode } from '@seatrial/schema';
import { goMapText } from './apply-strategic.js';
import { DIRECTIVE, RETAIN_KEYS, StrategicPatchError, patchMeta, type PatchMeta } from './directives.js';

/**
 * Whether two patches of one object change a field in different ways (MergingMapsHaveConflicts of
 * k8s.io/apimachinery/pkg/util/strategicpatch v0.35). Throws StrategicPatchError for what the schema does not know.
 */
export function mapsConflict(left: JsonObject, right: JsonObject, schema: SchemaNode | undefined): boolean {
  return valuesConflict(left, right, { schema, merge: false, replace: false, retainKeys: false, mergeKey: '' });
}

function valuesConflict(left: JsonValue, right: JsonValue, meta: PatchMeta): boolean {
  if (isJsonObject(left)) {
    if (!isJsonObject(right)) return true;
    // A directive is about the whole map.
    if (left[DIRECTIVE] !== right[DIRECTIVE]) return true;
    return !meta.replace && fieldsConflict(left, right, meta.schema);
  }
  if (Array.isArray(left)) return !Array.isArray(right) || listsConflict(left, right, meta);
  return !jsonEqual(left, right);
}

function fieldsConflict(left: JsonObject, right: JsonObject, schema: SchemaNode | undefined): boolean {
  for (const [key, value] of Object.entries(left)) {
    if (key === DIRECTIVE || key === RETAIN_KEYS || value === undefined) continue;
    const other = Object.hasOwn(right, key) ? right[key] : undefined;
    if (other === undefined) continue;
    const meta = typeof value === 'object' && value !== null ? patchMeta(schema, key) : patchMeta(undefined, key);
    if (valuesConflict(value, other, meta)) return true;
  }
  return false;
}

function listsConflict(left: readonly JsonValue[], right: readonly JsonValue[], meta: PatchMeta): boolean {
  const [sample] = [...left, ...right];
  if (sample === undefined) throw new StrategicPatchError('no elements in any of the given slices');
  const ofMaps = isJsonObject(sample);
  if (meta.merge) {
    if (!ofMaps) return false;
    const before = byMergeKey(left, meta.mergeKey);
    const after = byMergeKey(right, meta.mergeKey);
    return [...before].some(([key, item]) => {
      const other = after.get(key);
      return other !== undefined && valuesConflict(item, other, { ...meta, merge: false, replace: false });
    });
  }
  if (left.length !== right.length) return true;
  const [a, b] = ofMaps ? [left, right] : [sortedScalars(left), sortedScalars(right)];
  return a.some((item, i) => b[i] === undefined || valuesConflict(item, b[i], { ...meta, replace: false }));
}

const sortedScalars = (list: readonly JsonValue[]): readonly JsonValue[] =>
  [...new Map(list.map((item) => [canonicalJson(item), item])).entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, item]) => item);

function byMergeKey(list: readonly JsonValue[], mergeKey: string): Map<string, JsonObject> {
  const map = new Map<string, JsonObject>();
  for (const item of list) {
    if (!isJsonObject(item)) continue;
    const key = item[mergeKey];
    if (key === undefined)
      throw new StrategicPatchError(`cannot find merge key \`${mergeKey}\` in merging list element:${goMapText(item)}`);
    map.set(canonicalJson(key), item);
  }
  return map;
}
