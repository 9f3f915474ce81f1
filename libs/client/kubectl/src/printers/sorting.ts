import { compareStrings, type JsonObject, type JsonValue } from '@seatrial/kernel';
import { parseTime, Quantity } from '@seatrial/schema';
import { goPlain } from '@seatrial/template';
import { failWith } from '../command/failure.js';
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

function compareValues(a: JsonValue | undefined, b: JsonValue | undefined): number {
  if (a === undefined || a === null) return b === undefined || b === null ? 0 : -1;
  if (b === undefined || b === null) return 1;
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const left = goPlain(a);
  const right = goPlain(b);
  const times = [parseTime(left), parseTime(right)];
  if (times[0] !== undefined && times[1] !== undefined) return times[0] - times[1];
  if (isQuantity(left) && isQuantity(right)) return Quantity.of(left).compare(Quantity.of(right));
  return compareNatural(left, right);
}

function sortedBy<T>(field: string, items: readonly T[], objectOf: (item: T) => JsonObject): T[] {
  const path = fieldPath(field);
  const keyed = items.map((item) => ({ item, key: valuesAt(objectOf(item), path).at(0) }));
  if (items.length > 0 && keyed.every(({ key }) => key === undefined))
    failWith(`couldn't find any field with path "${path.template}" in the list of objects`);
  return keyed.sort((a, b) => compareValues(a.key, b.key)).map(({ item }) => item);
}

/** Items in the order of a field (`kubectl get --sort-by`). */
export const sortObjects = (field: string, objects: readonly JsonObject[]): JsonObject[] =>
  sortedBy(field, objects, (object) => object);

/** A Table's rows in the order of a field of their objects. */
export const sortTableRows = (field: string, table: PrintableTable): PrintableTable['rows'] =>
  sortedBy(field, table.rows, (row) => row.object ?? {});
