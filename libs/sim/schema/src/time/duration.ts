import { fail, ok, type Result } from '@seatrial/kernel';

const UNIT_NANOS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 6e10,
  h: 3.6e12,
};

/** A Go duration (`1h15m30.918s`) in nanoseconds, with the error texts of time.ParseDuration. */
export function parseGoDuration(text: string): Result<number, string> {
  const invalid = fail(`time: invalid duration ${JSON.stringify(text)}`);
  let rest = text.replace(/^[+-]/, '');
  if (rest === '0') return ok(0);
  if (rest === '') return invalid;
  let nanos = 0;
  while (rest !== '') {
    const number = /^(\d+(?:\.\d*)?|\.\d+)/.exec(rest)?.[0];
    if (number === undefined) return invalid;
    rest = rest.slice(number.length);
    const unit = /^[^.\d]+/.exec(rest)?.[0];
    if (unit === undefined) return fail(`time: missing unit in duration ${JSON.stringify(text)}`);
    rest = rest.slice(unit.length);
    if (!Object.hasOwn(UNIT_NANOS, unit))
      return fail(`time: unknown unit ${JSON.stringify(unit)} in duration ${JSON.stringify(text)}`);
    nanos += Number(number) * UNIT_NANOS[unit];
  }
  if (nanos > 2 ** 63) return invalid;
  return ok((text.startsWith('-') ? -1 : 1) * Math.round(nanos));
}

const trimFraction = (value: number, digits: number): string =>
  Number.isInteger(value)
    ? String(value)
    : value
        .toFixed(digits)
        .replace(/(\.\d*?)0+$/, '$1')
        .replace(/\.$/, '');

/** Nanoseconds as Go's time.Duration prints them (`1m30s`, `1.5s`, `250ms`). */
export function formatGoDuration(nanos: number): string {
  const sign = nanos < 0 ? '-' : '';
  const absolute = Math.abs(nanos);
  if (absolute === 0) return '0s';
  if (absolute < 1e3) return `${sign}${absolute}ns`;
  if (absolute < 1e6) return `${sign}${trimFraction(absolute / 1e3, 3)}µs`;
  if (absolute < 1e9) return `${sign}${trimFraction(absolute / 1e6, 6)}ms`;
  const totalSeconds = Math.floor(absolute / 1e9);
  const fraction = absolute - totalSeconds * 1e9;
  const seconds = trimFraction((totalSeconds % 60) + fraction / 1e9, 9);
  const minutes = Math.floor(totalSeconds / 60);
  if (minutes === 0) return `${sign}${seconds}s`;
  const hours = Math.floor(minutes / 60);
  return hours === 0 ? `${sign}${minutes}m${seconds}s` : `${sign}${hours}h${minutes % 60}m${seconds}s`;
}

/** An age as tables print it, two units at most (k8s.io/apimachinery/pkg/util/duration.HumanDuration). `ms` is the span. */
export function humanDuration(ms: number): string {
  const seconds = Math.trunc(ms / 1000);
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 60 * 2) return `${seconds}s`;
  const minutes = Math.trunc(ms / 60_000);
  if (minutes < 10) return withRest(minutes, 'm', seconds % 60, 's');
  if (minutes < 60 * 3) return `${minutes}m`;
  const hours = Math.trunc(ms / 3_600_000);
  if (hours < 8) return withRest(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  if (hours < 24 * 8) return withRest(Math.trunc(hours / 24), 'd', hours % 24, 'h');
  if (hours < 24 * 365 * 2) return `${Math.trunc(hours / 24)}d`;
  if (hours < 24 * 365 * 8) return withRest(Math.trunc(hours / 24 / 365), 'y', Math.trunc(hours / 24) % 365, 'd');
  return `${Math.trunc(hours / 24 / 365)}y`;
}

const withRest = (value: number, unit: string, rest: number, restUnit: string): string =>
  rest === 0 ? `${value}${unit}` : `${value}${unit}${rest}${restUnit}`;

/** One unit only (duration.ShortHumanDuration). */
export function shortHumanDuration(ms: number): string {
  const seconds = Math.trunc(ms / 1000);
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.trunc(ms / 60_000);
  if (minutes < 60) return `${minutes}m`;
  const hours = Math.trunc(ms / 3_600_000);
  if (hours < 24) return `${hours}h`;
  if (hours < 24 * 365) return `${Math.trunc(hours / 24)}d`;
  return `${Math.trunc(hours / 24 / 365)}y`;
}
