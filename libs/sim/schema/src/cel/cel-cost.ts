import { children, type CelNode } from './cel-ast.js';

/* What evaluations cost while they run (cel-go interpreter/runtimecost.go, k8s.io/apiserver/pkg/apis/cel/config.go). */

/** Of one expression. */
const PER_CALL_LIMIT = 1_000_000;
/** Of all expressions of one policy, or of all rules of one custom resource. */
export const RUNTIME_COST_BUDGET = 10_000_000;
export const MATCH_CONDITIONS_COST_BUDGET = 2_500_000;

export const COST_LIMIT_EXCEEDED = 'operation cancelled: actual cost limit exceeded';

/** Strings are looked at by tens. */
const PER_CHARACTER = 0.1;

class CostLimitExceeded extends Error {}

/** What is left of a budget that several evaluations share. */
export class CelBudget {
  constructor(private left: number) {}

  get exhausted(): boolean {
    return this.left < 0;
  }

  spend(cost: number): void {
    this.left -= cost;
  }
}

let spent = 0;

/** Charges a function that does more than one step's work. */
export function spend(cost: number): void {
  spent += cost;
  if (spent > PER_CALL_LIMIT) throw new CostLimitExceeded(COST_LIMIT_EXCEEDED);
}

type Evaluate = (this: unknown, evaluator: unknown, node: unknown, context: unknown) => unknown;

function meter(node: CelNode): void {
  let inner = (node as CelNode & { evaluate: Evaluate }).evaluate;
  const counted: Evaluate = function (evaluator, _node, context) {
    spend(1);
    const value = inner.call(node, evaluator, node, context);
    if (typeof value === 'string') spend(value.length * PER_CHARACTER);
    return value;
  };
  // The library replaces the method at its first call; the count stays in front of it.
  Object.defineProperty(node, 'evaluate', {
    configurable: true,
    get: () => counted,
    set: (evaluate: Evaluate) => {
      inner = evaluate;
    },
  });
}

/** Makes every step of an expression count. */
export function meterAll(node: CelNode): void {
  meter(node);
  for (const child of children(node)) meterAll(child);
}

/** Runs an evaluation of metered steps; undefined when it costs too much. */
export function withinCostLimit<T>(run: () => T, budget: CelBudget | undefined): { readonly value: T } | undefined {
  spent = 0;
  try {
    return { value: run() };
  } catch (error) {
    if (error instanceof Error && (error instanceof CostLimitExceeded || error.message.includes(COST_LIMIT_EXCEEDED)))
      return undefined;
    throw error;
  } finally {
    budget?.spend(spent);
  }
}
