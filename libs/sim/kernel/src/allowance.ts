import type { BudgetName } from './budget.js';

/** What one command went beyond. Ends the program that did; the replay goes on. */
export class AllowanceExceededError extends Error {
  override readonly name = 'AllowanceExceededError';
  constructor(
    readonly budget: BudgetName,
    readonly limit: number,
  ) {
    super(`the command used up its allowance of ${String(limit)} ${budget}`);
  }
}

/**
 * What the programs of one machine may use up together for a while, such as one command of a student: a part of the
 * replay's budgets, so that one runaway command does not take them all. What is refused does not count as used.
 */
export class Allowance {
  private readonly used = new Map<BudgetName, number>();
  private exceeded = false;

  /** `onExceeded` is told once, in the middle of the program that went too far: it may only plan what to do. */
  constructor(
    private readonly limits: Readonly<Partial<Record<BudgetName, number>>>,
    private readonly onExceeded: (error: AllowanceExceededError) => void = () => undefined,
  ) {}

  /** Uses up some more, or gives some back (processes are counted where they live); throws an {@link AllowanceExceededError} for what goes beyond. */
  charge(budget: BudgetName, amount: number): void {
    if (this.limits[budget] === undefined || budget === 'processes') return;
    const used = (this.used.get(budget) ?? 0) + amount;
    if (amount > 0) this.admit(budget, used);
    this.used.set(budget, used);
  }

  /** Throws an {@link AllowanceExceededError} when there would be more than may be. */
  admit(budget: BudgetName, total: number): void {
    const limit = this.limits[budget];
    if (limit === undefined || total <= limit) return;
    this.tell(budget, limit);
    throw new AllowanceExceededError(budget, limit);
  }

  /** A program made more than the host can hold: it counts as beyond what it may use. */
  overflowed(budget: BudgetName): void {
    const limit = this.limits[budget];
    if (limit !== undefined) this.tell(budget, limit);
  }

  private tell(budget: BudgetName, limit: number): void {
    if (!this.exceeded) this.onExceeded(new AllowanceExceededError(budget, limit));
    this.exceeded = true;
  }
}
