/* Ranges of sizes and costs that stop at the largest 64-bit number (cel-go checker/cost.go). */

export const UNBOUNDED = 2 ** 64;

export interface Estimate {
  readonly min: number;
  readonly max: number;
}

const clamp = (value: number): number => Math.min(value, UNBOUNDED);

export const fixed = (value: number): Estimate => ({ min: value, max: value });
export const NOTHING: Estimate = fixed(0);
export const ONE: Estimate = fixed(1);
export const UNKNOWN: Estimate = { min: 0, max: UNBOUNDED };

export const add = (a: Estimate, b: Estimate): Estimate => ({ min: clamp(a.min + b.min), max: clamp(a.max + b.max) });
export const multiply = (a: Estimate, b: Estimate): Estimate => ({
  min: clamp(a.min * b.min),
  max: clamp(a.max * b.max),
});
/** Times a factor, rounded up. */
export const scale = (a: Estimate, factor: number): Estimate => ({
  min: clamp(Math.ceil(a.min * factor)),
  max: clamp(Math.ceil(a.max * factor)),
});
export const union = (a: Estimate, b: Estimate): Estimate => ({
  min: Math.min(a.min, b.min),
  max: Math.max(a.max, b.max),
});
export const sum = (parts: readonly Estimate[]): Estimate => parts.reduce(add, NOTHING);
