import type { CelMeter } from './meter.js';
import {
  CelError,
  CelNative,
  CelOptional,
  CelUint,
  isError,
  isList,
  isMap,
  shownValue,
  typeNameOf,
  type CelValue,
} from './values.js';

/* Fields, keys and indices (cel-go interpreter/attributes.go). */

function indexOf(key: CelValue): number | CelError {
  if (typeof key === 'bigint') return Number(key);
  if (key instanceof CelUint) return Number(key.value);
  if (typeof key !== 'number') return new CelError(`unsupported index type '${typeNameOf(key)}' in list`);
  return Number.isInteger(key) ? key : new CelError(`unsupported index value ${key} in list`);
}

/** What is found under a key; undefined when it is not there. */
function find(object: CelValue, key: CelValue): CelValue | undefined {
  if (isMap(object)) return object.get(key);
  if (isList(object)) {
    const index = indexOf(key);
    return isError(index) ? index : object[index];
  }
  return object instanceof CelNative && typeof key === 'string' ? object.field(key) : undefined;
}

/** A part of a value; of an optional, or when `optional`, an optional that is empty when the part is missing. */
export function qualify(object: CelValue, key: CelValue, optional: boolean, meter: CelMeter): CelValue {
  if (isError(object)) return object;
  if (isError(key)) return key;
  const wrapped = object instanceof CelOptional;
  const inner = wrapped ? object.value : object;
  if (inner === undefined) return CelOptional.none;
  const found = find(inner, key);
  if (optional || wrapped) {
    if (found === undefined) return CelOptional.none;
    meter.charge(1);
    return isError(found) ? found : CelOptional.of(found);
  }
  meter.charge(1);
  if (found !== undefined) return found;
  return new CelError(isList(inner) ? `index out of bounds: ${shownValue(key)}` : `no such key: ${shownValue(key)}`);
}

/** `has()`. */
export function isPresent(object: CelValue, field: string, meter: CelMeter): CelValue {
  if (isError(object)) return object;
  const inner = object instanceof CelOptional ? object.value : object;
  meter.charge(1);
  const found = inner === undefined ? undefined : find(inner, field);
  return isError(found) ? found : found !== undefined;
}
