import type { SubmissionContent, Verdict } from '@seatrial/contracts';

/** A replay and grading to do. */
export interface ReplayTask {
  readonly seed: string;
  /** The exercise's files, path → text; `exerciseKey` is the same for the same files. */
  readonly exerciseKey: string;
  readonly exerciseFiles: Readonly<Record<string, string>>;
  readonly submission: SubmissionContent;
}

/** A replay went beyond what one may take on a worker. */
export class ReplayLimitError extends Error {
  override readonly name = 'ReplayLimitError';
  constructor(
    readonly limit: 'time' | 'memory',
    readonly amount: number,
  ) {
    super(
      limit === 'time'
        ? `the replay took more than ${String(amount)} ms`
        : `the replay took more than ${String(amount)} MB`,
    );
  }
}

/** Where replays run. */
export interface ReplayRunner {
  /** Throws a {@link ReplayLimitError}, or any other error for a fault of ours. */
  run(task: ReplayTask, onStep: (done: number, total: number, command: string) => void): Promise<Verdict>;
  /** The verdict of a submission that goes beyond the limits each time. */
  refuse(task: ReplayTask, error: ReplayLimitError): Promise<Verdict>;
  close(): Promise<void>;
}

export const REPLAY_RUNNER = Symbol('replay runner');
