import type { Process } from './process.js';
import type { Waitable } from './waitable.js';

/** What a process yields: it goes on when one of `on` is ready, or after `timeoutMs` of virtual time. */
export interface Wait {
  readonly on: readonly Waitable[];
  readonly timeoutMs?: number;
}

/** Why a process was woken: `index` is that of the ready waitable, -1 when the time was up. */
export interface Wake {
  readonly index: number;
}

/** A piece of a process: a coroutine that yields waits and returns a value. Compose with `yield*`. */
export type Coroutine<T> = Generator<Wait, T, Wake>;

/** What runs as a process; returns its exit status (0–255). Errors of the user are printed, never thrown. */
export interface Program {
  (process: Process): Coroutine<number>;
  /**
   * Its first step only reads files, listens, and waits: as long as nobody looks at its machine or its network, nobody
   * can tell whether it has run. It must not depend on when it runs.
   */
  readonly rests?: boolean;
}

const NOTHING: readonly Waitable[] = [];

/** To be yielded: lets virtual time pass, as {@link sleep} without a coroutine of its own. */
export const pause = (ms: number): Wait => ({ on: NOTHING, timeoutMs: ms });

/** Lets virtual time pass. */
export function* sleep(ms: number): Coroutine<void> {
  yield pause(ms);
}

/** Waits until one of the conditions is ready (its index) or the time is up (-1). */
export function* waitFor(on: readonly Waitable[], timeoutMs?: number): Coroutine<number> {
  for (let index = 0; index < on.length; index++) if (on[index].ready) return index;
  const wake = yield timeoutMs === undefined ? { on } : { on, timeoutMs };
  return wake.index;
}
