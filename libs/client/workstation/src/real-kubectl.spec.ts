import { readFileSync } from 'node:fs';
import { recordedProfile } from '@seatrial/cluster';
import { beforeAll, describe, expect, it } from 'vitest';
import { openWorkstation, type Workstation } from './index.js';

interface RealAnswer {
  readonly run: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
}

/** What kubectl v1.35.4 answered where the simulated API server was asked: generators, refusals, dry runs. */
const answers = JSON.parse(
  readFileSync(new URL('real-kubectl.json', import.meta.url), 'utf8'),
) as readonly RealAnswer[];

describe('kubectl answers as the real one does', () => {
  let workstation: Workstation;

  beforeAll(() => {
    workstation = openWorkstation({ profile: recordedProfile, seed: 'real-kubectl', internet: false });
  });

  it.each(answers)('$run', ({ run, stdout, stderr, exit }) => {
    const result = workstation.run(run);
    expect({ stdout: result.stdout, stderr: result.stderr, exit: result.exit }).toEqual({ stdout, stderr, exit });
  });
});
