import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BudgetExceededError, Simulation } from './index.js';

const create = (budget = {}): Simulation => new Simulation({ startTime: 1000, seed: 'spec', budget });

describe('Simulation', () => {
  it('runs events by time, and those of one instant in the order they were asked for', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50), { maxLength: 60 }), (delays) => {
        const simulation = create();
        const ran: [number, number][] = [];
        for (const [order, delay] of delays.entries())
          simulation.after(delay, () => ran.push([simulation.now(), order]));
        while (simulation.step());
        const expected = delays.map((delay, order): [number, number] => [1000 + delay, order]);
        expected.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
        expect(ran).toEqual(expected);
      }),
    );
  });

  it('does not run what was cancelled', () => {
    const simulation = create();
    let ran = false;
    simulation.after(5, () => (ran = true)).cancel();
    simulation.runUntil(2000);
    expect(ran).toBe(false);
    expect(simulation.now()).toBe(2000);
  });

  it('ends a replay that uses up a budget', () => {
    const simulation = create({ events: 10 });
    const again = (): void => {
      simulation.after(1, again);
    };
    again();
    expect(() => {
      simulation.runUntil(5000);
    }).toThrow(BudgetExceededError);
  });

  it('gives each component its own reproducible randomness', () => {
    const [a, b] = [create().random, create().random];
    b.uint32();
    expect(a.split('scheduler').uuid()).toBe(b.split('scheduler').uuid());
    expect(a.split('scheduler').uuid()).not.toBe(a.split('kubelet').uuid());
  });

  it('branches: one time and one budget, randomness of its own', () => {
    const drawn = (branched: boolean) => {
      const simulation = create({ objects: 3 });
      const branch = branched ? simulation.branch('other') : undefined;
      branch?.random.uint32();
      return { simulation, branch, next: simulation.random.uint32() };
    };
    const { simulation, branch, next } = drawn(true);
    expect(next).toBe(drawn(false).next);
    branch!.after(5, () => branch!.charge('objects', 2));
    simulation.runUntil(1010);
    expect([branch!.now(), simulation.usage().objects]).toEqual([1010, 2]);
    expect(branch!.random.uint32()).not.toBe(simulation.random.uint32());
    expect(() => {
      simulation.charge('objects', 2);
    }).toThrow(BudgetExceededError);
  });
});
