import type { Pod } from '@seatrial/apiserver';
import { describe, expect, it } from 'vitest';
import { fileWithoutRoom, podMemoryLimit } from './memory-backed.js';

const limited = (...limits: (string | undefined)[]): Pod =>
  ({
    metadata: { name: 'p' },
    spec: {
      containers: limits.map((memory, index) => ({
        name: `c${index}`,
        image: 'x',
        ...(memory === undefined ? {} : { resources: { limits: { memory } } }),
      })),
    },
  }) as unknown as Pod;

const FILES = ['token', 'ca.crt', 'namespace'].map((path) => ({ path, content: 'x', mode: 0o644 }));

describe('volumes in memory', () => {
  it.each([
    [['100m'], 1, 'ca.crt'],
    [['8000'], 8000, 'namespace'],
    [['4Ki', '8Ki'], 12_288, undefined],
    [['100m', undefined], undefined, undefined],
  ] as const)('with limits %j', (limits, bytes, without) => {
    expect(podMemoryLimit(limited(...limits))).toBe(bytes);
    expect(fileWithoutRoom(limited(...limits), FILES)?.path).toBe(without);
  });
});
