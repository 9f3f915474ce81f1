import type { JsonObject, JsonValue } from '@seatrial/kernel';
import { Quantity } from '@seatrial/schema';
import { goTypeName, type JsonPath } from '@seatrial/template';
import { attemptNow, failWith } from '../command/failure.js';
import type { Invocation } from '../command/invocation.js';
import { goSort } from './go-sort.js';
import { fieldPath, valuesAt } from './json-path.js';
import type { PrintableTable } from './table-printer.js';

/** Values that kubectl does not compare; it ends there and then. */
class Unsortable extends Error {
  override readonly name = 'Unsortable';
}

type Kind = 'integer' | 'float' | 'text';

function kindOf(value: JsonValue): Kind | undefined {
  if (typeof value === 'string') return 'text';
  if (typeof value !== 'number') return undefined;
  return Number.isInteger(value) ? 'integer' : 'float';
}

/** isLess of kubectl/pkg/cmd/get/sorter.go: what has no value is less than anything, also than another that has none. */
function isLess(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === undefined) return true;
  if (b === undefined) return false;
  if (a === null || b === null) return a === null && b !== null;
  const kind = kindOf(a);
  if (kind === undefined) throw new Unsortable(`unsortable type: ${goTypeName(a)}`);
  if (kind !== kindOf(b)) throw new Unsortable('unsortable interface: interface');
  if (typeof a !== 'string' || typeof b !== 'string') return a < b;
  const quantities = [Quantity.parse(a), Quantity.parse(b)];
  return quantities[0].ok && quantities[1].ok ? quantities[0].value.compare(quantities[1].value) < 0 : a < b;
}

/** What kubectl sorts: its name in Go, and where the sorter gives up on it. */
interface Sorted {
  readonly type: string;
  readonly line: string;
}

function sortedBy<T>(
  k: Invocation,
  path: JsonPath,
  items: readonly T[],
  objectOf: (item: T) => JsonObject,
  sorted: Sorted,
): T[] | undefined {
  const keyed = items.map((item) => ({ item, key: valuesAt(objectOf(item), path).at(0) }));
  if (items.length > 0 && keyed.every(({ key }) => key === undefined)) return undefined;
  try {
    return goSort(keyed, (a, b) => isLess(a.key, b.key)).map(({ item }) => item);
  } catch (problem) {
    if (!(problem instanceof Unsortable)) throw problem;
    return k.klogExit(
      sorted.line,
      `Field ${path.template} in ${sorted.type} is an unsortable type: interface, err: ${problem.message}`,
    );
  }
}

/** Items in the order of a field of their objects (`kubectl get --sort-by`). */
export function sortObjects<T>(
  k: Invocation,
  field: string,
  items: readonly T[],
  objectOf: (item: T) => JsonObject,
): T[] {
  const path = fieldPath(field);
  const sorted = sortedBy(k, path, items, objectOf, { type: '*unstructured.Unstructured', line: 'sorter.go:329' });
  return sorted ?? failWith(`couldn't find any field with path "${path.template}" in the list of objects`);
}

/**
 * A Table's rows in the order of a field of their objects. kubectl loses a Table that it cannot sort: no rows, and no
 * error.
 */
export function sortTableRows(k: Invocation, field: string, table: PrintableTable): PrintableTable['rows'] {
  if (table.rows.length <= 1) return table.rows;
  const path = attemptNow(() => fieldPath(field));
  if (!('value' in path)) return [];
  const sorted = { type: '[][][]reflect.Value', line: 'sorter.go:375' };
  return sortedBy(k, path.value, table.rows, (row) => row.object ?? {}, sorted) ?? [];
}
