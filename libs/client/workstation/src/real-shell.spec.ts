import { readFileSync } from 'node:fs';
import { findProfile } from '@seatrial/cluster';
import { invariant } from '@seatrial/kernel';
import { describe, expect, it } from 'vitest';
import { openWorkstation } from './index.js';

interface RealRun {
  readonly title: string;
  readonly script: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
}

/** What bash 5.2.15, GNU's tools, mawk 1.3.4 and jq 1.6 of Debian 12 answered to scripts as students type them. */
const runs = JSON.parse(readFileSync(new URL('real-shell.json', import.meta.url), 'utf8')) as readonly RealRun[];

const profile = findProfile('kubeadm');
invariant(profile, 'there is a kubeadm cluster');

const workstation = openWorkstation({ profile, seed: 'real-shell' });

/** A new shell in an empty folder. */
function startAnew(): void {
  const { machine, workingDirectory } = workstation;
  workstation.run('exit');
  machine.files.remove(workingDirectory, true);
  machine.files.makeDirectories(workingDirectory, 'student');
}

describe('a script answers as on a real machine', () => {
  it.each(runs)('$title', ({ script, stdout, stderr, exit }) => {
    startAnew();
    const result = workstation.run(script);
    expect({ stdout: result.stdout, stderr: result.stderr, exit: result.exit }).toEqual({ stdout, stderr, exit });
  });
});
