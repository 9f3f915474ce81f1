import { FunctionFailure, formatValue, templateFunction, type FunctionTable } from '@seatrial/template';

const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);

const DIGITS = { '0x': /^[0-9a-f]+$/, '0o': /^[0-7]+$/, '0b': /^[01]+$/, '': /^\d+$/ } as const;

/** strconv.ParseInt with base 0: prefixes and underscores as in Go's literals; undefined for what is no int64. */
function parseInteger(text: string): bigint | undefined {
  const found = /^([+-]?)(0[xob])?(_?[0-9a-f]+(?:_[0-9a-f]+)*)$/i.exec(text);
  if (!found) return undefined;
  const [, sign, prefix = '', body] = found;
  if (prefix === '' && body.startsWith('_')) return undefined;
  const digits = body.replaceAll('_', '').toLowerCase();
  const octal = prefix === '' && digits.length > 1 && digits.startsWith('0');
  const base = octal ? '0o' : (prefix.toLowerCase() as keyof typeof DIGITS);
  if (!DIGITS[base].test(digits)) return undefined;
  const value = BigInt(base + digits) * (sign === '-' ? -1n : 1n);
  return value > INT64_MAX || value < INT64_MIN ? undefined : value;
}

/** cast.ToInt64 of spf13/cast v1.7. */
export function integer(value: unknown): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') {
    const whole = Number.isFinite(value) ? BigInt(Math.trunc(value)) : INT64_MIN;
    return whole > INT64_MAX || whole < INT64_MIN ? INT64_MIN : whole;
  }
  if (typeof value === 'boolean') return value ? 1n : 0n;
  return typeof value === 'string' ? (parseInteger(value.replace(/\.0+$/, '')) ?? 0n) : 0n;
}

const DECIMAL = /^[+-]?(?:\d+(?:_?\d+)*\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const INFINITE = /^([+-]?)inf(?:inity)?$/i;

/** cast.ToFloat64 of spf13/cast v1.7. */
export function float(value: unknown): number {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value !== 'string') return 0;
  const infinite = INFINITE.exec(value);
  if (infinite) return infinite[1] === '-' ? -Infinity : Infinity;
  return DECIMAL.test(value) ? Number(value.replaceAll('_', '')) : 0;
}

const MAX_LIST = 100_000;

/** Counts from a number up to another, or down to it. */
export function untilStep(start: bigint, stop: bigint, step: bigint): bigint[] {
  const result: bigint[] = [];
  if (stop < start ? step >= 0n : step <= 0n) return result;
  for (let i = start; (stop < start ? i > stop : i < stop) && result.length < MAX_LIST; i += step) result.push(i);
  return result;
}

function seq(...params: bigint[]): string {
  const [first, second, third] = params;
  if (params.length === 0 || params.length > 3) return '';
  const start = params.length === 1 ? 1n : first;
  const end = third ?? second ?? first;
  const direction = end < start ? -1n : 1n;
  if (params.length === 3 && end < start && second > 0n) return '';
  return untilStep(start, end + direction, params.length === 3 ? second : direction).join(' ');
}

function round(value: unknown, places: bigint, ...on: unknown[]): number {
  const power = 10 ** Number(places);
  const digit = power * float(value);
  const over = digit - Math.trunc(digit) >= (on.length > 0 ? float(on[0]) : 0.5);
  return (over ? Math.ceil(digit) : Math.floor(digit)) / power;
}

const fold = (call: (sum: bigint, value: bigint) => bigint) =>
  templateFunction(['any'], (...values: unknown[]) => values.map(integer).reduce(call), 'any');

/** shopspring/decimal reckons with the shortest decimals of its operands, not with their binary values. */
const decimals = (value: number): number => /\.(\d+)$/.exec(String(value))?.[1].length ?? 0;

const decimal = (call: (a: number, b: number) => number) =>
  templateFunction(
    ['any'],
    (...values: unknown[]) =>
      values.map(float).reduce((a, b) => {
        const result = call(a, b);
        const places = decimals(a) + decimals(b);
        return Number.isFinite(result) && places > 0 && places <= 20 && Math.abs(result) < 1e15
          ? Number(result.toFixed(places))
          : result;
      }),
    'any',
  );

const quotient = (a: number, b: number): number => {
  if (b === 0) throw new FunctionFailure('decimal division by 0');
  return a / b;
};

const divide = (a: bigint, b: bigint): bigint => {
  if (b === 0n) throw new FunctionFailure('runtime error: integer divide by zero');
  return a / b;
};

const extreme = (call: (a: number, b: number) => number) =>
  templateFunction(['any'], (...values: unknown[]) => values.map(float).reduce((a, b) => call(a, b)), 'any');

/** Sprig's functions on numbers (numeric.go). */
export const SPRIG_NUMBERS: FunctionTable = {
  add: templateFunction([], (...values: unknown[]) => values.map(integer).reduce((a, b) => a + b, 0n), 'any'),
  add1: templateFunction(1, (value: unknown) => integer(value) + 1n),
  add1f: templateFunction(1, (value: unknown) => float(value) + 1),
  addf: decimal((a, b) => a + b),
  atoi: templateFunction(['string'], (text: string) => (/^[+-]?\d+$/.test(text) ? BigInt(text) : 0n)),
  ceil: templateFunction(1, (value: unknown) => Math.ceil(float(value))),
  div: templateFunction(2, (a: unknown, b: unknown) => divide(integer(a), integer(b))),
  divf: templateFunction(['any'], (...values: unknown[]) => values.map(float).reduce(quotient), 'any'),
  float64: templateFunction(1, float),
  floor: templateFunction(1, (value: unknown) => Math.floor(float(value))),
  int: templateFunction(1, integer),
  int64: templateFunction(1, integer),
  max: fold((a, b) => (a > b ? a : b)),
  maxf: extreme(Math.max),
  min: fold((a, b) => (a < b ? a : b)),
  minf: extreme(Math.min),
  mod: templateFunction(2, (a: unknown, b: unknown) => integer(a) - divide(integer(a), integer(b)) * integer(b)),
  mul: fold((a, b) => a * b),
  mulf: decimal((a, b) => a * b),
  round: templateFunction(['any', 'int'], round, 'any'),
  seq: templateFunction([], seq, 'int'),
  sub: templateFunction(2, (a: unknown, b: unknown) => integer(a) - integer(b)),
  subf: decimal((a, b) => a - b),
  toDecimal: templateFunction(1, (value: unknown) => {
    const text = formatValue(value);
    return /^[+-]?[0-7]+$/.test(text) ? BigInt(Number.parseInt(text, 8)) : 0n;
  }),
  until: templateFunction(['int'], (count: bigint) => untilStep(0n, count, count < 0n ? -1n : 1n)),
  untilStep: templateFunction(['int', 'int', 'int'], untilStep),
};
