import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { defaultPlugins } from './registry.js';

describe('the registry of plugins', () => {
  it('has every file of the folder', () => {
    const files = readdirSync(new URL('.', import.meta.url)).filter((name) => name.endsWith('.plugin.ts'));
    expect(defaultPlugins).toHaveLength(files.length);
    expect(new Set(defaultPlugins.map(({ name }) => name)).size).toBe(files.length);
  });
});
