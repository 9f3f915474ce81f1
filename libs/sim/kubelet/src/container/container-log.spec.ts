import { describe, expect, it } from 'vitest';
import { ContainerLog } from './container-log.js';

describe('a container’s log on the node’s disk', () => {
  it('has the format of the CRI, both streams in one', () => {
    const log = new ContainerLog(() => undefined);
    const now = (): number => Date.UTC(2026, 0, 2, 3, 4, 5, 678);
    log.output(now, 'stdout').write('one\ntwo').next();
    log.output(now, 'stderr').write('wrong\n').next();
    expect(log.asFile()).toBe(
      [
        '2026-01-02T03:04:05.678000000Z stdout F one\n',
        '2026-01-02T03:04:05.678000000Z stdout F two\n',
        '2026-01-02T03:04:05.678000000Z stderr F wrong\n',
      ].join(''),
    );
  });
});
