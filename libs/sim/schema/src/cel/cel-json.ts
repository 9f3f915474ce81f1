import type { JsonValue } from '@seatrial/kernel';

/** A CEL value as JSON: whole numbers become numbers, typed values what they stand for. */
export function celToJson(value: unknown): JsonValue {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(celToJson);
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [String(key), celToJson(item)]));
  if (typeof value === 'object' && value !== null) {
    const inner = value.valueOf();
    if (typeof inner !== 'object') return celToJson(inner);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, celToJson(item)]));
  }
  return (value ?? null) as JsonValue;
}
