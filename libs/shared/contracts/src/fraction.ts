/** An exact number of points: a reduced fraction with a positive denominator. */
export interface Fraction {
  readonly numerator: number;
  readonly denominator: number;
}

/** What a fraction's parts may grow to; beyond it sums would no longer be exact. */
const LARGEST_PART = Number.MAX_SAFE_INTEGER;

function greatestCommonDivisor(a: number, b: number): number {
  let [x, y] = [Math.abs(a), Math.abs(b)];
  while (y !== 0) [x, y] = [y, x % y];
  return x;
}

/** `numerator / denominator`, reduced. Throws when the parts are not exact whole numbers or the denominator is 0. */
export function fraction(numerator: number, denominator = 1): Fraction {
  if (!Number.isSafeInteger(numerator) || !Number.isSafeInteger(denominator) || denominator === 0) {
    throw new RangeError(`not an exact fraction: ${String(numerator)}/${String(denominator)}`);
  }
  const divisor = (greatestCommonDivisor(numerator, denominator) || 1) * (denominator < 0 ? -1 : 1);
  return { numerator: numerator / divisor, denominator: denominator / divisor };
}

export const ZERO: Fraction = { numerator: 0, denominator: 1 };

export function addFractions(a: Fraction, b: Fraction): Fraction {
  return fraction(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator);
}

export function sumFractions(fractions: Iterable<Fraction>): Fraction {
  let sum = ZERO;
  for (const item of fractions) sum = addFractions(sum, item);
  return sum;
}

/** Negative, zero or positive as `a` is less than, equal to or more than `b`. */
export function compareFractions(a: Fraction, b: Fraction): number {
  return a.numerator * b.denominator - b.numerator * a.denominator;
}

/** Reads `3`, `1/3`, `2.5`; undefined for anything else. */
export function parseFraction(text: string): Fraction | undefined {
  const match = /^(\d{1,9})(?:\.(\d{1,6})|\/([1-9]\d{0,8}))?$/.exec(text.trim());
  if (!match) return undefined;
  const [, whole, decimals, denominator] = match;
  if (denominator !== undefined) return fraction(Number(whole), Number(denominator));
  const scale = 10 ** (decimals?.length ?? 0);
  const value = Number(whole) * scale + Number(decimals ?? 0);
  return value <= LARGEST_PART ? fraction(value, scale) : undefined;
}

/** `7`, `1/3`: as people write it. */
export function fractionText({ numerator, denominator }: Fraction): string {
  return denominator === 1 ? String(numerator) : `${String(numerator)}/${String(denominator)}`;
}
