import { recordedProfile } from '@seatrial/cluster';
import { expect, it } from 'vitest';
import { openWorkstation } from './index.js';

function unsupportedBy(...commands: readonly string[]): (readonly string[])[] {
  const workstation = openWorkstation({ profile: recordedProfile, seed: 'unsupported' });
  return commands
    .map((command) => {
      const step = workstation.run(command);
      workstation.settle();
      return step;
    })
    .map((step) => step.unsupported);
}

it('says of an image that exists but is not simulated that it is not', () => {
  const asked = unsupportedBy('kubectl create deployment app --image=ruby:3.2-slim', 'kubectl get pods');
  expect(asked).toEqual([['the image ruby:3.2-slim'], []]);
});

it('takes an image that nobody has for a mistake', () => {
  const asked = unsupportedBy('kubectl create deployment app --image=nginx:1.99', 'kubectl run x --image=ngnix');
  expect(asked).toEqual([[], []]);
});

it('counts what a pod asks for once its command has ended to that command, and once', () => {
  const script = 'use POSIX; exit(fork() ? 0 : 1);';
  const [asked] = unsupportedBy(`kubectl run p --image=perl:5.34 -- perl -e '${script}'`, 'true');
  expect(asked).toEqual([`perl -e ${script}`]);
});
