import type { JsonObject } from '@seatrial/kernel';

/** One step of a session (conformance/README.md). Answers are there in a recording, and in what a replay writes. */
export interface RecordedStep {
  readonly run?: string;
  /** A pause such as `20s`. */
  readonly wait?: string;
  readonly settle?: 'none' | number;
  readonly stdout?: string;
  readonly stderr?: string;
  readonly exit?: number;
  /** Virtual duration, ms. */
  readonly ms?: number;
  /** What the command used that is not simulated. */
  readonly unsupported?: readonly string[];
}

/** A recorded session; of it only `files`, `cluster` and each step's `run`, `wait` and `settle` are read. */
export interface Recording {
  readonly scenario: string;
  readonly area: string;
  readonly title?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly cluster?: { readonly addons?: readonly string[] };
  readonly steps: readonly RecordedStep[];
  readonly objects?: readonly JsonObject[];
  readonly events?: readonly JsonObject[];
}
