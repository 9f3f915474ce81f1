import {
  canonicalJson,
  compareStrings,
  fail,
  isJsonObject,
  jsonEqual,
  ok,
  setOwn,
  type JsonObject,
  type JsonValue,
  type Result,
} from '@seatrial/kernel';
import type { SchemaNode } from '@seatrial/schema';
import { goMapText } from './apply-strategic.js';
import {
  DELETE_FROM_PRIMITIVE_LIST,
  DIRECTIVE,
  RETAIN_KEYS,
  SET_ELEMENT_ORDER,
  StrategicPatchError,
  patchMeta,
  type PatchMeta,
} from './directives.js';
import { indexOfItem, keyOnly, normalizeElementOrder } from './element-order.js';
import { mapsConflict } from './patch-conflict.js';

interface DiffOptions {
  readonly ignoreChanges: boolean;
  readonly ignoreDeletions: boolean;
  readonly setElementOrder: boolean;
}

function attempt<T>(make: () => T): Result<T, string> {
  try {
    return ok(make());
  } catch (error) {
    if (error instanceof StrategicPatchError) return fail(error.message);
    throw error;
  }
}

/** The strategic merge patch that turns one object into another (CreateTwoWayMergePatch); `{}` when they are equal. */
export function createTwoWayStrategicPatch(
  original: JsonObject,
  modified: JsonObject,
  schema: SchemaNode,
): Result<JsonObject, string> {
  const options = { ignoreChanges: false, ignoreDeletions: false, setElementOrder: true };
  return attempt(() => diffMaps(original, modified, schema, options, false));
}

/**
 * kubectl apply's patch (CreateThreeWayMergePatch with overwrite): additions and changes against `current`, deletions
 * against `original`, the configuration applied last.
 */
export function createThreeWayStrategicPatch(
  original: JsonObject,
  modified: JsonObject,
  current: JsonObject,
  schema: SchemaNode,
): Result<JsonObject, string> {
  return attempt(() => {
    const order = { setElementOrder: true };
    const delta = diffMaps(current, modified, schema, { ...order, ignoreChanges: false, ignoreDeletions: true }, false);
    const deletions = diffMaps(
      original,
      modified,
      schema,
      { ...order, ignoreChanges: true, ignoreDeletions: false },
      false,
    );
    return combine(deletions, delta, schema);
  });
}

/**
 * What `current` has become since `original` was applied, where the patch from `original` to `current` and `patch` change a
 * field in different ways (CreateThreeWayMergePatch without overwrite); undefined where they do not.
 */
export function conflictingChanges(
  patch: JsonObject,
  original: JsonObject,
  current: JsonObject,
  schema: SchemaNode,
): Result<JsonObject | undefined, string> {
  const options = { ignoreChanges: false, ignoreDeletions: false, setElementOrder: false };
  const changed = attempt(() => diffMaps(original, current, schema, options, false));
  if (!changed.ok) return changed;
  const conflict = attempt(() => mapsConflict(patch, changed.value, schema));
  if (!conflict.ok) return conflict;
  return ok(conflict.value ? changed.value : undefined);
}

const has = (object: JsonObject, key: string): boolean => Object.hasOwn(object, key) && object[key] !== undefined;

function diffMaps(
  original: JsonObject,
  modified: JsonObject,
  schema: SchemaNode | undefined,
  options: DiffOptions,
  retainKeys: boolean,
): JsonObject {
  const patch: JsonObject = {};
  const retained: string[] = [];
  for (const [key, value] of Object.entries(modified)) {
    if (value === undefined) continue;
    if (retainKeys && value !== null) retained.push(key);
    const old = has(original, key) ? (original[key] as JsonValue) : undefined;
    if (old === undefined) {
      if (!options.ignoreChanges) setOwn(patch, key, value);
    } else if (isJsonObject(old) && isJsonObject(value)) diffField(patch, key, old, value, schema, options);
    else if (Array.isArray(old) && Array.isArray(value)) diffList(patch, key, old, value, schema, options);
    else if (!options.ignoreChanges && !jsonEqual(old, value)) setOwn(patch, key, value);
  }
  let dropped = false;
  for (const key of Object.keys(original)) {
    if (!has(original, key) || has(modified, key)) continue;
    dropped = true;
    if (!options.ignoreDeletions) setOwn(patch, key, null);
  }
  const changed = Object.keys(patch).length > 0;
  if (retained.length > 0 && (changed || dropped)) patch[RETAIN_KEYS] = retained.sort(compareStrings);
  return patch;
}

function lookUp(schema: SchemaNode | undefined, key: string, equal: boolean): PatchMeta | undefined {
  try {
    return patchMeta(schema, key);
  } catch (error) {
    if (error instanceof StrategicPatchError && equal) return undefined;
    throw error;
  }
}

function diffField(
  patch: JsonObject,
  key: string,
  old: JsonObject,
  value: JsonObject,
  schema: SchemaNode | undefined,
  options: DiffOptions,
): void {
  const meta = lookUp(schema, key, jsonEqual(old, value));
  if (!meta) return;
  if (meta.replace) {
    if (!options.ignoreChanges) setOwn(patch, key, value);
    return;
  }
  const nested = diffMaps(old, value, meta.schema, options, meta.retainKeys);
  if (Object.keys(nested).length > 0) setOwn(patch, key, nested);
}

function diffList(
  patch: JsonObject,
  key: string,
  old: readonly JsonValue[],
  value: JsonValue[],
  schema: SchemaNode | undefined,
  options: DiffOptions,
): void {
  const equal = jsonEqual(old, value);
  const meta = lookUp(schema, key, equal);
  if (!meta) return;
  if (!meta.merge) {
    if (!options.ignoreChanges && !equal) patch[key] = value;
    return;
  }
  if (old.length === 0) {
    if (value.length > 0 && !options.ignoreChanges) patch[key] = value;
    return;
  }
  if (isJsonObject(old[0])) diffListOfMaps(patch, key, old as JsonObject[], value as JsonObject[], meta, options);
  else diffScalars(patch, key, old, value, options);
}

function diffScalars(
  patch: JsonObject,
  key: string,
  old: readonly JsonValue[],
  value: JsonValue[],
  options: DiffOptions,
): void {
  const added = options.ignoreChanges ? [] : value.filter((item) => !old.some((entry) => jsonEqual(entry, item)));
  const deleted = options.ignoreDeletions ? [] : old.filter((item) => !value.some((entry) => jsonEqual(entry, item)));
  if (added.length > 0) patch[key] = added;
  if (deleted.length > 0) patch[`${DELETE_FROM_PRIMITIVE_LIST}/${key}`] = deleted;
  if (options.setElementOrder && (added.length > 0 || deleted.length > 0)) patch[`${SET_ELEMENT_ORDER}/${key}`] = value;
}

function diffListOfMaps(
  patch: JsonObject,
  key: string,
  old: readonly JsonObject[],
  value: readonly JsonObject[],
  meta: PatchMeta,
  options: DiffOptions,
): void {
  const { mergeKey } = meta;
  if (mergeKey === '')
    throw new StrategicPatchError(`cannot merge lists without merge key for ${meta.schema?.structName ?? ''}`);
  const items: JsonObject[] = [];
  const { listByKey: before } = index(old, mergeKey);
  for (const item of value) {
    requireMergeKey(item, mergeKey);
    const match = before.get(canonicalJson(item[mergeKey]));
    if (match === undefined) {
      if (!options.ignoreChanges) items.push(item);
      continue;
    }
    const nested = diffMaps(match, item, meta.schema, options, meta.retainKeys);
    if (Object.keys(nested).length > 0) items.push({ ...nested, [mergeKey]: item[mergeKey] });
  }
  if (!options.ignoreDeletions) {
    const { listByKey: after } = index(value, mergeKey);
    for (const item of old)
      if (!after.has(canonicalJson(item[mergeKey]))) items.push({ ...keyOnly(item, mergeKey), [DIRECTIVE]: 'delete' });
  }
  if (items.length > 0) patch[key] = items;
  const sameOrder =
    old.length === value.length && value.every((item, i) => jsonEqual(item[mergeKey], old[i][mergeKey]));
  if (
    options.setElementOrder &&
    ((!options.ignoreChanges && (items.length > 0 || !sameOrder)) || (!options.ignoreDeletions && items.length > 0))
  )
    patch[`${SET_ELEMENT_ORDER}/${key}`] = value.map((item) => keyOnly(item, mergeKey));
}

function index(list: readonly JsonObject[], mergeKey: string): { listByKey: Map<string, JsonObject> } {
  return { listByKey: new Map(list.map((item) => [canonicalJson(item[mergeKey]), item])) };
}

function requireMergeKey(item: JsonObject, mergeKey: string): void {
  if (item[mergeKey] === undefined)
    throw new StrategicPatchError(`map: ${goMapText(item)} does not contain declared merge key: ${mergeKey}`);
}

/** Deletions and changes of the same objects, as one patch. */
function combine(deletions: JsonObject, delta: JsonObject, schema: SchemaNode | undefined): JsonObject {
  const out: JsonObject = { ...deletions };
  for (const [key, value] of Object.entries(delta)) {
    const other = has(out, key) ? out[key] : undefined;
    if (isJsonObject(other) && isJsonObject(value) && !key.startsWith('$'))
      setOwn(out, key, combine(other, value, lookUp(schema, key, true)?.schema));
    else if (Array.isArray(other) && Array.isArray(value) && !key.startsWith('$'))
      setOwn(out, key, combineLists(other, value, lookUp(schema, key, true), delta[`${SET_ELEMENT_ORDER}/${key}`]));
    else setOwn(out, key, value);
  }
  return out;
}

/** The items in the order that the patch wants (mergePatchIntoOriginal). */
function combineLists(
  deletions: readonly JsonValue[],
  delta: JsonValue[],
  meta: PatchMeta | undefined,
  order: JsonValue | undefined,
): JsonValue[] {
  if (!meta?.merge || meta.mergeKey === '') return delta;
  const { mergeKey, schema } = meta;
  const merged = deletions.map((item) => {
    const other = delta[indexOfItem(delta, item, mergeKey)];
    return isJsonObject(other) && isJsonObject(item) ? combine(item, other, schema) : item;
  });
  merged.push(...delta.filter((item) => indexOfItem(deletions, item, mergeKey) < 0));
  return normalizeElementOrder(merged, Array.isArray(order) ? order : delta, deletions, mergeKey);
}
