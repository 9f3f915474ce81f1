import { decodeUtf8 } from '@seatrial/kernel';
import { parseGoDuration } from '../../time/duration.js';
import { toDuration, toInt, toTimestamp, toUint } from './arithmetic.js';
import { instantText, parseInstant } from './instants.js';
import {
  CelDuration,
  CelError,
  CelNative,
  CelTimestamp,
  CelTypeValue,
  CelUint,
  typeNameOf,
  type CelValue,
} from './values.js';

/* Type conversions (ConvertToType of cel-go's common/types). */

const NANOS = 1_000_000_000n;

/** A double as Go's `%g` prints it. */
export function formatDouble(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (Object.is(value, -0)) return '-0';
  const exponent = value === 0 ? 0 : Number(value.toExponential().split('e')[1]);
  return exponent >= -4 && exponent < 6 ? String(value) : exponential(value);
}

function exponential(value: number): string {
  const [mantissa, exponent] = value.toExponential().split('e');
  const power = exponent.slice(1).padStart(2, '0');
  return `${mantissa}e${exponent.charAt(0)}${power}`;
}

/** Seconds as Go's FormatFloat(seconds, 'f', -1) prints them. */
export function durationText({ nanos }: CelDuration): string {
  const absolute = nanos < 0n ? -nanos : nanos;
  const fraction = (absolute % NANOS).toString().padStart(9, '0').replace(/0+$/, '');
  return `${nanos < 0n ? '-' : ''}${absolute / NANOS}${fraction === '' ? '' : `.${fraction}`}s`;
}

function toText(value: CelValue): string | CelError | undefined {
  switch (typeof value) {
    case 'string':
      return value;
    case 'bigint':
    case 'boolean':
      return String(value);
    case 'number':
      return formatDouble(value);
    default:
      break;
  }
  if (value instanceof CelUint) return String(value.value);
  if (value instanceof CelDuration) return durationText(value);
  if (value instanceof CelTimestamp) return instantText(value.nanos);
  if (value instanceof CelTypeValue) return value.name;
  if (value instanceof Uint8Array) {
    const text = decodeUtf8(value);
    return /[\ud800-\udfff]/u.test(text) ? new CelError('invalid UTF-8 in bytes, cannot convert to string') : text;
  }
  return value instanceof CelNative && value.typeName.startsWith('net.') ? value.toString() : undefined;
}

function doubleToInt(value: number): bigint | undefined {
  return Number.isNaN(value) || Math.abs(value) >= 2 ** 64 ? undefined : BigInt(Math.trunc(value));
}

function toIntValue(value: CelValue): CelValue | undefined {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return toInt(doubleToInt(value) ?? 2n ** 64n);
  if (value instanceof CelUint) return toInt(value.value);
  if (value instanceof CelDuration) return value.nanos;
  if (value instanceof CelTimestamp) return floorDivide(value.nanos, NANOS);
  if (typeof value !== 'string' || !/^[+-]?\d{1,30}$/.test(value)) return undefined;
  const parsed = toInt(BigInt(value.replace(/^\+/, '')));
  return parsed instanceof CelError ? undefined : parsed;
}

const floorDivide = (a: bigint, b: bigint): bigint => (a < 0n && a % b !== 0n ? a / b - 1n : a / b);

function toUintValue(value: CelValue): CelValue | undefined {
  if (value instanceof CelUint) return value;
  if (typeof value === 'bigint') return toUint(value);
  if (typeof value === 'number') return toUint(doubleToInt(value) ?? -1n);
  if (typeof value !== 'string' || !/^\d{1,30}$/.test(value)) return undefined;
  const parsed = toUint(BigInt(value));
  return parsed instanceof CelError ? undefined : parsed;
}

const FLOAT = /^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|0[xX][\da-fA-F.]+[pP][+-]?\d+)$/;
const NOT_FINITE = /^([+-]?)(?:(inf(?:inity)?)|nan)$/i;

function toDouble(value: CelValue): CelValue | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof CelUint) return Number(value.value);
  if (typeof value !== 'string') return undefined;
  const special = NOT_FINITE.exec(value);
  if (special) return special[2] ? (special[1] === '-' ? -Infinity : Infinity) : NaN;
  const number = FLOAT.test(value) ? Number(value) : NaN;
  return Number.isFinite(number) ? number : undefined;
}

const TRUE = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);
const FALSE = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False']);

function toBool(value: CelValue): CelValue | undefined {
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'string') return undefined;
  return TRUE.has(value) ? true : FALSE.has(value) ? false : undefined;
}

function toBytes(value: CelValue): CelValue | undefined {
  if (value instanceof Uint8Array) return value;
  return typeof value === 'string' ? new TextEncoder().encode(value) : undefined;
}

function toDurationValue(value: CelValue): CelValue | undefined {
  if (value instanceof CelDuration) return value;
  if (typeof value !== 'string') return undefined;
  const nanos = parseGoDuration(value);
  return nanos.ok ? toDuration(BigInt(nanos.value)) : undefined;
}

function toTimestampValue(value: CelValue): CelValue | undefined {
  if (value instanceof CelTimestamp) return value;
  if (typeof value === 'bigint') return toTimestamp(value * NANOS);
  if (typeof value !== 'string') return undefined;
  const nanos = parseInstant(value);
  return nanos === undefined ? undefined : toTimestamp(nanos);
}

/** Conversion functions, with the type they convert to. */
const CONVERSIONS: Readonly<
  Record<string, readonly [type: string, convert: (value: CelValue) => CelValue | undefined]>
> = {
  bool: ['bool', toBool],
  bytes: ['bytes', toBytes],
  double: ['double', toDouble],
  duration: ['google.protobuf.Duration', toDurationValue],
  int: ['int', toIntValue],
  string: ['string', toText],
  timestamp: ['google.protobuf.Timestamp', toTimestampValue],
  uint: ['uint', toUintValue],
};

/** Whether a function converts types, so that it is worked out before evaluation where its argument is known. */
export const isConversion = (name: string): boolean =>
  Object.hasOwn(CONVERSIONS, name) || name === 'dyn' || name === 'type';

export function convert(name: string, value: CelValue): CelValue {
  if (name === 'dyn') return value;
  if (name === 'type') return new CelTypeValue(typeNameOf(value));
  const [type, to] = CONVERSIONS[name];
  return to(value) ?? new CelError(`type conversion error from '${typeNameOf(value)}' to '${type}'`);
}
