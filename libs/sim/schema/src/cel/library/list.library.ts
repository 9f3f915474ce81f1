import { ARITHMETIC } from '../evaluate/arithmetic.js';
import { LiteralMap } from '../evaluate/cel-maps.js';
import { NO_OVERLOAD, celEqual, compareCel } from '../evaluate/compare.js';
import type { CelMeter } from '../evaluate/meter.js';
import {
  CelDuration,
  CelError,
  CelOptional,
  CelUint,
  isError,
  isList,
  shownValue,
  typeNameOf,
  type CelMap,
  type CelValue,
} from '../evaluate/values.js';
import { implement, type CelLibrary } from './cel-library.js';

/* Lists, sets and maps (k8s.io/apiserver/pkg/cel/library lists.go; cel-go ext.Lists version 3, ext.Sets, mapInsert). */

type Values = readonly CelValue[];

/** Longer ones cost more than an expression may. */
const MAX_RANGE = 1_000_000n;
const COMPARABLE = ['int', 'uint', 'double', 'bool', 'duration', 'timestamp', 'string', 'bytes'];
const SORTED_NAMES: Readonly<Record<string, string>> = {
  duration: 'google.protobuf.Duration',
  timestamp: 'google.protobuf.Timestamp',
};

function isSorted(list: Values): CelValue {
  for (let i = 1; i < list.length; i++) {
    const order = compareCel(list[i - 1], list[i]);
    if (order === undefined) return NO_OVERLOAD;
    if (order === 1) return false;
  }
  return true;
}

const best =
  (name: string, wanted: 1 | -1) =>
  (list: Values): CelValue => {
    if (list.length === 0) return new CelError(`${name} called on empty list`);
    return list.reduce((result, next) => (compareCel(next, result) === wanted ? next : result));
  };

const sum =
  (zero: CelValue) =>
  (list: Values): CelValue => {
    let total = zero;
    for (const item of list) {
      total = ARITHMETIC['_+_'](total, item);
      if (isError(total)) return total;
    }
    return total;
  };

function sortBy(list: Values, keys: Values, meter: CelMeter): CelValue {
  if (list.length !== keys.length)
    return new CelError(
      `@sortByAssociatedKeys() expected a list of the same size as the associated keys list, but got ${list.length} and ${keys.length} elements respectively`,
    );
  if (list.length === 0) return list;
  if (compareCel(keys[0], keys[0]) === undefined) return new CelError('list elements must be comparable');
  const type = typeNameOf(keys[0]);
  if (keys.some((key) => typeNameOf(key) !== type)) return new CelError('list elements must have the same type');
  meter.bound(list.length * 10);
  const order = keys.map((_, index) => index);
  order.sort((a, b) => {
    const compared = compareCel(keys[a], keys[b]);
    return typeof compared === 'number' ? compared : 0;
  });
  return order.map((index) => list[index]);
}

function slice(list: Values, start: bigint, end: bigint): CelValue {
  if (start < 0n || end < 0n) return new CelError(`cannot slice(${start}, ${end}), negative indexes not supported`);
  if (start > end)
    return new CelError(`cannot slice(${start}, ${end}), start index must be less than or equal to end index`);
  if (BigInt(list.length) < end) return new CelError(`cannot slice(${start}, ${end}), list is length ${list.length}`);
  return list.slice(Number(start), Number(end));
}

function flatten(list: Values, depth: bigint, meter: CelMeter): CelValue {
  if (depth < 0n) return new CelError('level must be non-negative');
  const out: CelValue[] = [];
  const visit = (items: Values, left: bigint): void => {
    for (const item of items) {
      meter.bound(1);
      if (isList(item) && left > 0n) visit(item, left - 1n);
      else out.push(item);
    }
  };
  visit(list, depth);
  return out;
}

function range(length: bigint, meter: CelMeter): CelValue {
  if (length > MAX_RANGE) meter.charge(Infinity);
  return Array.from({ length: Math.max(0, Number(length)) }, (_item, index) => BigInt(index));
}

function distinct(list: Values, meter: CelMeter): CelValue {
  const unique: CelValue[] = [];
  for (const item of list) {
    meter.bound(unique.length);
    if (!unique.some((other) => celEqual(item, other))) unique.push(item);
  }
  return unique;
}

const holds = (list: Values, item: CelValue): boolean => list.some((other) => celEqual(other, item));

function contains(list: Values, items: Values, meter: CelMeter): boolean {
  meter.bound(list.length * items.length);
  return items.every((item) => holds(list, item));
}

function insert(map: LiteralMap, key: CelValue, value: CelValue, meter: CelMeter): CelValue {
  meter.bound(map.size);
  return map.with(key, value) ?? new CelError(`insert failed: key ${shownValue(key)} already exists`);
}

function insertAll(map: CelValue, entries: CelMap, meter: CelMeter): CelValue {
  let result = map;
  for (const key of entries.keys()) {
    result = insert(result as LiteralMap, key, entries.get(key) ?? null, meter);
    if (isError(result)) return result;
  }
  return result;
}

const COMPARING: CelLibrary = Object.fromEntries(
  COMPARABLE.flatMap((type) => {
    const name = SORTED_NAMES[type] ?? type;
    return [
      [`list_${type}_is_sorted_bool`, implement(isSorted)],
      [`list_${type}_max_${type}`, implement(best('max', 1))],
      [`list_${type}_min_${type}`, implement(best('min', -1))],
      [`list_${name}_sort`, implement((list: Values, meter: CelMeter) => sortBy(list, list, meter))],
      [`list_${name}_sortByAssociatedKeys`, implement(sortBy)],
    ];
  }),
);

export const listLibrary: CelLibrary = {
  ...COMPARING,
  '@mapInsert_map_key_value': implement(insert),
  '@mapInsert_map_map': implement(insertAll),
  list_a_index_of_int: implement((list: Values, item: CelValue) =>
    BigInt(list.findIndex((other) => celEqual(other, item))),
  ),
  list_a_last_index_of_int: implement((list: Values, item: CelValue) =>
    BigInt(list.findLastIndex((other) => celEqual(other, item))),
  ),
  list_distinct: implement(distinct),
  list_double_sum_double: implement(sum(0)),
  list_duration_sum_duration: implement(sum(new CelDuration(0n))),
  list_first: implement((list: Values) => (list.length > 0 ? CelOptional.of(list[0]) : CelOptional.none)),
  list_flatten: implement((list: Values, meter: CelMeter) => flatten(list, 1n, meter)),
  list_flatten_int: implement(flatten),
  list_int_sum_int: implement(sum(0n)),
  list_last: implement((list: Values) => (list.length > 0 ? CelOptional.of(list[list.length - 1]) : CelOptional.none)),
  list_reverse: implement((list: Values) => [...list].reverse()),
  list_sets_contains_list: implement(contains),
  list_sets_equivalent_list: implement(
    (a: Values, b: Values, meter: CelMeter) => contains(a, b, meter) && contains(b, a, meter),
  ),
  list_sets_intersects_list: implement((a: Values, b: Values, meter: CelMeter) => {
    meter.bound(a.length * b.length);
    return a.some((item) => holds(b, item));
  }),
  list_slice: implement(slice),
  list_uint_sum_uint: implement(sum(new CelUint(0n))),
  lists_range: implement(range),
};
