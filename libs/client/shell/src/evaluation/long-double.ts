const MANTISSA_BITS = 64;
const LARGEST_EXPONENT = 4000;

/** m · 2^e, as x87's 80 bits hold it: bash's and coreutils' printf compute in `long double`. */
export interface LongDouble {
  readonly mantissa: bigint;
  readonly exponent: number;
}

function bitLength(value: bigint): number {
  return value.toString(2).length;
}

/** n/d to a whole number, ties to even. */
function divide(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  const twice = (numerator % denominator) * 2n;
  if (twice < denominator || (twice === denominator && quotient % 2n === 0n)) return quotient;
  return quotient + 1n;
}

/** The nearest long double to an unsigned decimal number; undefined where a double says it as well (`inf`, far exponents). */
export function readLongDouble(text: string): LongDouble | undefined {
  const found = /^(\d*)\.?(\d*)(?:[eE]([-+]?\d+))?$/.exec(text);
  if (!found) return undefined;
  const power = Number(found[3] ?? '0') - found[2].length;
  const digits = BigInt(`0${found[1]}${found[2]}`);
  if (Math.abs(power) > LARGEST_EXPONENT || found[1].length > LARGEST_EXPONENT) return undefined;
  if (digits === 0n) return { mantissa: 0n, exponent: 0 };
  const numerator = power > 0 ? digits * 10n ** BigInt(power) : digits;
  const denominator = power < 0 ? 10n ** BigInt(-power) : 1n;
  const exponent = bitLength(numerator) - bitLength(denominator) - MANTISSA_BITS;
  const mantissa =
    exponent > 0
      ? divide(numerator, denominator << BigInt(exponent))
      : divide(numerator << BigInt(-exponent), denominator);
  return { mantissa, exponent };
}

/** Its decimal digits with so many behind the point, rounded to even: `%.nf` of C. */
export function fixedLongDouble({ mantissa, exponent }: LongDouble, decimals: number): string {
  const scaled = mantissa * 10n ** BigInt(decimals);
  const whole = exponent >= 0 ? scaled << BigInt(exponent) : divide(scaled, 1n << BigInt(-exponent));
  const digits = whole.toString().padStart(decimals + 1, '0');
  return decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}
