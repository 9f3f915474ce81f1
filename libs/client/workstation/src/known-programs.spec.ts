import { recordedProfile } from '@seatrial/cluster';
import { describe, expect, it } from 'vitest';
import { openWorkstation } from './index.js';

const run = (command: string, typed = true) =>
  openWorkstation({ profile: recordedProfile, seed: 'programs', typed }).run(command);

describe('a program that students have and the simulated machine has not', () => {
  it.each([
    ['terraform apply', ['the program terraform']],
    ['sudo ufw status', ['the program ufw']],
    ['echo a | xargs cowsay; echo a | xargs nmap', ['the program nmap']],
    ['kubectl krew install ns', ['the program kubectl-krew']],
    ['k get pods', ['the program k']],
  ])('%s is not simulated', (command, unsupported) => {
    const step = run(command);
    expect(step.unsupported).toEqual(unsupported);
    expect(step.exit).not.toBe(0);
  });

  it.each(['kubctl get pods', 'kubectl gt pods', 'sudo ngnix', 'which terraform', 'command -v k'])(
    '%s asks for none',
    (command) => {
      expect(run(command).unsupported).toEqual([]);
    },
  );

  it('is none where recordings are replayed: their machine is known', () => {
    expect(run('terraform apply', false).unsupported).toEqual([]);
  });
});
