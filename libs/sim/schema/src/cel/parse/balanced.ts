import type { CelExpr } from './expression.js';

/** A chain of `&&` or `||` as a tree of little depth (cel-go helper.go, balancingLogicManager). */
export function balanced(
  name: string,
  terms: readonly CelExpr[],
  offsets: readonly number[],
  low: number,
  high: number,
): CelExpr {
  const middle = Math.floor((low + high + 1) / 2);
  const left = middle === low ? terms[middle] : balanced(name, terms, offsets, low, middle - 1);
  const right = middle === high ? terms[middle + 1] : balanced(name, terms, offsets, middle + 1, high);
  return { kind: 'call', offset: offsets[middle], name, target: undefined, args: [left, right] };
}
