import type { ReplayTask } from '@seatrial/features';
import type { MessagePort } from 'node:worker_threads';

/** What a thread is given: a replay, and where to tell of its steps. */
export interface ThreadTask {
  readonly task: ReplayTask;
  readonly progress: MessagePort;
}

/** One message of a thread's progress port: first that it has begun, then each step. */
export type ThreadMessage =
  | { readonly kind: 'begun' }
  | { readonly kind: 'step'; readonly done: number; readonly total: number; readonly command: string };
