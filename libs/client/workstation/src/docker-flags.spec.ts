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

const RUN = "Usage:  docker run [OPTIONS] IMAGE [COMMAND] [ARG...]\n\nRun 'docker run --help' for more information\n";
const ROOT = "Usage:  docker [OPTIONS] COMMAND [ARG...]\n\nRun 'docker --help' for more information\n";
const help = (command: string): string => `\n\nRun 'docker ${command} --help' for more information\n`;

// What docker 28.2 with compose 2.40 answers where no daemon is asked.
it.each<[command: string, exit: number, stderr: string]>([
  ['docker composer up -d', 125, `unknown shorthand flag: 'd' in -d\n\n${ROOT}`],
  ['docker nope', 1, `docker: unknown command: docker nope${help('').replace('docker  ', 'docker ')}`],
  ['docker network help', 1, `docker: unknown command: docker network help\n\nUsage:  docker network${help('network')}`],
  ['docker volume x', 1, `docker: unknown command: docker volume x\n\nUsage:  docker volume COMMAND${help('volume')}`],
  ['docker image x -a', 125, `unknown shorthand flag: 'a' in -a\n\nUsage:  docker image${help('image')}`],
  ['docker network -a x rm net', 1, "unknown shorthand flag: 'a' in -a\n"],
  ['docker help nope', 1, 'unknown help topic: nope\n'],
  ['docker stop', 1, "docker: 'docker stop' requires at least 1 argument\n\nUsage:  docker stop [OPTIONS] CONTAINER [CONTAINER...]\n\nSee 'docker stop --help' for more information\n"],
  ['docker images a b', 1, "docker: 'docker images' requires at most 1 argument\n\nUsage:  docker images [OPTIONS] [REPOSITORY[:TAG]]\n\nSRun 'docker images --help' for more information\n"],
  ['docker port', 1, `docker: 'docker port' requires at least 1 and at most 2 arguments\n\nUsage:  docker port CONTAINER [PRIVATE_PORT[/PROTO]]${help('port')}`],
  ['docker ps --filter x y', 125, `invalid argument "x" for "-f, --filter" flag: bad format of filter (expected name=value)\n\nUsage:  docker ps [OPTIONS]${help('ps')}`],
  ['docker ps -a=tRuE', 125, `invalid argument "tRuE" for "-a, --all" flag: strconv.ParseBool: parsing "tRuE": invalid syntax\n\nUsage:  docker ps [OPTIONS]${help('ps')}`],
  ['docker ps -n 99999999999999999999', 125, `invalid argument "99999999999999999999" for "-n, --last" flag: strconv.ParseInt: parsing "99999999999999999999": value out of range\n\nUsage:  docker ps [OPTIONS]${help('ps')}`],
  ['docker ps ---x', 125, `bad flag syntax: ---x\n\nUsage:  docker ps [OPTIONS]${help('ps')}`],
  ['docker run -m 512mi busybox', 125, `invalid argument "512mi" for "-m, --memory" flag: invalid suffix: 'mi'\n\n${RUN}`],
  ['docker run -m 1.2.3 busybox', 125, `invalid argument "1.2.3" for "-m, --memory" flag: strconv.ParseFloat: parsing "1.2.3": invalid syntax\n\n${RUN}`],
  ['docker run --health-interval 5 busybox', 125, `invalid argument "5" for "--health-interval" flag: time: missing unit in duration "5"\n\n${RUN}`],
  ['docker run --health-interval -5s busybox', 125, `docker: --health-interval cannot be negative${help('run')}`],
  ['docker run --mount "" busybox', 125, `invalid argument "" for "--mount" flag: EOF\n\n${RUN}`],
  ['docker run --mount constructor=x busybox', 125, `invalid argument "constructor=x" for "--mount" flag: unexpected key 'constructor' in 'constructor=x'\n\n${RUN}`],
  ['docker run -e =x busybox', 125, `invalid argument "=x" for "-e, --env" flag: invalid environment variable: =x\n\n${RUN}`],
  ['docker create --rm --restart always busybox', 125, `docker: conflicting options: cannot specify both --restart and --rm${help('create')}`],
  ['docker run --restart on-failure:x busybox', 125, `docker: invalid restart policy format: maximum retry count must be an integer${help('run')}`],
  ['docker run --network-alias a busybox', 125, `docker: network-scoped aliases are only supported for user-defined networks${help('run')}`],
  ['docker run --pull often busybox', 125, `docker: invalid pull option: 'often': must be one of "always", "missing" or "never"${help('run')}`],
  ['echo A B=c > env; docker run --env-file env busybox', 125, `docker: invalid env file (env): variable 'A B' contains whitespaces${help('run')}`],
  ['docker run NGINX', 125, `docker: invalid reference format: repository name (library/NGINX) must be lowercase${help('run')}`],
  ['docker create ::', 1, 'invalid reference format\n'],
  ['docker pull localhost:5000/Foo:bar', 1, 'invalid reference format: repository name (Foo) must be lowercase\n'],
  ['docker tag x NGINX', 1, 'Error parsing reference: "NGINX" is not a valid repository/tag: invalid reference format: repository name (library/NGINX) must be lowercase\n'],
  ['docker inspect --type x web', 1, 'unknown type: "x": must be one of "config", "container", "image", "network", "node", "plugin", "secret", "service", "task", "volume"\n'],
  ['docker events --until 1g', 1, 'failed to parse value as time or duration: "1g"\n'],
  ['docker compose up --foo', 1, 'unknown flag: --foo\n'],
  ['docker compose --parallel x ps', 1, 'invalid argument "x" for "--parallel" flag: strconv.ParseInt: parsing "x": invalid syntax\n'],
  ['docker compose exec web', 1, 'requires at least 2 arg(s), only received 1\n'],
  ['docker compose ls x', 1, 'unknown command "x" for "docker compose ls"\n'],
])('%s', (command, exit, stderr) => {
  expect(run(command)).toMatchObject({ exit, stderr, unsupported: [] });
}); // prettier-ignore

it('who does not want to prune hears no more of it', () => {
  expect(run('echo yes | docker container prune')).toMatchObject({
    exit: 0,
    stdout: 'WARNING! This will remove all stopped containers.\nAre you sure you want to continue? [y/N] ',
    stderr: '',
  });
});

it('-h is an old name of --help, but for those who have one of their own', () => {
  expect(run('docker ps -h').stdout).toMatch(
    /^Flag shorthand -h has been deprecated, use --help\nUsage: {2}docker ps /,
  );
  expect(run('docker network').stderr).toMatch(/^Usage: {2}docker network COMMAND\n/);
});
