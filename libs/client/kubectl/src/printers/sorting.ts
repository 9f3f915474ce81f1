import { compareStrings, type JsonObject, type JsonValue } from '@seatrial/kernel';
import { parseTime, Quantity } from '@seatrial/schema';
import { goPlain, type JsonPath } from '@seatrial/template';
import { attemptNow, failWith } from '../command/failure.js';
import { goSort } from './go-sort.js';
import { fieldPath, valuesAt } from './json-path.js';
import type { PrintableTable } from './table-printer.js';

const isQuantity = (text: string): boolean => /^[+-]?\d+(?:\.\d+)?(?:[numkMGTPE]|[KMGTPE]i|e\d+)?$/.test(text);

/** Runs of digits compare as numbers (sortorder.NaturalLess). */
function compareNatural(a: string, b: string): number {
  const left = a.match(/\d+|\D+/g) ?? [];
  const right = b.match(/\d+|\D+/g) ?? [];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    if (left[i] === right[i]) continue;
    const numbers = /^\d/.test(left[i]) && /^\d/.test(right[i]);
    return (numbers ? Number(left[i]) - Number(right[i]) : 0) || compareStrings(left[i], right[i]);
  }
  return left.length - right.length;
}

/** TableSorter.Less: what has no value is less than anything, also than another that has none. */
function isLess(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === undefined) return true;
  return b !== undefined && compareValues(a, b) < 0;
}

function compareValues(a: JsonValue, b: JsonValue): number {
  if (a === null) return b === null ? 0 : -1;
  if (b === null) return 1;
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const left = goPlain(a);
  const right = goPlain(b);
  const times = [parseTime(left), parseTime(right)];
  if (times[0] !== undefined && times[1] !== undefined) return times[0] - times[1];
  if (isQuantity(left) && isQuantity(right)) return Quantity.of(left).compare(Quantity.of(right));
  return compareNatural(left, right);
}

function sortedBy<T>(path: JsonPath, items: readonly T[], objectOf: (item: T) => JsonObject): T[] | undefined {
  const keyed = items.map((item) => ({ item, key: valuesAt(objectOf(item), path).at(0) }));
  if (items.length > 0 && keyed.every(({ key }) => key === undefined)) return undefined;
  return goSort(keyed, (a, b) => isLess(a.key, b.key)).map(({ item }) => item);
}

/** Items in the order of a field (`kubectl get --sort-by`). */
export function sortObjects(field: string, objects: readonly JsonObject[]): JsonObject[] {
  const path = fieldPath(field);
  const sorted = sortedBy(path, objects, (object) => object);
  return sorted ?? failWith(`couldn't find any field with path "${path.template}" in the list of objects`);
}

/**
 * A Table's rows in the order of a field of their objects. kubectl loses a Table that it cannot sort: no rows, and no
 * error.
 */
export function sortTableRows(field: string, table: PrintableTable): PrintableTable['rows'] {
  const path = attemptNow(() => fieldPath(field));
  return 'value' in path ? (sortedBy(path.value, table.rows, (row) => row.object ?? {}) ?? []) : [];
}
