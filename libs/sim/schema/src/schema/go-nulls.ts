import { isJsonObject, setOwn, type JsonObject, type JsonValue } from '@seatrial/kernel';
import { isGoRequired } from './go-required.js';
import type { SchemaNode } from './schema-node.js';

/** A member of a struct that has to be looked into. */
type Inner = readonly [field: string, node: SchemaNode];

/** What a struct writes as null, and where such structs may be found below it. */
interface NullPlan {
  readonly nulls: readonly string[];
  readonly inner: readonly Inner[];
}

const NOTHING: NullPlan = { nulls: [], inner: [] };
const plans = new Map<string, NullPlan>();

/** What a struct holds, a list of them or a map of them. */
function structOf(node: SchemaNode): SchemaNode | undefined {
  const element = node.type === 'array' ? node.items : node.type === 'map' ? node.values : node;
  return element?.type === 'object' && element.component !== undefined ? element : undefined;
}

/** Go's zero value of the type is null in JSON and not left out: lists, maps and pointers without `omitempty`, times. */
function writesNull(node: SchemaNode, parent: SchemaNode, field: string): boolean {
  if (field === 'creationTimestamp' || node.default !== undefined) return false;
  const { goType, pointer } = node;
  if (!pointer && /^(?:v1\.(?:Micro)?Time|runtime\.RawExtension)$/.test(goType)) return true;
  return (pointer || /^(?:\[\]|map\[)/.test(goType)) && isGoRequired(parent.packageName, parent.structName, field);
}

function planOf(node: SchemaNode): NullPlan {
  if (node.component === undefined || node.structural) return NOTHING;
  const known = plans.get(node.component);
  if (known) return known;
  // A type that holds itself finds nothing in itself while it is looked at.
  plans.set(node.component, NOTHING);
  const nulls: string[] = [];
  const inner: Inner[] = [];
  for (const [name, field] of node.fields) {
    if (writesNull(field, node, name)) nulls.push(name);
    const struct = structOf(field);
    if (!struct) continue;
    const below = planOf(struct);
    if (below.nulls.length > 0 || below.inner.length > 0) inner.push([name, field]);
  }
  const plan = { nulls, inner };
  plans.set(node.component, plan);
  return plan;
}

/** What a struct's own nulls become: written or left out. */
type Change = (object: JsonObject, nulls: readonly string[]) => JsonObject;

function changeInside(value: JsonValue | undefined, node: SchemaNode, change: Change): JsonValue | undefined {
  const struct = structOf(node);
  if (!struct) return value;
  if (Array.isArray(value)) {
    const changed = value.map((item) => changeInside(item, struct, change) ?? null);
    return changed.some((item, index) => item !== value[index]) ? changed : value;
  }
  if (!isJsonObject(value)) return value;
  if (node.type !== 'map') return changeStruct(value, struct, change);
  let result = value;
  for (const key of Object.keys(value)) result = replaced(result, value, key, changeInside(value[key], struct, change));
  return result;
}

/** An object with another member; the one that came is left as it is, as it may be stored already. */
function replaced(now: JsonObject, before: JsonObject, key: string, value: JsonValue | undefined): JsonObject {
  if (value === before[key]) return now;
  const result = now === before ? { ...before } : now;
  setOwn(result, key, value ?? null);
  return result;
}

function changeStruct<T extends JsonObject>(object: T, node: SchemaNode, change: Change): T {
  const { nulls, inner } = planOf(node);
  let result: JsonObject = nulls.length > 0 ? change(object, nulls) : object;
  for (const [field, child] of inner)
    result = replaced(result, object, field, changeInside(object[field], child, change));
  return result as T;
}

/** What is stored is protobuf, which does not know an empty list. */
const stored = (value: JsonValue | undefined): JsonValue =>
  value === undefined || (Array.isArray(value) && value.length === 0) ? null : value;

/**
 * A built-in object with its nulls: what Go's encoding/json prints for lists, maps and pointers without `omitempty` that
 * hold nothing, and for times that are not set (k8s.io/api v0.35.4). The same object where it has them all.
 */
export const withGoNulls = <T extends JsonObject>(object: T, node: SchemaNode): T =>
  changeStruct(object, node, (struct, nulls) => {
    let result = struct;
    for (const field of nulls) result = replaced(result, struct, field, stored(struct[field]));
    return result;
  });

/** The same object as a client would send it: without the nulls of {@link withGoNulls}. */
export const withoutGoNulls = <T extends JsonObject>(object: T, node: SchemaNode): T =>
  changeStruct(object, node, (struct, nulls) => {
    const empty = nulls.filter((field) => struct[field] === null);
    if (empty.length === 0) return struct;
    const result = { ...struct };
    for (const field of empty) Reflect.deleteProperty(result, field);
    return result;
  });

/** Where Go's zero value of the type has a member that is written: its paths, through structs by value only. */
const zeros = new Map<string, readonly (readonly string[])[]>();

function zeroPaths(node: SchemaNode): readonly (readonly string[])[] {
  const { component } = node;
  if (component === undefined || node.structural) return [];
  const known = zeros.get(component);
  if (known) return known;
  zeros.set(component, []);
  const paths: (readonly string[])[] = [];
  for (const [name, field] of node.fields) {
    if (name === 'metadata' || name === 'status' || field.pointer) continue;
    if (field.type === 'object' && field.special === undefined)
      paths.push(...zeroPaths(field).map((path) => [name, ...path]));
    else if (isGoRequired(node.packageName, node.structName, name)) paths.push([name]);
  }
  zeros.set(component, paths);
  return paths;
}

const isZero = (value: JsonValue | undefined): boolean =>
  value === null || value === '' || value === 0 || value === false || (Array.isArray(value) && value.length === 0);

/** A new object without what the empty object of its type says as well: nobody set that (fieldmanager's first comparison). */
export function withoutGoZeros(object: JsonObject, node: SchemaNode): JsonObject {
  const drop = (value: JsonObject, [first, ...rest]: readonly string[]): JsonObject => {
    const member = value[first];
    if (rest.length === 0) {
      if (member === undefined || !isZero(member)) return value;
      const result = { ...value };
      Reflect.deleteProperty(result, first);
      return result;
    }
    if (!isJsonObject(member)) return value;
    const inner = drop(member, rest);
    return inner === member ? value : { ...value, [first]: inner };
  };
  return zeroPaths(node).reduce(drop, object);
}
