/** What may run out in one replay. Units: counts, UTF-16 code units for bytes, milliseconds of virtual time. */
export interface SimulationBudget {
  /** Events taken from the queue. */
  readonly events: number;
  /** Objects alive in the store. */
  readonly objects: number;
  /** Bytes that all processes may print or keep in files together. */
  readonly bytes: number;
  /** Virtual time that may pass after the start. */
  readonly virtualTimeMs: number;
  /** Steps of evaluators (shell, jq, CEL, templates) together. */
  readonly steps: number;
  /** Processes alive at once, on all machines. */
  readonly processes: number;
}

export type BudgetName = keyof SimulationBudget;

export const DEFAULT_BUDGET: SimulationBudget = {
  events: 5_000_000,
  objects: 500_000,
  bytes: 256 * 1024 * 1024,
  virtualTimeMs: 7 * 24 * 3600 * 1000,
  steps: 20_000_000,
  processes: 20_000,
};

/** A replay that used up a budget. Ends the replay as a `submission_error` that names the budget. */
export class BudgetExceededError extends Error {
  override readonly name = 'BudgetExceededError';
  constructor(
    readonly budget: BudgetName,
    readonly limit: number,
  ) {
    super(`the replay used up its budget of ${String(limit)} ${budget}`);
  }
}
