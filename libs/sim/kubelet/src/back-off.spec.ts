import { describe, expect, it } from 'vitest';
import { BackOff } from './back-off.js';

describe('BackOff', () => {
  it('doubles up to its maximum and starts anew after a long quiet time', () => {
    let now = 0;
    const backOff = new BackOff(10_000, 40_000, () => now);
    expect(backOff.isInBackOffSince('a', 0)).toBe(false);
    const delays: number[] = [];
    for (let crash = 0; crash < 4; crash++) {
      backOff.next('a', now);
      delays.push(backOff.get('a'));
      now += backOff.get('a');
    }
    expect(delays).toEqual([10_000, 20_000, 40_000, 40_000]);
    now += 90_000;
    backOff.next('a', now);
    expect(backOff.get('a')).toBe(10_000);
  });

  it('counts from the event for restarts and from its update for pulls', () => {
    let now = 1000;
    const backOff = new BackOff(10_000, 300_000, () => now);
    backOff.next('a', now);
    now = 9000;
    expect(backOff.isInBackOffSince('a', 5000)).toBe(true);
    expect(backOff.isInBackOffSinceUpdate('a')).toBe(true);
    now = 12_000;
    expect(backOff.isInBackOffSince('a', 5000)).toBe(true);
    expect(backOff.isInBackOffSinceUpdate('a')).toBe(false);
  });
});
