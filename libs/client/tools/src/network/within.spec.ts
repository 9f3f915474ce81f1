import { pause, type Coroutine } from '@seatrial/kernel';
import { expect, it } from 'vitest';
import { within } from './within.js';

it.each([
  [1000, 2000, 'done', 1000],
  [5000, 2000, undefined, 2000],
])('a wait of %i ms within %i', (wait, limit, value, took) => {
  let now = 0;
  let closed = false;
  function* inner(): Coroutine<string> {
    try {
      yield pause(wait);
      return 'done';
    } finally {
      closed = true;
    }
  }
  const limited = within(inner(), limit, () => now);
  let step = limited.next();
  while (!step.done) {
    now += step.value.timeoutMs ?? 0;
    step = limited.next({ index: -1 });
  }
  expect([step.value, now, closed]).toEqual([value, took, true]);
});
