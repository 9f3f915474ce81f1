import { parseGoDuration } from '@seatrial/schema';
import type { HealthCheck } from './container-contract.js';

/** moby's defaults (daemon/health.go). */
const INTERVAL_MS = 30_000;
const TIMEOUT_MS = 30_000;
const RETRIES = 3;

/** A check from what its owner wrote: times as text, the defaults for what is missing. */
export function parseHealthCheck(
  test: readonly string[],
  options: {
    readonly interval?: string | undefined;
    readonly timeout?: string | undefined;
    readonly startPeriod?: string | undefined;
    readonly retries?: string | number | undefined;
  },
): HealthCheck {
  const time = (text: string | undefined, otherwise: number): number => {
    const nanos = parseGoDuration(text ?? '');
    return (nanos.ok && nanos.value / 1e6) || otherwise;
  };
  return {
    test,
    intervalMs: time(options.interval, INTERVAL_MS),
    timeoutMs: time(options.timeout, TIMEOUT_MS),
    startPeriodMs: time(options.startPeriod, 0),
    retries: Number(options.retries ?? 0) || RETRIES,
  };
}
