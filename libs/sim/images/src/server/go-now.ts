import type { Process } from '@seatrial/kernel';

const NANOS_PER_MS = 1_000_000;

/**
 * The time as Go prints time.Now(), in UTC with the monotonic clock since the program began
 * (`2026-11-21 04:00:00.123456789 +0000 UTC m=+12.000000001`). What is below a millisecond is made up.
 */
export function goNow({ machine: { simulation }, startTime }: Process): string {
  const now = simulation.now();
  const below = simulation.random.below(NANOS_PER_MS);
  const [date, time] = new Date(now).toISOString().split('T');
  const nanos = String((now % 1000) * NANOS_PER_MS + below).padStart(9, '0');
  const fraction = nanos.replace(/0+$/, '');
  const since = now - startTime;
  const elapsed = `${Math.floor(since / 1000)}.${String((since % 1000) * NANOS_PER_MS + below).padStart(9, '0')}`;
  return `${date} ${time.slice(0, 8)}${fraction === '' ? '' : `.${fraction}`} +0000 UTC m=+${elapsed}`;
}
