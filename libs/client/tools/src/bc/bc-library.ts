import { ZERO, add, compare, divide, multiply, negate, rescale, squareRoot, type Decimal } from './decimal.js';

const whole = (value: number): Decimal => ({ units: BigInt(value), scale: 0 });
const ONE = whole(1);
/** Digits beyond those that are asked for. */
const GUARD = 10;

const over = (a: Decimal, b: Decimal, scale: number): Decimal => divide(a, b, scale) ?? ZERO;

/** Cut off after `scale` digits; what is a whole number but for the last guard digits counts as that. */
function cut(value: Decimal, scale: number): Decimal {
  const nudge = { units: value.units < 0n ? -1n : 1n, scale: scale + GUARD - 3 };
  return value.units === 0n ? value : rescale(add(value, nudge), scale);
}

/** Sums terms until one is 0 at this scale. */
function series(
  first: Decimal,
  next: (term: Decimal, count: number) => Decimal,
  weigh: (term: Decimal, count: number) => Decimal,
): Decimal {
  let term = first;
  let sum = weigh(term, 0);
  for (let count = 1; ; count++) {
    term = next(term, count);
    if (term.units === 0n) return sum;
    sum = add(sum, weigh(term, count));
  }
}

function exponential(x: Decimal, scale: number): Decimal {
  const digits = scale + GUARD + Math.max(0, Math.ceil(Number(rescale(x, 0).units) * 0.44));
  const negative = x.units < 0n;
  let reduced = rescale(negative ? negate(x) : x, digits);
  let halvings = 0;
  for (; compare(reduced, ONE) > 0; halvings++) reduced = over(reduced, whole(2), digits);
  const sum = series(
    rescale(ONE, digits),
    (term, n) => over(multiply(term, reduced, digits), whole(n), digits),
    (term) => term,
  );
  let value = sum;
  for (; halvings > 0; halvings--) value = multiply(value, value, digits);
  return cut(negative ? over(ONE, value, digits) : value, scale);
}

function logarithm(x: Decimal, scale: number): Decimal {
  if (x.units <= 0n) return over(add(ONE, negate({ units: 10n ** BigInt(scale), scale: 0 })), ONE, scale);
  const digits = scale + GUARD + x.units.toString().length;
  let reduced = rescale(x, digits);
  let factor = 2;
  while (compare(reduced, whole(2)) >= 0 || compare(reduced, { units: 5n, scale: 1 }) <= 0) {
    factor *= 2;
    reduced = squareRoot(reduced, digits) ?? ONE;
  }
  const ratio = over(add(reduced, negate(ONE)), add(reduced, ONE), digits);
  const square = multiply(ratio, ratio, digits);
  const sum = series(
    ratio,
    (term) => multiply(term, square, digits),
    (term, n) => over(term, whole(2 * n + 1), digits),
  );
  return cut(multiply(whole(factor), sum, digits), scale);
}

function arctangent(x: Decimal, scale: number): Decimal {
  const digits = scale + GUARD;
  const negative = x.units < 0n;
  const fifth: Decimal = { units: 2n, scale: 1 };
  const sumOf = (value: Decimal): Decimal => {
    const square = negate(multiply(value, value, digits));
    return series(
      rescale(value, digits),
      (term) => multiply(term, square, digits),
      (term, n) => over(term, whole(2 * n + 1), digits),
    );
  };
  let reduced = rescale(negative ? negate(x) : x, digits);
  let times = 0;
  for (; compare(reduced, fifth) > 0; times++)
    reduced = over(add(reduced, negate(fifth)), add(ONE, multiply(reduced, fifth, digits)), digits);
  const sum = add(sumOf(reduced), times > 0 ? multiply(whole(times), sumOf(fifth), digits) : ZERO);
  return cut(negative ? negate(sum) : sum, scale);
}

function sine(x: Decimal, scale: number): Decimal {
  const digits = scale + GUARD + x.units.toString().length;
  const quarter = arctangent(ONE, digits);
  const half = multiply(quarter, whole(4), digits);
  // How often π goes into x, to the nearest.
  const doubled = over(multiply(x, whole(2), digits), half, 0).units;
  const times = (doubled + (doubled < 0n ? -1n : 1n)) / 2n;
  let reduced = add(rescale(x, digits), negate(multiply({ units: times, scale: 0 }, half, digits)));
  if (times % 2n !== 0n) reduced = negate(reduced);
  const square = negate(multiply(reduced, reduced, digits));
  const sum = series(
    reduced,
    (term, n) => over(multiply(term, square, digits), whole(2 * n * (2 * n + 1)), digits),
    (term) => term,
  );
  return cut(sum, scale);
}

function cosine(x: Decimal, scale: number): Decimal {
  const digits = scale + GUARD + x.units.toString().length;
  return cut(sine(add(x, multiply(arctangent(ONE, digits), whole(2), digits)), digits), scale);
}

function bessel(order: Decimal, x: Decimal, scale: number): Decimal {
  const n = Number(rescale(order, 0).units);
  const absolute = Math.abs(n);
  const digits = 2 * scale + GUARD + absolute;
  let factor = rescale(ONE, digits);
  for (let i = 1; i <= absolute; i++) factor = over(multiply(factor, x, digits), whole(2 * i), digits);
  const square = over(negate(multiply(x, x, digits)), whole(4), digits);
  const sum = series(
    rescale(ONE, digits),
    (term, i) => over(multiply(term, square, digits), whole(i * (absolute + i)), digits),
    (term) => term,
  );
  const value = multiply(factor, sum, digits);
  return cut(n < 0 && absolute % 2 === 1 ? negate(value) : value, scale);
}

/** The functions of `bc -l`, cut off after `scale` digits. */
export const MATH_LIBRARY: ReadonlyMap<string, (args: readonly Decimal[], scale: number) => Decimal> = new Map([
  ['a', ([x]: readonly Decimal[], scale: number) => arctangent(x, scale)],
  ['c', ([x]: readonly Decimal[], scale: number) => cosine(x, scale)],
  ['e', ([x]: readonly Decimal[], scale: number) => exponential(x, scale)],
  ['j', ([n, x]: readonly Decimal[], scale: number) => bessel(n, x, scale)],
  ['l', ([x]: readonly Decimal[], scale: number) => logarithm(x, scale)],
  ['s', ([x]: readonly Decimal[], scale: number) => sine(x, scale)],
]);
