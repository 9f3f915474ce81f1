import type { BudgetName, Condition, Input, Output, Process } from '@seatrial/kernel';

/** Whose behaviour and error texts a shell has: bash 5.2, or busybox's ash. */
export type ShellFlavour = 'bash' | 'ash';

export interface ShellSessionOptions {
  readonly flavour: ShellFlavour;
  readonly env: ReadonlyMap<string, string>;
  readonly cwd: string;
  readonly user: string;
  /** Aliases expand and job notices are printed, as at a prompt. */
  readonly interactive?: boolean;
  /** Aliases expand, though nothing else is as at a prompt (`shopt -s expand_aliases`). */
  readonly expandsAliases?: boolean;
  /** What error messages start with; by default `bash` or `sh`. */
  readonly name?: string;
  readonly budget?: Partial<StepBudget>;
}

/** What one step may use up before it is stopped. */
export interface StepBudget {
  /** Commands run, builtin or not. */
  readonly commands: number;
  /** UTF-16 code units written to the step's stdout and stderr together. */
  readonly outputBytes: number;
  /** Function calls, sourced files and substitutions inside each other. */
  readonly depth: number;
}

export const DEFAULT_STEP_BUDGET: StepBudget = { commands: 100_000, outputBytes: 32 * 1024 * 1024, depth: 200 };

export interface StepOptions {
  readonly stdout: Output;
  readonly stderr: Output;
  /** By default `/dev/null`. */
  readonly stdin?: Input;
  /** After this long the foreground gets SIGINT, as if the user pressed Ctrl-C. */
  readonly timeoutMs?: number;
}

/** One script given to a session. */
export interface ShellStep {
  /** Ready once the step has ended. */
  readonly finished: Condition;
  /** `$?` at the end; undefined before. */
  readonly exitCode: number | undefined;
  /** Set when the step did not end by itself. */
  readonly stopReason: StepStopReason | undefined;
}

export type StepStopReason =
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'budget'; readonly budget: keyof StepBudget | BudgetName; readonly limit: number };

/** One shell that lives as long as its session: variables, functions, directory and jobs stay. */
export interface ShellSession {
  readonly process: Process;
  /** True once the shell has exited (`exit`, `exec`, a signal); later steps cannot run. */
  readonly ended: boolean;
  /** Queues a script; it runs as the simulation's events are run. */
  run(script: string, options: StepOptions): ShellStep;
  /** Ctrl-C: SIGINT to the foreground job, and the rest of the step is dropped. */
  interrupt(): void;
  /** Ends the current step, or what the last one left running, for a reason; with `KILL` the session as well. */
  abort(reason: StepStopReason, signal?: 'INT' | 'KILL'): void;
  /** Ctrl-C at the terminal of a step: what runs in front gets SIGINT, the step itself only when nothing does. */
  interruptForeground(): void;
  /** Hangs up: the shell and its jobs end. */
  close(): void;
}
