import fs from 'node:fs';
import { expect, it } from 'vitest';
import { ADMISSION_PLUGINS } from './admission-chain.js';

it('names every plugin that has a file, once', () => {
  const source = new URL('..', import.meta.url);
  const files = fs.readdirSync(source, { recursive: true }).filter((name) => String(name).endsWith('.admission.ts'));
  expect(new Set(ADMISSION_PLUGINS.map(({ name }) => name)).size).toBe(files.length);
});
