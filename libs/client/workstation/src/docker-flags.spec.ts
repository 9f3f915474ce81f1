import { findProfile } from '@seatrial/cluster';
import { invariant } from '@seatrial/kernel';
import { expect, it } from 'vitest';
import { openWorkstation } from './workstation.js';

function open() {
  const profile = findProfile('kubeadm');
  invariant(profile, 'the profile exists');
  const files = { 'compose.yaml': 'services:\n  web:\n    image: nginx\n', Dockerfile: 'FROM busybox\n' };
  const workstation = openWorkstation({ profile, seed: 'docker-flags', files });
  return (script: string) => workstation.run(script, { timeoutMs: 60_000 });
}

const run = open();

// Every flag of docker 28.2 and compose 2.40 is known; those that nothing here follows are said to be so.
it.each([
  'docker run --blkio-weight 300 busybox',
  'docker run --device-cgroup-rule "c 1:3 r" busybox',
  'docker run --link-local-ip 169.254.1.1 busybox',
  'docker create --use-api-socket busybox',
  'docker network create --config-only one',
  'docker build --ssh default .',
  'docker build --add-host a:192.0.2.1 .',
  'docker build --check .',
  'docker volume create --scope single one',
  'docker start --checkpoint one web',
  'docker image inspect --platform linux/amd64 busybox',
  'docker compose up --exit-code-from web',
  'docker compose up --dry-run',
  'docker compose build --check',
  'docker compose config --variables',
])('%s is not simulated', (command) => {
  const [, path, flag] = /^(docker (?:compose |image |network |volume )?\w+).* (--[\w-]+)/.exec(command) ?? [];
  const step = run(command);
  expect(step.unsupported).toEqual([`${path} ${flag}`]);
  expect(step.stderr).toBe(`${path} ${flag}: not simulated\n`);
});

it('flags that change nothing here are taken', () => {
  const step = run(
    'docker compose --parallel 2 up -d --menu=false 2>&1 && docker compose rm -af && docker compose --version',
  );
  expect(step).toMatchObject({ exit: 0, unsupported: [] });
  expect(step.stdout).toContain('Docker Compose version v2.40.3\n');
});

it('flags that nobody has are mistakes', () => {
  expect(run('docker run --nosuch busybox')).toMatchObject({ exit: 125, unsupported: [] });
});

it('a service’s files and output are had by its name', () => {
  expect(run('docker compose export web -o web.tar; tar tf web.tar | grep etc/passwd').stdout).toBe('etc/passwd\n');
  expect(run('docker compose export nope').stderr).toBe('service "nope" is not running\n');
  expect(run('docker compose attach --index 2 web').stderr).toBe('service "web" is not running container #2\n');
  expect(run('docker compose attach web & sleep 1; docker compose stop web 2>/dev/null; wait; echo $?').stdout).toMatch(
    /\d+\n$/,
  );
});

it('a search says what Docker Hub would not be asked, and asks it', () => {
  expect(run('docker search --limit 200 nginx').stderr).toBe(
    'Error response from daemon: limit 200 is outside the range of [1, 100]\n',
  );
  expect(run('docker search').stderr).toMatch(/^docker: 'docker search' requires 1 argument\n/);
  expect(run('docker search nginx').unsupported).toEqual(['index.docker.io on the Internet']);
});
