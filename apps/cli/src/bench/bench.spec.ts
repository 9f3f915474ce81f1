import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BENCH_GROUPS } from './registry.js';

describe('bench groups', () => {
  it('are the files of this folder', () => {
    const files = readdirSync(new URL('.', import.meta.url)).filter((name) => name.endsWith('.bench.ts'));
    expect(BENCH_GROUPS.map(({ name }) => `${name}.bench.ts`).sort()).toEqual(files.sort());
  });
});
