import { describe, expect, it } from 'vitest';
import { soakSeed } from './soak-seed.js';

const SEEDS = Array.from({ length: 20 }, (_, i) => `soak-${String(i + 1)}`);

describe('a soak', () => {
  it.each(SEEDS)('holds its invariants on %s', (seed) => {
    const { broken, actions } = soakSeed(seed);
    expect(broken, actions.join('\n')).toEqual([]);
  });

  it('ends the same for the same seed', () => {
    expect(soakSeed('soak-1')).toEqual(soakSeed('soak-1'));
  });
});
