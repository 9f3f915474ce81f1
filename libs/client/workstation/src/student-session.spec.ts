import { readFileSync } from 'node:fs';
import { findProfile } from '@seatrial/cluster';
import { describe, expect, it } from 'vitest';
import { openWorkstation } from './workstation.js';

/** The shell blocks of a student's notes of the workshop "Play with Kubernetes", pasted outputs and all. */
const blocks = readFileSync(new URL('play-with-kubernetes.session.txt', import.meta.url), 'utf8').split('\n---\n');

describe("a student's session of the workshop", () => {
  it('runs whole, without a crash and without anything that is not simulated', () => {
    const workstation = openWorkstation({ profile: findProfile('kubeadm')!, seed: 'session' });
    const results = blocks.map((block) => ({ block, ...workstation.run(block) }));
    expect(results.map(({ exit }) => exit)).not.toContain(undefined);
    expect(results.filter(({ stderr }) => /InvariantError|\bat .*\.ts:/.test(stderr))).toEqual([]);
    expect(results.flatMap(({ unsupported }) => unsupported)).toEqual([]);
    expect(workstation.run('kubectl get service webui -o jsonpath={.spec.ports[0].nodePort}').stdout).toBe('30001');
  });
});
