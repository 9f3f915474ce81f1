import { Simulation } from '@seatrial/kernel';
import { describe, expect, it } from 'vitest';
import { WorkQueue } from './work-queue.js';

describe('a controller’s queue', () => {
  it('spaces out the tries of a key as its controller says, and gives it up after so many', () => {
    const simulation = new Simulation({ seed: 'queue', startTime: 0 });
    const at: number[] = [];
    const queue = new WorkQueue(
      simulation,
      0,
      (key) => {
        at.push(simulation.now());
        queue.addRateLimited(key);
      },
      { firstMs: 1000, maxMs: 3000, tries: 4 },
    );
    queue.add('a');
    simulation.runUntil(60_000);
    expect(at).toEqual([0, 1000, 3000, 6000, 9000]);
  });
});
