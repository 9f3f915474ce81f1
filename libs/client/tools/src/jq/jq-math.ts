import { describe } from './jq-arithmetic.js';
import type { JqNative } from './jq-evaluator.js';
import { valueNative } from './jq-native.js';
import { JqError } from './jq-node.js';

const MATH: readonly ('floor' | 'sqrt' | 'ceil' | 'round' | 'exp' | 'log' | 'log2' | 'log10' | 'sin' | 'cos' | 'tan' | 'asin' | 'acos' | 'atan' | 'cbrt' | 'trunc')[] = ['floor', 'sqrt', 'ceil', 'round', 'exp', 'log', 'log2', 'log10', 'sin', 'cos', 'tan', 'asin', 'acos', 'atan', 'cbrt', 'trunc']; // prettier-ignore

/** Functions of numbers, by `name/arity`. */
export function mathNatives(): Record<string, JqNative> {
  const natives: Record<string, JqNative> = {};
  const number = (value: unknown): number => {
    if (typeof value !== 'number') throw new JqError(`${describe(value)} number required`);
    return value;
  };
  for (const name of MATH) natives[`${name}/0`] = valueNative((value) => Math[name](number(value)));
  natives['fabs/0'] = valueNative((value) => Math.abs(number(value)));
  natives['exp10/0'] = valueNative((value) => 10 ** number(value));
  natives['exp2/0'] = valueNative((value) => 2 ** number(value));
  natives['pow/2'] = valueNative((_, [base, exponent]) => number(base) ** number(exponent));
  natives['log/2'] = valueNative((_, [base, value]) => Math.log(number(value)) / Math.log(number(base)));
  natives['fmin/2'] = valueNative((_, [a, b]) => Math.min(number(a), number(b)));
  natives['fmax/2'] = valueNative((_, [a, b]) => Math.max(number(a), number(b)));
  natives['fmod/2'] = valueNative((_, [a, b]) => number(a) % number(b));
  return natives;
}
