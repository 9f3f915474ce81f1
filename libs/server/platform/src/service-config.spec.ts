import { expect, it } from 'vitest';
import { readConfig } from './index.js';

it('has defaults', () => {
  const config = readConfig({ DATABASE_URL: 'postgresql://u@h/d' }, 4);
  expect(config).toMatchObject({ port: 4000, workerThreads: 4, submission: { maxBytes: 5_242_880 } });
  expect(config.redisUrl).toBeUndefined();
});

it('names everything wrong at once, and no password', () => {
  const read = (): unknown => readConfig({ DATABASE_URL: 'mysql://u:secret@h', PORT: '1e3', LOG_LEVEL: 'loud' }, 1);
  expect(read).toThrow(/DATABASE_URL must be.*\n.*PORT must be a whole number from 0 to 65535, not "1e3"\n.*LOG_LEVEL/);
  expect(read).not.toThrow(/secret/);
  expect(() => readConfig({}, 1)).toThrow('DATABASE_URL is required');
});
