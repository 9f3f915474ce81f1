import { recordedProfile } from '@seatrial/cluster';
import { describe, expect, it } from 'vitest';
import { openWorkstation } from './index.js';

function execIn(image: string, command: string, internet = true) {
  const workstation = openWorkstation({ profile: recordedProfile, seed: 'published', internet });
  workstation.run(`kubectl run p --image=${image} -- sleep 1000`);
  workstation.settle();
  return workstation.run(`kubectl exec p -- ${command}`);
}

describe('an image as it is published', () => {
  it.each([
    ['nginx', "bash -c 'a=(1 2); echo ${#a[@]}'", '2\n'],
    ['python:3.12', 'python3 --version', 'Python 3.11.2\n'],
  ])('of %s runs %s', (image, command, stdout) => {
    expect(execIn(image, command)).toMatchObject({ stdout, exit: 0, unsupported: [] });
  });

  it.each([
    ['postgres', 'psql -U postgres', ['the command psql in a container']],
    ['nginx:alpine', 'apk add curl', ['the command apk in a container']],
    ['nginx', 'apt-get update', ['deb.debian.org on the Internet']],
    ['nginx', 'apt-get install -y procps', ['deb.debian.org on the Internet']],
  ])('of %s has %s, which is not simulated', (image, command, unsupported) => {
    expect(execIn(image, command).unsupported).toEqual(unsupported);
  });

  it.each([
    ['nginx:alpine', 'bash'],
    ['busybox', 'apt-get update'],
  ])('of %s has no %s', (image, command) => {
    const step = execIn(image, command);
    expect(step.stderr).toContain('executable file not found in $PATH');
    expect(step.unsupported).toEqual([]);
  });
});

it('finds no packages where there is no way out', () => {
  const workstation = openWorkstation({ profile: recordedProfile, seed: 'apt', internet: false });
  expect(workstation.run('sudo apt-get install -y kubectl')).toMatchObject({
    stderr: 'E: Unable to locate package kubectl\n',
    exit: 100,
    unsupported: [],
  });
});

it('has the stand-ins of the recordings where there is no way out', () => {
  expect(execIn('nginx', 'bash', false).stderr).toContain('exec: "bash": executable file not found in $PATH');
});
