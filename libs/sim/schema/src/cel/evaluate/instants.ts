import { parseTime } from '../../time/go-time.js';
import { CelDuration, CelError, CelTimestamp, typeNameOf, type CelValue } from './values.js';

/* Instants and their parts (cel-go common/types/timestamp.go). */

const NANOS = 1_000_000_000n;
const MS = 1_000_000n;

/** Nanoseconds since 1970 of an RFC 3339 text; undefined when it is none. */
export function parseInstant(text: string): bigint | undefined {
  const fraction = /\.(\d+)/.exec(text)?.[1] ?? '';
  const ms = parseTime(fraction === '' ? text : text.replace(/\.\d+/, ''));
  return ms === undefined ? undefined : BigInt(ms) * MS + BigInt(fraction.slice(0, 9).padEnd(9, '0'));
}

const floorDivide = (a: bigint, b: bigint): bigint => (a < 0n && a % b !== 0n ? a / b - 1n : a / b);

/** As Go's RFC3339Nano, in UTC. */
export function instantText(nanos: bigint): string {
  const seconds = floorDivide(nanos, NANOS);
  const fraction = (nanos - seconds * NANOS).toString().padStart(9, '0').replace(/0+$/, '');
  const text = new Date(Number(seconds) * 1000).toISOString().replace(/\.\d+Z$/, '');
  return `${text}${fraction === '' ? '' : `.${fraction}`}Z`;
}

/** Minutes east of UTC at an instant; undefined for a zone that nobody knows. */
function zoneOffset(zone: string, ms: number): number | undefined {
  if (zone === '' || zone === 'UTC') return 0;
  const fixed = /^([+-]?)(\d{1,2}):(\d{2})$/.exec(zone);
  if (fixed) return (fixed[1] === '-' ? -1 : 1) * (Number(fixed[2]) * 60 + Number(fixed[3]));
  try {
    const parts = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' }).formatToParts(ms);
    const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT';
    const offset = /GMT(?:([+-])(\d{2}):(\d{2}))?/.exec(name);
    return offset?.[1] ? (offset[1] === '-' ? -1 : 1) * (Number(offset[2]) * 60 + Number(offset[3])) : 0;
  } catch {
    return undefined;
  }
}

const DAY_MS = 86_400_000;

const PARTS: Readonly<Record<string, (date: Date) => number>> = {
  getDate: (date) => date.getUTCDate(),
  getDayOfMonth: (date) => date.getUTCDate() - 1,
  getDayOfWeek: (date) => date.getUTCDay(),
  getDayOfYear: (date) => Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / DAY_MS),
  getFullYear: (date) => date.getUTCFullYear(),
  getHours: (date) => date.getUTCHours(),
  getMilliseconds: (date) => date.getUTCMilliseconds(),
  getMinutes: (date) => date.getUTCMinutes(),
  getMonth: (date) => date.getUTCMonth(),
  getSeconds: (date) => date.getUTCSeconds(),
};

const UNITS: Readonly<Record<string, bigint>> = {
  getHours: 3600n * NANOS,
  getMinutes: 60n * NANOS,
  getSeconds: NANOS,
  getMilliseconds: MS,
};

/** Functions that give a part of an instant or duration. */
export const TIME_PARTS: ReadonlySet<string> = new Set(Object.keys(PARTS));

const noPart = (name: string, ...args: readonly (CelValue | undefined)[]): CelError => {
  const types = args.flatMap((arg) => (arg === undefined ? [] : [typeNameOf(arg)]));
  return new CelError(`no such overload: ${name}(${types.join(', ')})`);
};

export function timePart(name: string, value: CelValue, zone?: CelValue): CelValue {
  if (value instanceof CelDuration)
    return Object.hasOwn(UNITS, name) && zone === undefined ? value.nanos / UNITS[name] : noPart(name, value, zone);
  if (!(value instanceof CelTimestamp) || (zone !== undefined && typeof zone !== 'string'))
    return noPart(name, value, zone);
  const ms = Number(floorDivide(value.nanos, MS));
  const minutes = zoneOffset(zone ?? '', ms);
  if (minutes === undefined) return new CelError(`unknown time zone ${zone ?? ''}`);
  return BigInt(PARTS[name](new Date(ms + minutes * 60_000)));
}
