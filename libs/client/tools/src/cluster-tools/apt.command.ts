import type { Coroutine } from '@seatrial/kernel';
import { defineCommand, type CommandDefinition } from '../command.js';
import { toolProgram, type Tool } from '../tool/tool.js';
import { nodeOf, notSimulated } from './cluster-tool.js';

export const APT_VERSION = '2.6.1';
const ERROR_STATUS = 100;
const ATTEMPTS = 3;

const MIRROR = 'deb.debian.org';
const SOURCES = [
  ['http://deb.debian.org/debian', 'bookworm'],
  ['http://deb.debian.org/debian', 'bookworm-updates'],
  ['http://deb.debian.org/debian-security', 'bookworm-security'],
] as const;

/** Debian 12's packages behind the commands that a node has. */
const INSTALLED: Readonly<Record<string, string>> = {
  bash: '5.2.15-2+b9',
  coreutils: '9.1-1',
  curl: '7.88.1-10+deb12u14',
  gawk: '1:5.2.1-2',
  git: '1:2.39.5-0+deb12u2',
  grep: '3.8-5',
  jq: '1.6-2.1+deb12u1',
  'openssh-client': '1:9.2p1-2+deb12u7',
  'redis-tools': '5:7.0.15-1~deb12u5',
  sed: '4.9-1',
  sudo: '1.9.13p3-1+deb12u2',
  systemd: '252.39-1~deb12u1',
  tar: '1.34+dfsg-1.2+deb12u1',
  wget: '1.21.3-1+deb12u1',
};

function* needsRoot(tool: Tool, file: string, directory: string): Coroutine<number | undefined> {
  if (tool.process.user === 'root') return undefined;
  yield* tool.err(`E: Could not open lock file ${file} - open (13: Permission denied)\nE: Unable to ${directory}\n`);
  return ERROR_STATUS;
}

/** Whether there is a way out to Debian's packages, which are not simulated: asking for their host has said so. */
function* reachesMirror(tool: Tool): Coroutine<boolean> {
  const resolved = yield* tool.machine.network.resolve(MIRROR);
  if (!resolved.ok && resolved.error.failure !== 'name-not-found') return false;
  yield* tool.complain('this is not simulated');
  return true;
}

function* update(tool: Tool): Coroutine<number> {
  const refused = yield* needsRoot(tool, '/var/lib/apt/lists/lock', 'lock directory /var/lib/apt/lists/');
  if (refused !== undefined) return refused;
  if (yield* reachesMirror(tool)) return ERROR_STATUS;
  const names = SOURCES.map(([url, suite], index) => `${index + 1} ${url} ${suite} InRelease\n`);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) yield* tool.out(names.map((name) => `Ign:${name}`).join(''));
  const reason = `Temporary failure resolving 'deb.debian.org'`;
  yield* tool.out(names.map((name) => `Err:${name}  ${reason}\n`).join(''));
  yield* tool.out('Reading package lists...\n');
  const warnings = SOURCES.map(([url, suite]) => `W: Failed to fetch ${url}/dists/${suite}/InRelease  ${reason}\n`);
  yield* tool.err(
    `${warnings.join('')}W: Some index files failed to download. They have been ignored, or old ones used instead.\n`,
  );
  return 0;
}

function* install(tool: Tool, packages: readonly string[]): Coroutine<number> {
  const refused = yield* needsRoot(
    tool,
    '/var/lib/dpkg/lock-frontend',
    'acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), are you root?',
  );
  if (refused !== undefined) return refused;
  yield* tool.out('Reading package lists...\nBuilding dependency tree...\nReading state information...\n');
  const unknown: string[] = [];
  const isHere = nodeOf(tool) !== undefined;
  for (const name of packages) {
    const [bare] = name.split('=');
    if (isHere && Object.hasOwn(INSTALLED, bare))
      yield* tool.out(`${bare} is already the newest version (${INSTALLED[bare]}).\n`);
    else unknown.push(bare);
  }
  if (unknown.length > 0) {
    if (yield* reachesMirror(tool)) return ERROR_STATUS;
    yield* tool.err(unknown.map((name) => `E: Unable to locate package ${name}\n`).join(''));
    return ERROR_STATUS;
  }
  yield* tool.out('0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n');
  return 0;
}

function aptCommand(name: 'apt' | 'apt-get'): CommandDefinition {
  return defineCommand({
    name,
    userlands: ['gnu'],
    program: toolProgram(function* (tool) {
      const { operands } = yield* tool.options(
        '-y --yes --assume-yes, -q --quiet, --no-install-recommends, -f --fix-broken, --allow-downgrades, --reinstall, -o=, -t=',
      );
      const [operation, ...packages] = operands;
      if (name === 'apt')
        yield* tool.err('\nWARNING: apt does not have a stable CLI interface. Use with caution in scripts.\n\n');
      if (operation === 'update') return yield* update(tool);
      if (operation === 'install') return yield* install(tool, packages);
      if (
        operation === undefined ||
        /^(?:autoremove|clean|dist-upgrade|full-upgrade|list|purge|remove|search|show|source|upgrade)$/.test(operation)
      )
        return yield* notSimulated(tool, operation ?? '(its help)');
      yield* tool.err(`E: Invalid operation ${operation}\n`);
      return ERROR_STATUS;
    }),
  });
}

export const apt = aptCommand('apt');
export const aptGet = aptCommand('apt-get');

/** apt-key: `add -` of nothing, which is what a download that failed hands it. */
export const aptKey = defineCommand({
  name: 'apt-key',
  userlands: ['gnu'],
  program: toolProgram(function* (tool) {
    const [command, file] = tool.args;
    yield* tool.err(
      'Warning: apt-key is deprecated. Manage keyring files in trusted.gpg.d instead (see apt-key(8)).\n',
    );
    if (command !== 'add') return yield* notSimulated(tool, command ?? '(its help)');
    if (tool.process.user !== 'root') {
      yield* tool.err('E: This command can only be used by root.\n');
      return 1;
    }
    const given = yield* tool.read(file);
    if (given.ok && given.value.trim() !== '' && given.value.includes('BEGIN PGP'))
      return yield* notSimulated(tool, 'add');
    yield* tool.err('gpg: no valid OpenPGP data found.\n');
    return 2;
  }),
});
