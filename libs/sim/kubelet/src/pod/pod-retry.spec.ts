import { describe, expect, it } from 'vitest';
import { FAILURE, NETWORK_FAILURE, retryTime } from './pod-retry.js';

describe('the next sync after a failed one', () => {
  it.each([
    ['ten seconds later', FAILURE, 500, 0, 11_000],
    ['with half as much jitter', FAILURE, 500, 1, 16_000],
    ['when the back-off ends', { backOffEnd: 20_100 }, 500, 0, 21_000],
    ['within a minute', { backOffEnd: 160_000 }, 0, 0, 60_000],
    ['at once when the back-off is over', { backOffEnd: 100 }, 500, 0.9, 1000],
    ['soon while the network is not ready', NETWORK_FAILURE, 0, 0, 1000],
  ])('%s', (_name, failure, now, fraction, expected) => {
    expect(retryTime(failure, now, fraction)).toBe(expected);
  });
});
