import {
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
import {
  DELETE_FROM_PRIMITIVE_LIST,
  DIRECTIVE,
  RETAIN_KEYS,
  SET_ELEMENT_ORDER,
  StrategicPatchError,
  patchMeta,
  type PatchMeta,
} from './directives.js';
import { indexOfItem, normalizeElementOrder } from './element-order.js';

const INVALID_FORMAT = 'invalid JSON document';
const BAD_RETAIN_KEYS = 'invalid patch format of retainKeys';
/** The errors that the server takes for the client's fault; it answers 500 to all others (interpretStrategicMergePatchError). */
export const BAD_PATCHES: ReadonlySet<string> = new Set([
  INVALID_FORMAT,
  BAD_RETAIN_KEYS,
  'invalid patch format of primitive list',
  'invalid patch format of setElementOrder list',
]);
const badDirective = (value: JsonValue, patch: JsonObject): string =>
  `unknown patch type: ${typeof value === 'string' ? value : JSON.stringify(value)} in map: ${goMapText(patch)}`;

/** A value's Go type as reflect prints it. */
function goType(value: JsonValue | undefined): string {
  if (Array.isArray(value)) return '[]interface {}';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'string' ? 'string' : value ? 'map[string]interface {}' : '%!s(<nil>)';
}

/**
 * Applies a strategic merge patch (k8s.io/apimachinery/pkg/util/strategicpatch.StrategicMergePatch). The original is
 * not changed; what the patch does not touch is shared. The error is the text of the package.
 */
export function applyStrategicMergePatch(
  original: JsonObject,
  patch: JsonValue,
  schema: SchemaNode,
): Result<JsonObject, string> {
  if (!isJsonObject(patch)) return fail(INVALID_FORMAT);
  try {
    return ok(mergeMap(original, patch, schema));
  } catch (error) {
    if (error instanceof StrategicPatchError) return fail(error.message);
    throw error;
  }
}

const prefixed = (key: string, prefix: string): string | undefined =>
  key.startsWith(`${prefix}/`) ? key.slice(prefix.length + 1) : undefined;

function mergeMap(original: JsonObject, patch: JsonObject, schema: SchemaNode | undefined): JsonObject {
  const directive = patch[DIRECTIVE];
  if (directive !== undefined) {
    // What replaces is taken as it is, with its nulls.
    if (directive === 'replace') return without(patch, DIRECTIVE);
    if (directive === 'delete') return {};
    throw new StrategicPatchError(badDirective(directive, patch));
  }
  const out = retainKeys(original, patch);
  const done = new Set<string>([RETAIN_KEYS]);
  for (const key of Object.keys(patch)) {
    const field = prefixed(key, SET_ELEMENT_ORDER);
    if (field === undefined) continue;
    done.add(key);
    done.add(field);
    mergeOrdered(out, field, patch[key], patch[field], schema);
  }
  for (const [key, value] of Object.entries(patch)) {
    if (value === undefined || done.has(key)) continue;
    const list = prefixed(key, DELETE_FROM_PRIMITIVE_LIST);
    if (list !== undefined) deletePrimitives(out, list, value);
    else if (value === null || (isDirective(value) && !isJsonObject(out[key]))) Reflect.deleteProperty(out, key);
    else setOwn(out, key, mergeField(Object.hasOwn(out, key) ? out[key] : undefined, value, schema, key));
  }
  return out;
}

function mergeField(
  original: JsonValue | undefined,
  value: JsonValue,
  schema: SchemaNode | undefined,
  key: string,
): JsonValue {
  if (isJsonObject(original) && isJsonObject(value)) {
    const meta = patchMeta(schema, key);
    return meta.replace ? dropDirectives(value) : mergeMap(original, value, meta.schema);
  }
  if (Array.isArray(original) && Array.isArray(value)) {
    const meta = patchMeta(schema, key);
    return meta.merge ? mergeSlice(original, value, meta) : dropDirectives(value);
  }
  return dropDirectives(value);
}

function without(value: JsonObject, key: string): JsonObject {
  const copy = { ...value };
  Reflect.deleteProperty(copy, key);
  return copy;
}

function retainKeys(original: JsonObject, patch: JsonObject): JsonObject {
  const kept = patch[RETAIN_KEYS];
  const out: JsonObject = {};
  if (kept !== undefined && !Array.isArray(kept)) throw new StrategicPatchError(BAD_RETAIN_KEYS);
  const named = Array.isArray(kept) ? new Set(kept) : undefined;
  if (named) {
    for (const key of Object.keys(patch)) {
      if (!key.startsWith('$') && patch[key] !== null && !named.has(key))
        throw new StrategicPatchError(BAD_RETAIN_KEYS);
    }
  }
  for (const [key, value] of Object.entries(original)) if (!named || named.has(key)) setOwn(out, key, value);
  return out;
}

function deletePrimitives(out: JsonObject, key: string, values: JsonValue): void {
  const list = out[key];
  if (!Array.isArray(list) || !Array.isArray(values)) return;
  out[key] = list.filter((item) => !values.some((value) => jsonEqual(value, item)));
}

/** A list together with its `$setElementOrder`. */
function mergeOrdered(
  out: JsonObject,
  key: string,
  order: JsonValue | undefined,
  patch: JsonValue | undefined,
  schema: SchemaNode | undefined,
): void {
  const original = out[key];
  const meta = patchMeta(schema, key);
  if (!Array.isArray(order))
    throw new StrategicPatchError(`expected a []interface {}, but received a ${goType(order)}`);
  if (patch === null) {
    Reflect.deleteProperty(out, key);
    return;
  }
  if (original === undefined && patch === undefined) return;
  if (Array.isArray(patch)) checkOrder(patch, order, meta);
  const merged =
    patch === undefined
      ? original
      : Array.isArray(original) && Array.isArray(patch)
        ? mergeField(original, patch, schema, key)
        : dropDirectives(patch);
  if (!Array.isArray(merged)) return;
  const server = Array.isArray(original) ? orderAfterDeletions(original, patch, meta.mergeKey) : [];
  out[key] = normalizeElementOrder(merged, order, server, meta.mergeKey);
}

/**
 * The server's order as the Go implementation sees it after `$patch: delete` items: deleting shifts the original list in
 * place, and items that are new are then appended into the room that this left, so that they take part in the order.
 */
function orderAfterDeletions(
  original: readonly JsonValue[],
  patch: JsonValue | undefined,
  mergeKey: string,
): readonly JsonValue[] {
  if (!Array.isArray(patch) || mergeKey === '') return original;
  const order = [...original];
  let length = order.length;
  const find = (item: JsonValue): number => {
    const at = indexOfItem(order, item, mergeKey);
    return at < length ? at : -1;
  };
  const deletes = (item: JsonValue): boolean => isJsonObject(item) && item[DIRECTIVE] === 'delete';
  for (const item of patch.filter(deletes)) {
    const at = find(item);
    if (at < 0) continue;
    order.copyWithin(at, at + 1, length);
    length--;
  }
  for (const item of patch) {
    if (deletes(item) || find(item) >= 0) continue;
    if (length >= order.length) break;
    order[length++] = item;
  }
  return order;
}

function checkOrder(patch: readonly JsonValue[], order: readonly JsonValue[], meta: PatchMeta): void {
  let last = -1;
  for (const item of patch) {
    if (isJsonObject(item) && item[DIRECTIVE] !== undefined) continue;
    const at = indexOfItem(order, item, meta.mergeKey);
    if (at < last || at < 0) {
      throw new StrategicPatchError(
        `The order in patch list:\n${goMapText([...patch])}\n doesn't match ${SET_ELEMENT_ORDER} list:\n${goMapText([...order])}\n`,
      );
    }
    last = at;
  }
}

function mergeSlice(original: readonly JsonValue[], patch: readonly JsonValue[], meta: PatchMeta): JsonValue[] {
  if (!isJsonObject(original[0] ?? patch[0])) {
    const both: JsonValue[] = [];
    for (const item of [...original, ...patch]) if (!both.some((known) => jsonEqual(known, item))) both.push(item);
    return normalizeElementOrder(both, patch, original, '');
  }
  if (meta.mergeKey === '')
    throw new StrategicPatchError(`cannot merge lists without merge key for ${meta.schema?.structName ?? ''}`);
  return mergeMaps(original, patch, meta);
}

function mergeMaps(original: readonly JsonValue[], patch: readonly JsonValue[], meta: PatchMeta): JsonValue[] {
  const { mergeKey } = meta;
  let merged = [...original];
  const ordinary: JsonObject[] = [];
  let replace = false;
  for (const item of patch) {
    if (!isJsonObject(item))
      throw new StrategicPatchError(`list element types are not identical: ${goMapText([[...original], [...patch]])}`);
    const directive = item[DIRECTIVE];
    if (directive === undefined) ordinary.push(item);
    else if (directive === 'delete') {
      requireKey(item, mergeKey);
      merged = merged.filter((entry) => !(isJsonObject(entry) && jsonEqual(entry[mergeKey], item[mergeKey])));
    } else if (directive === 'replace') replace = true;
    else if (directive === 'merge') throw new StrategicPatchError('merging lists cannot yet be specified in the patch');
    else throw new StrategicPatchError(badDirective(directive, item));
  }
  if (replace) return ordinary.map((item) => dropDirectives(item));
  for (const item of ordinary) {
    requireKey(item, mergeKey);
    const at = indexOfItem(merged, item, mergeKey);
    if (at < 0) merged.push(dropDirectives(item));
    else merged[at] = mergeMap(merged[at] as JsonObject, item, meta.schema);
  }
  return normalizeElementOrder(merged, ordinary, original, mergeKey);
}

function requireKey(item: JsonObject, mergeKey: string): void {
  if (item[mergeKey] === undefined)
    throw new StrategicPatchError(`map: ${goMapText(item)} does not contain declared merge key: ${mergeKey}`);
}

/** A value as Go's %v prints it: `map[a:1 b:[x y]]`, keys sorted. */
export function goMapText(value: JsonValue | undefined): string {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(goMapText).join(' ')}]`;
  if (!isJsonObject(value)) return typeof value === 'string' ? value : JSON.stringify(value);
  const keys = Object.keys(value).filter((key) => value[key] !== undefined);
  return `map[${keys
    .sort()
    .map((key) => `${key}:${goMapText(value[key])}`)
    .join(' ')}]`;
}

/** A map that says what to do with another: where there is no other, it goes as a whole (removeDirectives). */
const isDirective = (value: JsonValue | undefined): boolean => isJsonObject(value) && value[DIRECTIVE] !== undefined;

/** A new value as it is stored: without nulls and without directives. */
function dropDirectives(value: JsonValue): JsonValue {
  if (Array.isArray(value)) {
    return value.filter((item) => !isDirective(item)).map(dropDirectives);
  }
  if (!isJsonObject(value)) return value;
  const out: JsonObject = {};
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined || item === null || isDirective(item) || key === DIRECTIVE || key === RETAIN_KEYS) continue;
    if (key.startsWith(`${SET_ELEMENT_ORDER}/`) || key.startsWith(`${DELETE_FROM_PRIMITIVE_LIST}/`)) continue;
    setOwn(out, key, dropDirectives(item));
  }
  return out;
}
