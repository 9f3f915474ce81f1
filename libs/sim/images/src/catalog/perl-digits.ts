/** Scaled arctangent of 1/x. */
function arctangent(x: bigint, unit: bigint): bigint {
  let term = unit / x;
  let sum = term;
  const square = x * x;
  for (let n = 3n, sign = -1n; term !== 0n; n += 2n, sign = -sign) {
    term /= square;
    sum += (sign * term) / n;
  }
  return sum;
}

/** π to so many significant digits, the last one rounded (Math::BigFloat bpi). */
export function digitsOfPi(count: number): string {
  const unit = 10n ** BigInt(count + 9);
  const pi = 4n * (4n * arctangent(5n, unit) - arctangent(239n, unit));
  const cut = 10n ** 10n;
  const text = ((pi + cut / 2n) / cut).toString();
  return count === 1 ? text : `${text.slice(0, 1)}.${text.slice(1)}`;
}
