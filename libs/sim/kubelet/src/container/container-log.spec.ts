import { describe, expect, it } from 'vitest';
import { ContainerLog } from './container-log.js';

describe('a container’s log on the node’s disk', () => {
  it('has the format of the CRI, both streams in one', () => {
    const log = new ContainerLog(() => undefined);
    const now = (): number => Date.UTC(2026, 0, 2, 3, 4, 5, 678);
    log.output(now, 'stdout').write('one\ntwo').next();
    log.output(now, 'stderr').write('wrong\n').next();
    log.end();
    expect(log.asFile()).toBe(
      [
        '2026-01-02T03:04:05.678000000Z stdout F one\n',
        '2026-01-02T03:04:05.678000000Z stderr F wrong\n',
        '2026-01-02T03:04:05.678000000Z stdout P two\n',
      ].join(''),
    );
  });

  it('has a line once it is whole, at the time of its end', () => {
    const log = new ContainerLog(() => undefined);
    let time = 0;
    const output = log.output(() => time, 'stdout');
    output.write('slow').next();
    expect(log.read({}).take?.()).toBe('');
    time = 1500;
    output.write('er\nnext').next();
    expect(log.asFile()).toBe('1970-01-01T00:00:01.500000000Z stdout F slower\n');
    expect(log.read({}).take?.()).toBe('slower\n');
    log.end();
    expect(log.read({}).take?.()).toBe('slower\nnext');
  });
});
