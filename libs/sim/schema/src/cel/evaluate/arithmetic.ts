import { CelDuration, CelError, CelTimestamp, CelUint, isList, isMap, type CelValue } from './values.js';
import { ListBuilder } from './list-builder.js';
import { NO_OVERLOAD, identityOf, markUnordered } from './compare.js';

/* `+ - * / %` and unary minus (cel-go common/types). */

const INT_MIN = -(2n ** 63n);
const INT_MAX = 2n ** 63n - 1n;
const UINT_MAX = 2n ** 64n - 1n;
const INT_OVERFLOW = new CelError('integer overflow');
const UINT_OVERFLOW = new CelError('unsigned integer overflow');
const TIMESTAMP_OVERFLOW = new CelError('timestamp overflow');
const DIVISION_BY_ZERO = new CelError('division by zero');
const MODULUS_BY_ZERO = new CelError('modulus by zero');
/** 0001-01-01 and the end of 9999. */
const FIRST_INSTANT = -62_135_596_800n * 1_000_000_000n;
const LAST_INSTANT = 253_402_300_799n * 1_000_000_000n + 999_999_999n;

export const toInt = (value: bigint): CelValue => (value < INT_MIN || value > INT_MAX ? INT_OVERFLOW : value);
export const toUint = (value: bigint): CelValue =>
  value < 0n || value > UINT_MAX ? UINT_OVERFLOW : new CelUint(value);
export const toDuration = (nanos: bigint): CelValue =>
  nanos < INT_MIN || nanos > INT_MAX ? INT_OVERFLOW : new CelDuration(nanos);
export const toTimestamp = (nanos: bigint): CelValue =>
  nanos < FIRST_INSTANT || nanos > LAST_INSTANT ? TIMESTAMP_OVERFLOW : new CelTimestamp(nanos);

/** Adds lists; those of sets and maps keep one item of each identity (unstructuredSetList.Add, mapList.Add). */
function concatenate(a: readonly CelValue[], b: readonly CelValue[]): readonly CelValue[] {
  if (a instanceof ListBuilder) {
    for (const item of b) a.push(item);
    return a;
  }
  const identity = identityOf(a);
  if (!identity) return a.length === 0 ? b : b.length === 0 ? a : [...a, ...b];
  const merged = new Map(a.map((item) => [identity(item), item]));
  for (const item of b) merged.set(identity(item), item);
  const list = [...merged.values()];
  markUnordered(list, identity);
  return list;
}

function concatenateBytes(a: Uint8Array, b: Uint8Array): Uint8Array {
  const out = new Uint8Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}

type Operate = (a: CelValue, b: CelValue) => CelValue;

const noSuch = (name: string): CelError => new CelError(`no such overload: ${name}`);

const add: Operate = (a, b) => {
  if (typeof a === 'bigint') return typeof b === 'bigint' ? toInt(a + b) : NO_OVERLOAD;
  if (typeof a === 'number') return typeof b === 'number' ? a + b : NO_OVERLOAD;
  if (typeof a === 'string') return typeof b === 'string' ? a + b : NO_OVERLOAD;
  if (isList(a)) return isList(b) ? concatenate(a, b) : NO_OVERLOAD;
  if (a instanceof CelUint) return b instanceof CelUint ? toUint(a.value + b.value) : NO_OVERLOAD;
  if (a instanceof Uint8Array) return b instanceof Uint8Array ? concatenateBytes(a, b) : NO_OVERLOAD;
  if (a instanceof CelDuration) {
    if (b instanceof CelDuration) return toDuration(a.nanos + b.nanos);
    return b instanceof CelTimestamp ? toTimestamp(a.nanos + b.nanos) : NO_OVERLOAD;
  }
  if (a instanceof CelTimestamp) return b instanceof CelDuration ? toTimestamp(a.nanos + b.nanos) : NO_OVERLOAD;
  return noSuch('_+_');
};

const subtract: Operate = (a, b) => {
  if (typeof a === 'bigint') return typeof b === 'bigint' ? toInt(a - b) : NO_OVERLOAD;
  if (typeof a === 'number') return typeof b === 'number' ? a - b : NO_OVERLOAD;
  if (a instanceof CelUint) return b instanceof CelUint ? toUint(a.value - b.value) : NO_OVERLOAD;
  if (a instanceof CelDuration) return b instanceof CelDuration ? toDuration(a.nanos - b.nanos) : NO_OVERLOAD;
  if (a instanceof CelTimestamp) {
    if (b instanceof CelTimestamp) return toDuration(a.nanos - b.nanos);
    return b instanceof CelDuration ? toTimestamp(a.nanos - b.nanos) : NO_OVERLOAD;
  }
  return noSuch('_-_');
};

const multiply: Operate = (a, b) => {
  if (typeof a === 'bigint') return typeof b === 'bigint' ? toInt(a * b) : NO_OVERLOAD;
  if (typeof a === 'number') return typeof b === 'number' ? a * b : NO_OVERLOAD;
  if (a instanceof CelUint) return b instanceof CelUint ? toUint(a.value * b.value) : NO_OVERLOAD;
  return noSuch('_*_');
};

const divide: Operate = (a, b) => {
  if (typeof a === 'number') return typeof b === 'number' ? a / b : NO_OVERLOAD;
  if (typeof a === 'bigint') {
    if (typeof b !== 'bigint') return NO_OVERLOAD;
    return b === 0n ? DIVISION_BY_ZERO : toInt(a / b);
  }
  if (a instanceof CelUint) {
    if (!(b instanceof CelUint)) return NO_OVERLOAD;
    return b.value === 0n ? DIVISION_BY_ZERO : toUint(a.value / b.value);
  }
  return noSuch('_/_');
};

const modulo: Operate = (a, b) => {
  if (typeof a === 'bigint') {
    if (typeof b !== 'bigint') return NO_OVERLOAD;
    if (b === 0n) return MODULUS_BY_ZERO;
    return a === INT_MIN && b === -1n ? INT_OVERFLOW : a % b;
  }
  if (a instanceof CelUint) {
    if (!(b instanceof CelUint)) return NO_OVERLOAD;
    return b.value === 0n ? MODULUS_BY_ZERO : new CelUint(a.value % b.value);
  }
  return noSuch('_%_');
};

export const ARITHMETIC: Readonly<Record<string, Operate>> = {
  '_%_': modulo,
  '_*_': multiply,
  '_+_': add,
  '_-_': subtract,
  '_/_': divide,
};

export function negate(value: CelValue): CelValue {
  if (typeof value === 'bigint') return toInt(-value);
  if (typeof value === 'number') return -value;
  if (value instanceof CelDuration) return toDuration(-value.nanos);
  return isList(value) || isMap(value) || value === null || value instanceof CelUint ? noSuch('-_') : NO_OVERLOAD;
}
