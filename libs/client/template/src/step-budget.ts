/** Takes steps from the caller's budget; throws (the kernel's BudgetExceededError) when they are used up. */
export type Charge = (steps: number) => void;

/** For callers without a budget of their own: more than any honest template needs. */
const LIMIT = 20_000_000;

/** A template that would take too long; the caller without a budget gets it as an error's text. */
export class StepLimitError extends Error {
  override name = 'StepLimitError';
}

export function limitedSteps(): Charge {
  let used = 0;
  return (steps) => {
    used += steps;
    if (used > LIMIT) throw new StepLimitError('template takes too many steps');
  };
}

/** Steps for what a function may copy of its arguments. */
export function copyingCost(values: readonly unknown[]): number {
  let cost = 0;
  for (const value of values) {
    if (typeof value === 'string') cost += value.length >> 8;
    else if (Array.isArray(value)) cost += value.length >> 2;
  }
  return cost;
}
