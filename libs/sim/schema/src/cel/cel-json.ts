import type { JsonValue } from '@seatrial/kernel';
import { durationText } from './evaluate/conversions.js';
import { instantText } from './evaluate/instants.js';
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
  shownValue,
  type CelValue,
} from './evaluate/values.js';

/** A CEL value as JSON: whole numbers become numbers, typed values what they stand for. */
export function celToJson(value: CelValue): JsonValue {
  if (typeof value === 'bigint') return Number(value);
  if (value === null || typeof value !== 'object') return value;
  if (isList(value)) return value.map(celToJson);
  if (value instanceof CelUint) return Number(value.value);
  if (value instanceof CelDuration) return durationText(value);
  if (value instanceof CelTimestamp) return instantText(value.nanos);
  if (value instanceof CelOptional) return value.value === undefined ? null : celToJson(value.value);
  if (value instanceof CelTypeValue) return value.name;
  if (value instanceof CelError) return value.message;
  if (value instanceof CelNative) return value.toString();
  if (value instanceof Uint8Array) return Array.from(value);
  return isMap(value)
    ? Object.fromEntries(value.keys().map((key) => [shownValue(key), celToJson(value.get(key) ?? null)]))
    : null;
}
