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

  it('looks once at all that becomes of a key while a worker is busy with it, and meanwhile at others', () => {
    const simulation = new Simulation({ seed: 'queue', startTime: 0 });
    const looks: [string, number][] = [];
    const queue = new WorkQueue(simulation, 3, (key) => looks.push([key, simulation.now()]));
    for (const time of [0, 4, 6, 8, 40]) simulation.at(time, () => queue.add('a'));
    simulation.at(5, () => queue.add('b'));
    simulation.runUntil(100);
    expect(looks).toEqual([
      ['a', 3],
      ['b', 7],
      ['a', 13],
      ['a', 43],
    ]);
  });
});
