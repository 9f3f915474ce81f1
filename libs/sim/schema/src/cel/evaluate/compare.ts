import { compareStrings } from '@seatrial/kernel';
import {
  CelDuration,
  CelError,
  CelNative,
  CelOptional,
  CelTimestamp,
  CelTypeValue,
  CelUint,
  isList,
  isMap,
  type CelMap,
  type CelValue,
} from './values.js';

/* Equality and order (cel-go common/types; numbers of different types compare by value). */

const NAN = new CelError('NaN values cannot be ordered');
export const NO_OVERLOAD = new CelError('no such overload');

type Numeric = bigint | number;

export function numeric(value: CelValue): Numeric | undefined {
  if (typeof value === 'bigint' || typeof value === 'number') return value;
  return value instanceof CelUint ? value.value : undefined;
}

const sign = (less: boolean, equal: boolean): -1 | 0 | 1 => (less ? -1 : equal ? 0 : 1);

function compareBytes(a: Uint8Array, b: Uint8Array): -1 | 0 | 1 {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) if (a[i] !== b[i]) return sign(a[i] < b[i], false);
  return sign(a.length < b.length, a.length === b.length);
}

/** The order of two values, or an error for those that have none; undefined where the first has no order at all. */
export function compareCel(a: CelValue, b: CelValue): -1 | 0 | 1 | CelError | undefined {
  const x = numeric(a);
  if (x !== undefined) {
    const y = numeric(b);
    if (y === undefined) return NO_OVERLOAD;
    return Number.isNaN(x) || Number.isNaN(y) ? NAN : sign(x < y, x == y);
  }
  if (typeof a === 'string') return typeof b === 'string' ? (compareStrings(a, b) as -1 | 0 | 1) : NO_OVERLOAD;
  if (typeof a === 'boolean') return typeof b === 'boolean' ? sign(!a && b, a === b) : NO_OVERLOAD;
  if (a instanceof Uint8Array) return b instanceof Uint8Array ? compareBytes(a, b) : NO_OVERLOAD;
  if (a instanceof CelDuration)
    return b instanceof CelDuration ? sign(a.nanos < b.nanos, a.nanos === b.nanos) : NO_OVERLOAD;
  if (a instanceof CelTimestamp)
    return b instanceof CelTimestamp ? sign(a.nanos < b.nanos, a.nanos === b.nanos) : NO_OVERLOAD;
  return undefined;
}

function equalMaps(a: CelMap, b: CelMap): boolean {
  if (a.size !== b.size) return false;
  return a.keys().every((key) => {
    const other = b.get(key);
    const own = a.get(key);
    return own !== undefined && other !== undefined && celEqual(own, other);
  });
}

/** Lists of the schema's sets and maps are equal in any order (k8s.io/apiserver/pkg/cel/common/equality). */
const unordered = new WeakMap<readonly CelValue[], (item: CelValue) => string>();

/** Marks a list as one whose order does not count; `identity` tells its items apart. */
export function markUnordered(list: readonly CelValue[], identity: (item: CelValue) => string): void {
  unordered.set(list, identity);
}

export const identityOf = (list: readonly CelValue[]): ((item: CelValue) => string) | undefined => unordered.get(list);

function equalLists(a: readonly CelValue[], b: readonly CelValue[]): boolean {
  if (a.length !== b.length) return false;
  const identity = unordered.get(a);
  if (!identity) return a.every((item, index) => celEqual(item, b[index]));
  const others = new Map(b.map((item) => [identity(item), item]));
  return a.every((item) => {
    const other = others.get(identity(item));
    return other !== undefined && celEqual(item, other);
  });
}

/** Whether two values are equal; values of different types are not. */
export function celEqual(a: CelValue, b: CelValue): boolean {
  if (a === b) return true;
  const x = numeric(a);
  const y = numeric(b);
  if (x !== undefined || y !== undefined) return x !== undefined && y !== undefined && x == y;
  if (isList(a)) return isList(b) && equalLists(a, b);
  if (a instanceof Uint8Array) return b instanceof Uint8Array && compareBytes(a, b) === 0;
  if (a instanceof CelDuration) return b instanceof CelDuration && a.nanos === b.nanos;
  if (a instanceof CelTimestamp) return b instanceof CelTimestamp && a.nanos === b.nanos;
  if (a instanceof CelTypeValue) return b instanceof CelTypeValue && a.name === b.name;
  if (a instanceof CelNative) return b instanceof CelNative && a.typeName === b.typeName && a.equals(b);
  if (a instanceof CelOptional) {
    if (!(b instanceof CelOptional)) return false;
    return a.value === undefined || b.value === undefined ? a.value === b.value : celEqual(a.value, b.value);
  }
  return isMap(a) && isMap(b) && equalMaps(a, b);
}
