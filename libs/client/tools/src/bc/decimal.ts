/** bc's numbers: `units` × 10^-scale, cut off and never rounded. */
export interface Decimal {
  readonly units: bigint;
  readonly scale: number;
}

const power = (exponent: number): bigint => 10n ** BigInt(exponent);
const absolute = (value: bigint): bigint => (value < 0n ? -value : value);

export const ZERO: Decimal = { units: 0n, scale: 0 };

/** The same number with more or fewer digits behind the point. */
export function rescale({ units, scale }: Decimal, wanted: number): Decimal {
  if (wanted >= scale) return { units: units * power(wanted - scale), scale: wanted };
  return { units: units / power(scale - wanted), scale: wanted };
}

export function parseDecimal(text: string): Decimal {
  const [whole, part = ''] = text.split('.');
  return { units: BigInt(`${whole}${part}` || '0'), scale: part.length };
}

export function add(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale);
  return { units: rescale(a, scale).units + rescale(b, scale).units, scale };
}

export const negate = ({ units, scale }: Decimal): Decimal => ({ units: -units, scale });

export function compare(a: Decimal, b: Decimal): number {
  const { units } = add(a, negate(b));
  return units < 0n ? -1 : units > 0n ? 1 : 0;
}

export function multiply(a: Decimal, b: Decimal, scale: number): Decimal {
  const kept = Math.min(a.scale + b.scale, Math.max(scale, a.scale, b.scale));
  return rescale({ units: a.units * b.units, scale: a.scale + b.scale }, kept);
}

/** Undefined for a division by zero. */
export function divide(a: Decimal, b: Decimal, scale: number): Decimal | undefined {
  if (b.units === 0n) return undefined;
  return { units: (a.units * power(scale + b.scale)) / (b.units * power(a.scale)), scale };
}

export function remainder(a: Decimal, b: Decimal, scale: number): Decimal | undefined {
  const quotient = divide(a, b, scale);
  const kept = Math.max(scale + b.scale, a.scale);
  return quotient && rescale(add(a, negate(multiply(quotient, b, kept))), kept);
}

export function raise(base: Decimal, exponent: number, scale: number): Decimal | undefined {
  const units = base.units ** BigInt(Math.abs(exponent));
  const exact = { units, scale: base.scale * Math.abs(exponent) };
  if (exponent < 0) return divide({ units: 1n, scale: 0 }, exact, scale);
  return rescale(exact, Math.min(exact.scale, Math.max(scale, base.scale)));
}

/** Undefined for a negative number. */
export function squareRoot(value: Decimal, scale: number): Decimal | undefined {
  if (value.units < 0n) return undefined;
  const kept = Math.max(scale, value.scale);
  const target = rescale(value, 2 * kept).units;
  if (target === 0n) return { units: 0n, scale: kept };
  let guess = power(Math.ceil(target.toString().length / 2));
  for (;;) {
    const next = (guess + target / guess) / 2n;
    if (next >= guess) return { units: guess, scale: kept };
    guess = next;
  }
}

/** In another base: above 16 each digit is a decimal number of its own, a space before it. */
function inBase(units: bigint, scale: number, base: number): string {
  const whole = units / power(scale);
  const digits: number[] = [];
  for (let rest = whole; rest > 0n; rest /= BigInt(base)) digits.unshift(Number(rest % BigInt(base)));
  const width = String(base - 1).length;
  const text = (digit: number): string =>
    base <= 16 ? digit.toString(16).toUpperCase() : ` ${String(digit).padStart(width, '0')}`;
  const before = digits.map(text).join('');
  let rest = units % power(scale);
  if (scale === 0 || (rest === 0n && whole === 0n)) return before || '0';
  const after: string[] = [];
  for (let reached = 1n; reached < power(scale); reached *= BigInt(base)) {
    rest *= BigInt(base);
    after.push(text(Number(rest / power(scale))));
    rest %= power(scale);
  }
  return `${before}.${base <= 16 ? after.join('') : after.join('').slice(1)}`;
}

/** As bc prints it: no zero before the point. */
export function decimalText({ units, scale }: Decimal, base: number): string {
  const sign = units < 0n ? '-' : '';
  if (base !== 10) return `${units === 0n ? '' : sign}${inBase(absolute(units), scale, base)}`;
  const digits = absolute(units).toString().padStart(scale, '0');
  const whole = digits.slice(0, digits.length - scale);
  const part = digits.slice(digits.length - scale);
  if (units === 0n) return '0';
  return `${sign}${whole}${scale > 0 ? `.${part}` : ''}`;
}
