import { describe, expect, it } from 'vitest';
import { nodeSpecOf, securityContextOf } from './debug-profile.js';

describe('profiles of kubectl debug', () => {
  it.each([
    ['legacy', undefined, true, true],
    ['general', { capabilities: { add: ['SYS_PTRACE'] } }, true, true],
    ['baseline', undefined, false, false],
    ['netadmin', { capabilities: { add: ['NET_ADMIN', 'NET_RAW'] } }, true, false],
    ['sysadmin', { privileged: true }, true, true],
  ])('%s', (profile, inPod, hostNamespaces, hostFiles) => {
    expect(securityContextOf(profile, 'pod')).toEqual(inPod);
    const spec = nodeSpecOf(profile, { name: 'debugger' });
    expect([spec.hostPID === true, spec.volumes !== undefined]).toEqual([hostNamespaces, hostFiles]);
  });
});
