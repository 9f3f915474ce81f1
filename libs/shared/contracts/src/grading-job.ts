/** The queue of gradings, and its jobs' name. */
export const GRADING_QUEUE = 'grading';

/** A promise that one run will be graded. The job's id is the run's. */
export interface GradingJob {
  readonly runId: string;
}

/** How far a run is, as it is told to subscribers. */
export interface RunProgress {
  readonly state: 'queued' | 'running' | 'finished';
  /** Commands replayed so far, and in all. */
  readonly step: number;
  readonly steps: number;
  /** The command being replayed. */
  readonly command?: string;
}
