import type { Coroutine, Wake } from '@seatrial/kernel';

/** Runs a coroutine for at most so many ms of virtual time; undefined when it was cut off, its `finally` blocks run. */
export function* within<T>(inner: Coroutine<T>, ms: number, now: () => number): Coroutine<T | undefined> {
  const end = now() + ms;
  try {
    let step = inner.next({ index: -1 });
    while (!step.done) {
      const wait = step.value;
      const left = end - now();
      if (left <= 0) return undefined;
      const cut = wait.timeoutMs === undefined || wait.timeoutMs > left;
      const wake: Wake = yield cut ? { ...wait, timeoutMs: left } : wait;
      if (cut && wake.index < 0) return undefined;
      step = inner.next(wake);
    }
    return step.value;
  } finally {
    inner.return(undefined as T);
  }
}
