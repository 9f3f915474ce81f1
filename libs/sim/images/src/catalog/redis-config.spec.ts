import { describe, expect, it } from 'vitest';
import { RedisConfig } from './redis-config.js';

describe('the configuration of redis', () => {
  it('is read as redis reads it', () => {
    const config = new RedisConfig();
    const read = config.read(
      '# a cache\nmaxmemory 2mb\n\nMaxMemory-Policy allkeys-lru\nsave ""\nappendonly "yes"\n',
      '7.0.15',
    );
    expect(read.ok).toBe(true);
    expect(['maxmemory', 'maxmemory-policy', 'save', 'appendonly', 'timeout'].map((name) => config.get(name))).toEqual([
      '2097152',
      'allkeys-lru',
      '',
      'yes',
      '0',
    ]);
  });

  it.each([
    ['port 6379\nnonsense 1', 2, 'nonsense 1', 'Bad directive or wrong number of arguments'],
    ['appendonly maybe', 1, 'appendonly maybe', "argument must be 'yes' or 'no'"],
    ['maxmemory lots', 1, 'maxmemory lots', 'argument must be a memory value'],
    ['dir "/data', 1, 'dir "/data', 'Unbalanced quotes in configuration line'],
  ])('%j', (text, line, shown, why) => {
    const read = new RedisConfig().read(text, '7.0.15');
    expect(!read.ok && read.error).toBe(
      `\n*** FATAL CONFIG FILE ERROR (Redis 7.0.15) ***\nReading the configuration file, at line ${line}\n>>> '${shown}'\n${why}\n`,
    );
  });
});
