import type { HealthCheck } from './container-contract.js';

/** moby's defaults (daemon/health.go). */
const INTERVAL_MS = 30_000;
const TIMEOUT_MS = 30_000;
const RETRIES = 3;
const UNIT_MS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1, us: 0.001, ns: 0.000_001 };

/** A length of time in Go's notation, in ms; undefined when it is none. */
export function durationMs(text: string): number | undefined {
  if (text === '0') return 0;
  if (!/^(?:\d+(?:\.\d+)?(?:h|ms|us|ns|m|s))+$/.test(text)) return undefined;
  let ms = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|us|ns|h|m|s)/g))
    ms += Number(amount) * UNIT_MS[unit];
  return ms;
}

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
  const time = (text: string | undefined, otherwise: number): number => (text && durationMs(text)) || otherwise;
  return {
    test,
    intervalMs: time(options.interval, INTERVAL_MS),
    timeoutMs: time(options.timeout, TIMEOUT_MS),
    startPeriodMs: time(options.startPeriod, 0),
    retries: Number(options.retries ?? 0) || RETRIES,
  };
}
