import { fail, ok, type Result } from '@seatrial/kernel';

/** How a quantity prints: powers of ten, powers of two, or with an exponent (k8s.io/apimachinery/pkg/api/resource). */
export type QuantityFormat = 'DecimalSI' | 'BinarySI' | 'DecimalExponent';

export const QUANTITY_FORMAT_ERROR =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const SUFFIX_ERROR = "unable to parse quantity's suffix";

const NANO = 9;
const NANOS = 10n ** 9n;
const MAX_NANOS = (2n ** 63n - 1n) * NANOS;

const DECIMAL: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const BINARY: Readonly<Record<string, number>> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 };
const DECIMAL_SUFFIX = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];
const BINARY_SUFFIX = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

interface Suffix {
  readonly base: 2 | 10;
  readonly exponent: number;
  readonly format: QuantityFormat;
}

function interpretSuffix(suffix: string): Suffix | undefined {
  if (Object.hasOwn(DECIMAL, suffix)) return { base: 10, exponent: DECIMAL[suffix], format: 'DecimalSI' };
  if (Object.hasOwn(BINARY, suffix)) return { base: 2, exponent: BINARY[suffix], format: 'BinarySI' };
  if (suffix.length > 1 && (suffix.startsWith('e') || suffix.startsWith('E'))) {
    if (!/^[+-]?\d{1,9}$/.test(suffix.slice(1))) return undefined;
    return { base: 10, exponent: Number(suffix.slice(1)), format: 'DecimalExponent' };
  }
  return undefined;
}

const ceilDivide = (a: bigint, b: bigint): bigint => (a % b === 0n ? a / b : a / b + 1n);

function scaleToNanos(digits: bigint, fraction: number, suffix: Suffix): bigint {
  if (suffix.base === 2) {
    const scaled = digits * 2n ** BigInt(suffix.exponent) * NANOS;
    return ceilDivide(scaled, 10n ** BigInt(fraction));
  }
  const exponent = suffix.exponent - fraction + NANO;
  if (exponent > 60) return digits === 0n ? 0n : MAX_NANOS;
  if (exponent < -200) return digits === 0n ? 0n : 1n;
  return exponent >= 0 ? digits * 10n ** BigInt(exponent) : ceilDivide(digits, 10n ** BigInt(-exponent));
}

const PATTERN = /^([+-]?)(\d*)(?:\.(\d*))?([eEinumkKMGTP]*[-+]?\d*)$/;

/**
 * An exact amount as Kubernetes writes it (`500m`, `1Gi`), to the precision of a billionth. Immutable.
 * Canonical form: no fraction, the largest suffix that keeps the amount whole.
 */
export class Quantity {
  private text: string | undefined;

  private constructor(
    /** The amount in billionths. */
    readonly nanos: bigint,
    readonly format: QuantityFormat,
  ) {}

  static readonly zero = new Quantity(0n, 'DecimalSI');

  static parse(text: string): Result<Quantity, string> {
    const cached = parsed.get(text);
    if (cached) return ok(cached);
    if (text === '') return fail(QUANTITY_FORMAT_ERROR);
    const match = PATTERN.exec(text);
    if (!match) return fail(QUANTITY_FORMAT_ERROR);
    const [, sign, whole, fraction = '', suffixText] = match;
    const suffix = interpretSuffix(suffixText);
    if (!suffix) return fail(SUFFIX_ERROR);
    if (whole.length + fraction.length > 1000) return fail('unable to parse numeric part of quantity');
    let nanos = scaleToNanos(BigInt(whole + fraction || '0'), fraction.length, suffix);
    if (suffix.format === 'BinarySI' && nanos > MAX_NANOS) nanos = MAX_NANOS;
    const format = suffix.format === 'BinarySI' && nanos > 0n && nanos < NANOS ? 'DecimalSI' : suffix.format;
    const quantity = new Quantity(sign === '-' ? -nanos : nanos, format);
    if (parsed.size < 4096) parsed.set(text, quantity);
    return ok(quantity);
  }

  /** For texts that are known to be quantities (stored objects); anything else counts as zero. */
  static of(text: string | number | undefined | null): Quantity {
    if (text === undefined || text === null) return Quantity.zero;
    const result = Quantity.parse(String(text));
    return result.ok ? result.value : Quantity.zero;
  }

  static fromNanos(nanos: bigint, format: QuantityFormat = 'DecimalSI'): Quantity {
    return new Quantity(nanos, format);
  }

  static fromInteger(value: number | bigint, format: QuantityFormat = 'DecimalSI'): Quantity {
    return new Quantity(BigInt(value) * NANOS, format);
  }

  static fromMilli(value: number | bigint, format: QuantityFormat = 'DecimalSI'): Quantity {
    return new Quantity(BigInt(value) * 1_000_000n, format);
  }

  add(other: Quantity): Quantity {
    return new Quantity(this.nanos + other.nanos, this.nanos === 0n ? other.format : this.format);
  }

  sub(other: Quantity): Quantity {
    return new Quantity(this.nanos - other.nanos, this.nanos === 0n ? other.format : this.format);
  }

  negate(): Quantity {
    return new Quantity(-this.nanos, this.format);
  }

  compare(other: Quantity): -1 | 0 | 1 {
    return this.nanos < other.nanos ? -1 : this.nanos > other.nanos ? 1 : 0;
  }

  equals(other: Quantity): boolean {
    return this.nanos === other.nanos;
  }

  sign(): -1 | 0 | 1 {
    return this.nanos < 0n ? -1 : this.nanos > 0n ? 1 : 0;
  }

  isZero(): boolean {
    return this.nanos === 0n;
  }

  /** Rounded up to thousandths, as the API server does to every resource list. */
  roundUpToMilli(): Quantity {
    const unit = 1_000_000n;
    if (this.nanos % unit === 0n) return this;
    return new Quantity((this.nanos / unit + (this.nanos > 0n ? 1n : -1n)) * unit, this.format);
  }

  /** The amount as a whole number, rounded up (Go's Value()). */
  value(): number {
    return Number(roundUp(this.nanos, NANOS));
  }

  /** The amount in thousandths, rounded up (Go's MilliValue()). */
  milliValue(): number {
    return Number(roundUp(this.nanos, 1_000_000n));
  }

  /** The amount as a number that may be inexact (Go's AsApproximateFloat64()). */
  toNumber(): number {
    return Number(this.nanos) / 1e9;
  }

  isInteger(): boolean {
    return this.nanos % NANOS === 0n;
  }

  /** The canonical form. */
  toString(): string {
    this.text ??= this.canonical();
    return this.text;
  }

  toJSON(): string {
    return this.toString();
  }

  private canonical(): string {
    if (this.nanos === 0n) return '0';
    const absolute = this.nanos < 0n ? -this.nanos : this.nanos;
    const sign = this.nanos < 0n ? '-' : '';
    if (this.format === 'BinarySI' && absolute >= 1024n * NANOS && absolute % NANOS === 0n) {
      let value = absolute / NANOS;
      let power = 0;
      while (value % 1024n === 0n && power < 6) {
        value /= 1024n;
        power++;
      }
      return `${sign}${value}${BINARY_SUFFIX[power]}`;
    }
    let value = absolute;
    let exponent = -9;
    while (value % 1000n === 0n && exponent < 18) {
      value /= 1000n;
      exponent += 3;
    }
    if (this.format === 'DecimalExponent') return exponent === 0 ? `${sign}${value}` : `${sign}${value}e${exponent}`;
    return `${sign}${value}${DECIMAL_SUFFIX[(exponent + 9) / 3]}`;
  }
}

const roundUp = (nanos: bigint, unit: bigint): bigint =>
  nanos % unit === 0n ? nanos / unit : nanos / unit + (nanos > 0n ? 1n : 0n);

const parsed = new Map<string, Quantity>();
