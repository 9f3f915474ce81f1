import { decodeBase64, fail, ok, type JsonValue, type Result } from '@seatrial/kernel';
import { Quantity } from '../quantity/quantity.js';
import type { SpecialType } from '../schema/schema-node.js';
import { formatMicroTime, formatTime, parseGoTime } from '../time/go-time.js';

/** The text of an error that stops decoding at once. */
export type DecodeAbort = string;

/** A JSON value's type as encoding/json names it in error texts. */
export function jsonTypeName(value: JsonValue): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  const type = typeof value;
  return type === 'boolean' ? 'bool' : type;
}

/** Types with their own UnmarshalJSON. An undefined error means an ordinary type mismatch of the field. */
export function decodeSpecial(value: JsonValue, special: SpecialType): Result<JsonValue, DecodeAbort | undefined> {
  switch (special) {
    case 'quantity': {
      const text =
        typeof value === 'string'
          ? value.trim()
          : typeof value === 'number'
            ? numberText(value)
            : JSON.stringify(value);
      const quantity = Quantity.parse(text);
      return quantity.ok ? ok(quantity.value.toString()) : quantity;
    }
    case 'int-or-string':
      if (typeof value === 'string') return ok(value);
      if (typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < 2 ** 31) return ok(value);
      return fail(
        `json: cannot unmarshal ${typeof value === 'number' ? `number ${value}` : jsonTypeName(value)} into Go value of type int32`,
      );
    case 'time':
    case 'micro-time':
      return decodeTime(value, special === 'micro-time');
    case 'bytes': {
      if (typeof value !== 'string') return fail(undefined);
      const decoded = decodeBase64(value);
      return 'corruptAt' in decoded
        ? fail(`illegal base64 data at input byte ${decoded.corruptAt}`)
        : ok(value.replace(/[\r\n]/g, ''));
    }
    default:
      return ok(value);
  }
}

function decodeTime(value: JsonValue, micro: boolean): Result<JsonValue, string> {
  if (typeof value !== 'string')
    return fail(`json: cannot unmarshal ${jsonTypeName(value)} into Go value of type string`);
  const parsed = parseGoTime(value, micro ? '2006-01-02T15:04:05.000000Z07:00' : undefined);
  if (!parsed.ok) return parsed;
  return ok(micro ? formatMicros(value, parsed.value) : formatTime(parsed.value));
}

/** Keeps the six digits that milliseconds cannot hold. */
function formatMicros(text: string, ms: number): string {
  const fraction = /\.(\d+)/.exec(text)?.[1] ?? '';
  return `${formatMicroTime(ms).slice(0, 20)}${fraction.slice(0, 6).padEnd(6, '0')}Z`;
}

function numberText(value: number): string {
  const text = String(value);
  return text.includes('e') ? text.replace('e+', 'e') : text;
}

const rounded = new Map<string, string>();

/** A resource list's quantity rounded up to thousandths (SetDefaults_ResourceList). */
export function roundQuantity(text: string): string {
  let result = rounded.get(text);
  if (result === undefined) {
    result = Quantity.of(text).roundUpToMilli().toString();
    if (rounded.size < 4096) rounded.set(text, result);
  }
  return result;
}
