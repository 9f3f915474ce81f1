import { describe, expect, it } from 'vitest';
import { discoveryTries } from './discovery-tries.js';
import { FlagSet } from '../command/flag-set.js';
import { GLOBAL_FLAGS } from '../command/global-flags.js';
import type { Invocation } from '../command/invocation.js';

function invocation(path: string, line: string): Invocation {
  const flags = new FlagSet(GLOBAL_FLAGS);
  flags.parse(line.split(' '));
  return { path, flags, args: flags.args } as unknown as Invocation;
}

describe('the tries of discovery', () => {
  it.each([
    ['kubectl get', 'pods', 5],
    ['kubectl get', 'pod,svc', 6],
    ['kubectl get', 'pod/x', 4],
    ['kubectl label', 'pod x a=b', 5],
    ['kubectl drain', 'n', 4],
    ['kubectl top pod', '', 0],
    ['kubectl explain', 'pods', 2],
    ['kubectl scale', 'rs,deploy x', 4],
  ])('of %s %s are %i', (path, line, tries) => {
    expect(discoveryTries(invocation(path, line))).toBe(tries);
  });
});
