/* What evaluations cost while they run (cel-go interpreter/runtimecost.go, k8s.io/apiserver/pkg/apis/cel/config.go). */

/** Of one expression. */
const PER_CALL_LIMIT = 1_000_000;
/** Of all expressions of one policy, or of all rules of one custom resource. */
export const RUNTIME_COST_BUDGET = 10_000_000;
export const MATCH_CONDITIONS_COST_BUDGET = 2_500_000;

export const COST_LIMIT_EXCEEDED = 'operation cancelled: actual cost limit exceeded';

/** Ends an evaluation that has cost too much. */
export class CostLimitExceeded extends Error {}

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

/** What one evaluation has cost so far. */
export class CelMeter {
  cost = 0;
  /** Work that costs nothing in CEL but takes this program time. */
  private work = 0;

  charge(cost: number): void {
    this.cost += cost;
    if (this.cost > PER_CALL_LIMIT) throw new CostLimitExceeded(COST_LIMIT_EXCEEDED);
  }

  /** Bounds what CEL's costs leave unbounded: sizes of strings and lists that a function makes. */
  bound(work: number): void {
    this.work += work;
    if (this.work > PER_CALL_LIMIT * 5) throw new CostLimitExceeded(COST_LIMIT_EXCEEDED);
  }
}
