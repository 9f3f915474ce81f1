import { describe, expect, it } from 'vitest';
import { nextBackoffRecord } from './backoff-record.js';

describe('the record of a job’s failures', () => {
  const before = { failures: 2, lastFailure: 40 };

  it.each([
    ['stays while nothing has ended', [], [], before],
    ['counts on', [], [50, 60], { failures: 4, lastFailure: 60 }],
    ['starts anew with a success', [70], [], { failures: 0, lastFailure: 0 }],
    ['counts the failures after the last success', [55, 70], [60, 80], { failures: 1, lastFailure: 80 }],
  ])('%s', (_name, succeeded, failed, expected) => {
    expect(nextBackoffRecord(before, succeeded, failed)).toEqual(expected);
  });
});
