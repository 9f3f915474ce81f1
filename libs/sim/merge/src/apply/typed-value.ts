import { canonicalJson, isJsonObject, jsonEqual, setOwn, type JsonObject, type JsonValue } from '@seatrial/kernel';
import type { SchemaNode } from '@seatrial/schema';
import { FieldSet, FieldSetBuilder } from './field-set.js';

/** How a value is owned: as one leaf, field by field, or item by item. Without a schema it is deduced from the value. */
export type Granularity = 'leaf' | 'struct' | 'map' | 'keyed-list' | 'set';

export function granularity(value: JsonValue | undefined, node: SchemaNode | undefined): Granularity {
  if (Array.isArray(value)) {
    if (node?.listType === 'map') return 'keyed-list';
    return node?.listType === 'set' ? 'set' : 'leaf';
  }
  if (!isJsonObject(value) || node?.mapType === 'atomic' || node?.special === 'raw') return 'leaf';
  return node?.type === 'map' || node === undefined || node.type === 'any' ? 'map' : 'struct';
}

export function childNode(node: SchemaNode | undefined, key: string): SchemaNode | undefined {
  return node?.field(key) ?? node?.values;
}

/** The path element of one item of a list. */
export function itemElement(item: JsonValue, node: SchemaNode | undefined, kind: Granularity): string {
  if (kind === 'set') return `v:${canonicalJson(item)}`;
  const keys: JsonObject = {};
  for (const key of node?.listMapKeys ?? []) {
    const value = (isJsonObject(item) ? item[key] : undefined) ?? node?.items?.field(key)?.default;
    if (value !== undefined) keys[key] = value;
  }
  return `k:${canonicalJson(keys)}`;
}

/** The parts of a value by path element; undefined for a leaf. */
export function parts(
  value: JsonValue | undefined,
  node: SchemaNode | undefined,
): Map<string, [JsonValue, SchemaNode | undefined]> | undefined {
  const kind = granularity(value, node);
  if (kind === 'leaf') return undefined;
  const result = new Map<string, [JsonValue, SchemaNode | undefined]>();
  if (Array.isArray(value)) {
    for (const item of value) result.set(itemElement(item, node, kind), [item, node?.items]);
  } else if (isJsonObject(value)) {
    for (const [key, item] of Object.entries(value))
      if (item !== undefined) result.set(`f:${key}`, [item, childNode(node, key)]);
  }
  return result;
}

/** Which fields a configuration names (typed.ToFieldSet). */
export function fieldSetOf(value: JsonValue, node: SchemaNode | undefined): FieldSet {
  const builder = new FieldSetBuilder();
  collect(value, node, builder);
  return builder.build();
}

function collect(value: JsonValue, node: SchemaNode | undefined, into: FieldSetBuilder): void {
  const kind = granularity(value, node);
  const children = parts(value, node);
  if (!children) {
    into.insert();
    return;
  }
  for (const [element, [item, itemNode]] of children) {
    const child = into.child(element);
    collect(item, itemNode, child);
    const empty = item === null || (isJsonObject(item) && Object.keys(item).length === 0);
    if (empty || kind !== 'struct') child.insert();
  }
}

/** What differs between two objects (typed.Compare). */
export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

/** Compares by ownership: new intermediate maps and lists count as added themselves. */
export function compareTyped(before: JsonValue, after: JsonValue, node: SchemaNode | undefined): Comparison {
  const builders = { added: new FieldSetBuilder(), modified: new FieldSetBuilder(), removed: new FieldSetBuilder() };
  compareInto(before, after, node, builders);
  return { added: builders.added.build(), modified: builders.modified.build(), removed: builders.removed.build() };
}

type Builders = Readonly<Record<'added' | 'modified' | 'removed', FieldSetBuilder>>;

const descend = (builders: Builders, element: string): Builders => ({
  added: builders.added.child(element),
  modified: builders.modified.child(element),
  removed: builders.removed.child(element),
});

function insertAll(value: JsonValue, node: SchemaNode | undefined, into: FieldSetBuilder): void {
  into.insert();
  for (const [element, [item, itemNode]] of parts(value, node) ?? []) insertAll(item, itemNode, into.child(element));
}

function compareInto(before: JsonValue, after: JsonValue, node: SchemaNode | undefined, builders: Builders): void {
  if (before === after) return;
  const [old, next] = [parts(before, node), parts(after, node)];
  if (!old || !next) {
    if (!jsonEqual(before, after)) builders.modified.insert();
    return;
  }
  for (const [element, [item, itemNode]] of next) {
    const previous = old.get(element);
    if (!previous) insertAll(item, itemNode, builders.added.child(element));
    else if (previous[0] !== item) compareInto(previous[0], item, itemNode, descend(builders, element));
  }
  for (const [element, [item, itemNode]] of old) {
    if (!next.has(element)) insertAll(item, itemNode, builders.removed.child(element));
  }
}

/** The live object with a configuration laid over it (typed.Merge). Unchanged parts are shared. */
export function mergeTyped(live: JsonValue | undefined, config: JsonValue, node: SchemaNode | undefined): JsonValue {
  const kind = granularity(config, node);
  if (live === undefined || kind === 'leaf' || Array.isArray(live) !== Array.isArray(config)) return config;
  if (Array.isArray(config) && Array.isArray(live)) return mergeLists(live, config, node, kind);
  if (!isJsonObject(live) || !isJsonObject(config)) return config;
  const result: JsonObject = { ...live };
  for (const [key, value] of Object.entries(config)) {
    if (value !== undefined)
      setOwn(result, key, mergeTyped(Object.hasOwn(live, key) ? live[key] : undefined, value, childNode(node, key)));
  }
  return result;
}

function mergeLists(
  live: JsonValue[],
  config: JsonValue[],
  node: SchemaNode | undefined,
  kind: Granularity,
): JsonValue[] {
  const wanted = new Map(config.map((item) => [itemElement(item, node, kind), item]));
  const result: JsonValue[] = [];
  for (const item of live) {
    const element = itemElement(item, node, kind);
    const change = wanted.get(element);
    wanted.delete(element);
    result.push(change === undefined ? item : mergeTyped(item, change, node?.items));
  }
  return [...result, ...wanted.values()];
}

/** The object without the fields and items in the set (typed.RemoveItems). */
export function removeTyped(value: JsonValue, node: SchemaNode | undefined, gone: FieldSet): JsonValue {
  if (gone.isEmpty) return value;
  const kind = granularity(value, node);
  if (Array.isArray(value) && kind !== 'leaf') {
    return value.flatMap((item) => {
      const set = gone.children.get(itemElement(item, node, kind));
      if (!set) return [item];
      return set.member ? [] : [removeTyped(item, node?.items, set)];
    });
  }
  if (!isJsonObject(value) || kind === 'leaf') return value;
  const result: JsonObject = {};
  for (const [key, item] of Object.entries(value)) {
    const set = gone.children.get(`f:${key}`);
    if (item === undefined || set?.member) continue;
    setOwn(result, key, set ? removeTyped(item, childNode(node, key), set) : item);
  }
  return result;
}
