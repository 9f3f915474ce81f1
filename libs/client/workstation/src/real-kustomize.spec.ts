import { readFileSync } from 'node:fs';
import { recordedProfile } from '@seatrial/cluster';
import { expect, it } from 'vitest';
import { openWorkstation } from './workstation.js';

interface Step {
  readonly run: string;
  readonly exit: number;
  readonly stdout?: string;
  readonly stderr?: string;
  /** The kustomization after it. */
  readonly file?: string;
}
interface Session {
  readonly files: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

// What kustomize v5.7.1 answered, built from its source; times are T.
const recorded = readFileSync(new URL('real-kustomize.json', import.meta.url), 'utf8');
const sessions = JSON.parse(recorded) as readonly Session[];
const STAMP = /^\d{4}\/\d\d\/\d\d [\d:]+/gm;

it.each(sessions.map((session, index) => [index, session] as const))('kustomize, session %i', (_, { files, steps }) => {
  const workstation = openWorkstation({ profile: recordedProfile, seed: 'real-kustomize', files });
  for (const { run, exit, stdout = '', stderr = '', file = '' } of steps) {
    const result = workstation.run(run);
    const after = workstation.run('cat kustomization.* 2> /dev/null').stdout;
    expect({ run, ...result, stderr: result.stderr.replace(STAMP, 'T'), after }).toMatchObject({
      run,
      exit,
      stdout,
      stderr,
      after: file,
      unsupported: [],
    });
  }
});

it('what kustomize edits besides is not simulated', () => {
  const files = { 'kustomization.yaml': 'resources: []\n' };
  const workstation = openWorkstation({ profile: recordedProfile, seed: 'real-kustomize', files });
  for (const words of ['edit fix --vars', 'edit alpha-list-builtin-plugin', 'create --recursive', 'cfg'])
    expect(workstation.run(`kustomize ${words}`).unsupported).toHaveLength(1);
});
