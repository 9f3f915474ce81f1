/** Significant digits and decimal exponent (value = 0.digits × 10^exponent) of the shortest text that reads back. */
function shortest(value: number): { readonly digits: string; readonly exponent: number } {
  const [mantissa, exponent] = value.toExponential().split('e');
  return { digits: mantissa.replace('.', ''), exponent: Number(exponent) + 1 };
}

function exponential(digits: string, exponent: number): string {
  const power = exponent - 1;
  const size = Math.abs(power);
  const fraction = digits.length > 1 ? `.${digits.slice(1)}` : '';
  return `${digits[0]}${fraction}e${power < 0 ? '-' : '+'}${size < 10 ? '0' : ''}${String(size)}`;
}

function positional(digits: string, exponent: number): string {
  if (exponent <= 0) return `0.${'0'.repeat(-exponent)}${digits}`;
  if (exponent >= digits.length) return digits + '0'.repeat(exponent - digits.length);
  return `${digits.slice(0, exponent)}.${digits.slice(exponent)}`;
}

function special(value: number): string | undefined {
  if (Number.isNaN(value)) return 'NaN';
  if (value === Infinity) return '+Inf';
  if (value === -Infinity) return '-Inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  return undefined;
}

/**
 * Go's strconv.FormatFloat(value, 'g', -1, 64), which is also fmt's %v: the shortest text that reads back, with an
 * exponent below 1e-4 and from 1e6 on.
 */
export function goFloat(value: number): string {
  const named = special(value);
  if (named !== undefined) return named;
  const sign = value < 0 ? '-' : '';
  const { digits, exponent } = shortest(Math.abs(value));
  return sign + (exponent <= -4 || exponent > 6 ? exponential : positional)(digits, exponent);
}

/** The same with a float32's precision. */
export function goFloat32(value: number): string {
  const single = Math.fround(value);
  if (!Number.isFinite(single) || single === 0) return goFloat(single);
  for (let precision = 1; precision <= 9; precision++) {
    const rounded = Number(single.toPrecision(precision));
    if (Math.fround(rounded) === single) return goFloat(rounded);
  }
  return goFloat(single);
}
