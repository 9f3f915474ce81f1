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
  const [only, ...more] = node?.listMapKeys ?? [];
  const name = only !== undefined && more.length === 0 && isJsonObject(item) ? item[only] : undefined;
  if (typeof name === 'string') return `k:{${JSON.stringify(only)}:${JSON.stringify(name)}}`;
  const keys: JsonObject = {};
  for (const key of node?.listMapKeys ?? []) {
    const value = (isJsonObject(item) ? item[key] : undefined) ?? node?.items?.field(key)?.default;
    if (value !== undefined) keys[key] = value;
  }
  return `k:${canonicalJson(keys)}`;
}

const fieldElements = new Map<string, string>();
const REMEMBERED_FIELDS = 8192;

/** The path element of a field, the same string each time. */
function fieldElement(name: string): string {
  let element = fieldElements.get(name);
  if (element === undefined) {
    element = `f:${name}`;
    if (fieldElements.size < REMEMBERED_FIELDS) fieldElements.set(name, element);
  }
  return element;
}

const keyOf = (item: JsonObject, name: string, node: SchemaNode | undefined): JsonValue | undefined =>
  item[name] ?? node?.items?.field(name)?.default;

/** Whether two items of a keyed list are one; undefined where that takes a closer look. */
function sameItem(a: JsonValue, b: JsonValue, node: SchemaNode | undefined): boolean | undefined {
  if (!isJsonObject(a) || !isJsonObject(b)) return undefined;
  for (const name of node?.listMapKeys ?? []) {
    const value = keyOf(a, name, node);
    if (typeof value === 'object') return undefined;
    if (value !== keyOf(b, name, node)) return false;
  }
  return true;
}

const FEW_ITEMS = 12;

/** Whether two keyed lists have the same items in the same places, each once: nearly all lists that are applied again. */
export function inStep(a: readonly JsonValue[], b: readonly JsonValue[], node: SchemaNode | undefined): boolean {
  if (a.length !== b.length || a.length > FEW_ITEMS || node?.listMapKeys.length === 0) return false;
  return a.every(
    (item, index) =>
      sameItem(item, b[index], node) === true &&
      a.every((other, at) => at >= index || sameItem(item, other, node) === false),
  );
}

type Parts = Map<string, [JsonValue, SchemaNode | undefined]>;

/** The parts of a value by path element; undefined for a leaf. */
export function parts(value: JsonValue | undefined, node: SchemaNode | undefined): Parts | undefined {
  const kind = granularity(value, node);
  if (kind === 'leaf') return undefined;
  const result = new Map<string, [JsonValue, SchemaNode | undefined]>();
  if (Array.isArray(value)) {
    for (const item of value) result.set(itemElement(item, node, kind), [item, node?.items]);
  } else if (isJsonObject(value)) {
    for (const [key, item] of Object.entries(value))
      if (item !== undefined) result.set(fieldElement(key), [item, childNode(node, key)]);
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

/** Whether a configuration names just the fields of a set that {@link fieldSetOf} gave for another one. */
export function namesFields(value: JsonValue, node: SchemaNode | undefined, fields: FieldSet, member = false): boolean {
  const kind = granularity(value, node);
  if (kind === 'leaf' || (!Array.isArray(value) && !isJsonObject(value)))
    return kind === 'leaf'
      ? fields.member && fields.children.size === 0
      : fields.member === member && fields.children.size === 0;
  if (fields.member !== member) return false;
  if (Array.isArray(value)) {
    if (value.length !== fields.children.size) return false;
    return value.every((item) => {
      const child = fields.children.get(itemElement(item, node, kind));
      return child !== undefined && namesFields(item, node?.items, child, true);
    });
  }
  let count = 0;
  for (const key of Object.keys(value)) {
    const item = value[key];
    if (item === undefined) continue;
    const child = fields.children.get(fieldElement(key));
    const empty = item === null || (isJsonObject(item) && Object.keys(item).length === 0);
    if (!child || !namesFields(item, childNode(node, key), child, empty || kind !== 'struct')) return false;
    count++;
  }
  return count === fields.children.size;
}

/** What differs between two objects (typed.Compare). */
export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

type Change = 'added' | 'modified' | 'removed';

/** What differs at and below one place; empty sets are left out, and where nothing differs there is no object at all. */
class Differences {
  member: Change | undefined;
  private readonly children: Record<Change, Map<string, FieldSet> | undefined> = {
    added: undefined,
    modified: undefined,
    removed: undefined,
  };

  put(change: Change, element: string, set: FieldSet): void {
    if (set.isEmpty) return;
    const children = this.children[change] ?? new Map<string, FieldSet>();
    this.children[change] = children.set(element, set);
  }

  /** Takes in what differs below an element. */
  below(element: string, differences: Differences | undefined): void {
    if (!differences) return;
    for (const change of CHANGES) this.put(change, element, differences.set(change));
  }

  set(change: Change): FieldSet {
    const children = this.children[change];
    const member = this.member === change;
    if (children) return new FieldSet(member, children);
    return member ? FieldSet.LEAF : FieldSet.EMPTY;
  }
}

const CHANGES: readonly Change[] = ['added', 'modified', 'removed'];

/** Compares by ownership: new intermediate maps and lists count as added themselves. */
export function compareTyped(before: JsonValue, after: JsonValue, node: SchemaNode | undefined): Comparison {
  const differences = compareValues(before, after, node) ?? new Differences();
  return {
    added: differences.set('added'),
    modified: differences.set('modified'),
    removed: differences.set('removed'),
  };
}

/** A value and all parts of it. */
function everything(value: JsonValue, node: SchemaNode | undefined): FieldSet {
  const children = new Map<string, FieldSet>();
  for (const [element, [item, itemNode]] of parts(value, node) ?? []) children.set(element, everything(item, itemNode));
  return children.size === 0 ? FieldSet.LEAF : new FieldSet(true, children);
}

function compareValues(before: JsonValue, after: JsonValue, node: SchemaNode | undefined): Differences | undefined {
  if (before === after) return undefined;
  const leaf = granularity(before, node) === 'leaf' || granularity(after, node) === 'leaf';
  if (!leaf && isJsonObject(before) && isJsonObject(after)) return compareObjects(before, after, node);
  if (!leaf && Array.isArray(before) && Array.isArray(after) && inStep(before, after, node))
    return compareInStep(before, after, node);
  const old = leaf ? undefined : parts(before, node);
  const next = leaf ? undefined : parts(after, node);
  if (old && next) return compareParts(old, next);
  if (jsonEqual(before, after)) return undefined;
  const differences = new Differences();
  differences.member = 'modified';
  return differences;
}

/** As {@link compareParts}, without a table of the parts: most of them are equal. */
function compareObjects(before: JsonObject, after: JsonObject, node: SchemaNode | undefined): Differences | undefined {
  let differences: Differences | undefined;
  for (const key of Object.keys(after)) {
    const item = after[key];
    if (item === undefined) continue;
    const previous = Object.hasOwn(before, key) ? before[key] : undefined;
    if (previous === item) continue;
    if (previous === undefined)
      (differences ??= new Differences()).put('added', fieldElement(key), everything(item, childNode(node, key)));
    else {
      const below = compareValues(previous, item, childNode(node, key));
      if (below) (differences ??= new Differences()).below(fieldElement(key), below);
    }
  }
  for (const key of Object.keys(before)) {
    const item = before[key];
    if (item === undefined || (Object.hasOwn(after, key) && after[key] !== undefined)) continue;
    (differences ??= new Differences()).put('removed', fieldElement(key), everything(item, childNode(node, key)));
  }
  return differences;
}

/** As {@link compareParts}, of lists with the same items in the same places. */
function compareInStep(
  before: readonly JsonValue[],
  after: readonly JsonValue[],
  node: SchemaNode | undefined,
): Differences | undefined {
  let differences: Differences | undefined;
  after.forEach((item, index) => {
    const below = compareValues(before[index], item, node?.items);
    if (below) (differences ??= new Differences()).below(itemElement(item, node, 'keyed-list'), below);
  });
  return differences;
}

function compareParts(old: Parts, next: Parts): Differences | undefined {
  const differences = new Differences();
  let found = false;
  for (const [element, [item, itemNode]] of next) {
    const previous = old.get(element);
    const below = previous && compareValues(previous[0], item, itemNode);
    if (!previous) differences.put('added', element, everything(item, itemNode));
    else if (below) differences.below(element, below);
    else continue;
    found = true;
  }
  for (const [element, [item, itemNode]] of old) {
    if (next.has(element)) continue;
    differences.put('removed', element, everything(item, itemNode));
    found = true;
  }
  return found ? differences : undefined;
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
    const set = gone.children.get(fieldElement(key));
    if (item === undefined || set?.member) continue;
    setOwn(result, key, set ? removeTyped(item, childNode(node, key), set) : item);
  }
  return result;
}
