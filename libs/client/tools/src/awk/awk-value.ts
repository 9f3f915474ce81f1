import { formatFloat } from '@seatrial/shell';

/** Text from outside that counts as a number where it looks like one. */
export class NumericText {
  constructor(
    readonly text: string,
    readonly number: number,
  ) {}
}

/** undefined is a variable that was never set: '' and 0 at once. */
export type AwkValue = string | number | NumericText | undefined;

/** mawk prints whole numbers as such only up to the size of a C int. */
const MAX_INTEGER = 2 ** 31;

const NUMERIC = /^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?\s*$/;
const LEADING = /^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/;

/** A value of input: fields, `getline`, `-v`, FS pieces. */
export function inputValue(text: string): AwkValue {
  return NUMERIC.test(text) ? new NumericText(text, Number(text)) : text;
}

export function toNumber(value: AwkValue): number {
  if (value === undefined) return 0;
  if (typeof value === 'number') return value;
  if (value instanceof NumericText) return value.number;
  return Number(LEADING.exec(value)?.[0] ?? 0);
}

/** Integers print as such, other numbers by CONVFMT or OFMT. */
export function toText(value: AwkValue, format: string): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return value;
  if (value instanceof NumericText) return value.text;
  if (Number.isInteger(value) && Math.abs(value) < MAX_INTEGER) return String(value);
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  const found = /^%[-+ #0]*\d*(?:\.(\d+))?([eEfgG])$/.exec(format);
  return found ? formatFloat(value, found[2], '', Number(found[1] ?? 6)) : formatFloat(value, 'g', '', 6);
}

export function toBoolean(value: AwkValue): boolean {
  if (value === undefined) return false;
  if (typeof value === 'number') return value !== 0;
  if (value instanceof NumericText) return value.number !== 0;
  return value !== '';
}

/** Numbers compare as numbers, everything else as text. */
export function compareAwk(a: AwkValue, b: AwkValue, format: string): number {
  const numeric = (value: AwkValue): boolean => typeof value !== 'string';
  if (numeric(a) && numeric(b)) return toNumber(a) - toNumber(b);
  const left = toText(a, format);
  const right = toText(b, format);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** awk's sprintf; `onMissing` is told when the format wants more than there is. */
export function formatAwk(
  format: string,
  args: readonly AwkValue[],
  conversion: string,
  onMissing?: () => never,
): string {
  let used = 0;
  const take = (): AwkValue => (used < args.length ? args[used++] : onMissing?.());
  return format.replace(
    /%([-+ #0]*)(\*|\d+)?(?:\.(\*|\d*))?[hlL]*([a-zA-Z%])/g,
    (text, flagText: string, widthText: string | undefined, precisionText: string | undefined, letter: string) => {
      if (letter === '%') return '%';
      const width = widthText === '*' ? toNumber(take()) : Number(widthText ?? 0);
      const precision =
        precisionText === undefined ? undefined : precisionText === '*' ? toNumber(take()) : Number(precisionText);
      const flags = width < 0 ? `${flagText}-` : flagText;
      const body = formatOne(letter, flags, precision, take, conversion);
      if (body === undefined) return text;
      const size = Math.abs(width);
      if (flags.includes('-')) return body.padEnd(size);
      if (!flags.includes('0') || 'sc'.includes(letter)) return body.padStart(size);
      const sign = /^[-+ ]?(?:0[xX])?/.exec(body)?.[0] ?? '';
      return sign + body.slice(sign.length).padStart(size - sign.length, '0');
    },
  );
}

function formatOne(
  letter: string,
  flags: string,
  precision: number | undefined,
  take: () => AwkValue,
  conversion: string,
): string | undefined {
  switch (letter) {
    case 'd':
    case 'i':
    case 'o':
    case 'x':
    case 'X':
    case 'u': {
      const given = Math.trunc(toNumber(take()));
      if (Number.isNaN(given)) return String(-MAX_INTEGER);
      const number = Math.max(-MAX_INTEGER, Math.min(MAX_INTEGER - 1, given));
      const radix = letter === 'o' ? 8 : letter === 'x' || letter === 'X' ? 16 : 10;
      const digits = BigInt(Math.abs(number))
        .toString(radix)
        .padStart(precision ?? 0, '0');
      const sign = number < 0 ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
      const prefix = flags.includes('#') && radix === 16 ? '0x' : flags.includes('#') && radix === 8 ? '0' : '';
      return sign + prefix + (letter === 'X' ? digits.toUpperCase() : digits);
    }
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
      return formatFloat(toNumber(take()), letter, flags, precision ?? 6);
    case 'c': {
      const value = take();
      return typeof value === 'number' ? String.fromCodePoint(value & 0x1fffff) : toText(value, conversion).slice(0, 1);
    }
    case 's':
      return toText(take(), conversion).slice(0, precision);
    default:
      return undefined;
  }
}
