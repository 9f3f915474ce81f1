import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatGoDuration, humanDuration, parseGoDuration, shortHumanDuration } from '../index.js';

const S = 1000;
const M = 60 * S;
const H = 60 * M;
const D = 24 * H;

describe('durations', () => {
  it.each([
    [-5 * S, '<invalid>'],
    [500, '0s'],
    [119 * S, '119s'],
    [2 * M, '2m'],
    [3 * M + 12 * S, '3m12s'],
    [10 * M, '10m'],
    [179 * M, '179m'],
    [3 * H + 5 * M, '3h5m'],
    [8 * H, '8h'],
    [47 * H, '47h'],
    [5 * D + 4 * H, '5d4h'],
    [30 * D, '30d'],
    [3 * 365 * D, '3y'],
  ])('%d ms is %s old', (ms, text) => {
    expect(humanDuration(ms)).toBe(text);
  });

  it.each([
    [90 * S, '1m'],
    [25 * H, '1d'],
  ])('%d ms is %s in short', (ms, text) => {
    expect(shortHumanDuration(ms)).toBe(text);
  });

  it.each(['1h15m30.918s', '1.5s', '250ms', '1µs', '0s', '-2m0s'])('%s prints as it was', (text) => {
    const nanos = parseGoDuration(text);
    expect(nanos.ok && formatGoDuration(nanos.value)).toBe(text);
  });

  it.each([
    ['5', 'time: missing unit in duration "5"'],
    ['5x', 'time: unknown unit "x" in duration "5x"'],
    ['', 'time: invalid duration ""'],
  ])('%j is none', (text, error) => {
    expect(parseGoDuration(text)).toEqual({ ok: false, error });
  });

  it('reads what it prints', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000_000 }), (ms) => {
        expect(parseGoDuration(formatGoDuration(ms * 1e6))).toEqual({ ok: true, value: ms * 1e6 });
      }),
    );
  });
});
