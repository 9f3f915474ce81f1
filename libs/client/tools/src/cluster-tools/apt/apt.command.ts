import { KUBERNETES_PACKAGES } from '@seatrial/cluster';
import type { Coroutine } from '@seatrial/kernel';
import { defineCommand, type CommandDefinition } from '../../command.js';
import type { ParsedArguments } from '../../tool/options.js';
import { toolProgram, type Tool } from '../../tool/tool.js';
import { nodeOf, notSimulated } from '../cluster-tool.js';
import { DEBIAN_PACKAGES } from './debian-packages.js';
import { installPackages, upgradable, type PackageRequest } from './install-packages.js';
import { KNOWN_MINOR, kubernetesSource, mirrorOf, offeredVersions } from './kubernetes-source.js';
import { reachesMirror } from './reach-mirror.js';

export const APT_VERSION = '2.6.1';
const ERROR_STATUS = 100;
const ATTEMPTS = 3;

const SOURCES = [
  ['http://deb.debian.org/debian', 'bookworm'],
  ['http://deb.debian.org/debian', 'bookworm-updates'],
  ['http://deb.debian.org/debian-security', 'bookworm-security'],
] as const;

const OPTIONS =
  '-y --yes --assume-yes, -q --quiet, --no-install-recommends, -f --fix-broken, --allow-downgrades, ' +
  '--allow-change-held-packages, --reinstall, --upgradable, --installed, -a --all-versions, -o=, -t=';

const READING = 'Reading package lists...\nBuilding dependency tree...\nReading state information...\n';

function* needsRoot(tool: Tool, file: string, directory: string): Coroutine<number | undefined> {
  if (tool.process.user === 'root') return undefined;
  yield* tool.err(`E: Could not open lock file ${file} - open (13: Permission denied)\nE: Unable to ${directory}\n`);
  return ERROR_STATUS;
}

/** The sources of a machine as apt names them while it asks them: address, suite and host. */
function sourcesOf(tool: Tool, reached: boolean): readonly (readonly [url: string, suite: string, host: string])[] {
  const kubernetes = nodeOf(tool)?.packages && kubernetesSource(tool);
  const debian = SOURCES.map(([url, suite]) => [url, suite, 'deb.debian.org'] as const);
  if (!kubernetes) return debian;
  return [...debian, [reached ? mirrorOf(kubernetes) : kubernetes.address, '', 'pkgs.k8s.io']];
}

/** The lists of a machine that has packages of Kubernetes, which are up to date. */
function* refreshLists(tool: Tool, name: 'apt' | 'apt-get'): Coroutine<number> {
  const source = kubernetesSource(tool);
  if (source && source.minor !== KNOWN_MINOR) return yield* notSimulated(tool, `update of ${source.address}`);
  const lines = sourcesOf(tool, true).map(([url, suite], index) => `Hit:${index + 1} ${url} ${suite} InRelease\n`);
  yield* tool.out(`${lines.join('')}Reading package lists...\n`);
  if (name === 'apt-get') return 0;
  const packages = nodeOf(tool)?.packages;
  const count = packages ? upgradable(packages, source).length : 0;
  const said =
    count === 0
      ? 'All packages are up to date.'
      : count === 1
        ? "1 package can be upgraded. Run 'apt list --upgradable' to see it."
        : `${count} packages can be upgraded. Run 'apt list --upgradable' to see them.`;
  yield* tool.out(`Building dependency tree...\nReading state information...\n${said}\n`);
  return 0;
}

function* update(tool: Tool, name: 'apt' | 'apt-get'): Coroutine<number> {
  const refused = yield* needsRoot(tool, '/var/lib/apt/lists/lock', 'lock directory /var/lib/apt/lists/');
  if (refused !== undefined) return refused;
  if (nodeOf(tool)?.packages) {
    const resolved = yield* tool.machine.network.resolve('pkgs.k8s.io');
    if (resolved.ok || resolved.error.failure === 'name-not-found') return yield* refreshLists(tool, name);
  } else if (yield* reachesMirror(tool)) return ERROR_STATUS;
  const sources = sourcesOf(tool, false);
  const names = sources.map(([url, suite], index) => `${index + 1} ${url} ${suite} InRelease\n`);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) yield* tool.out(names.map((each) => `Ign:${each}`).join(''));
  const reason = (host: string): string => `Temporary failure resolving '${host}'`;
  yield* tool.out(names.map((each, index) => `Err:${each}  ${reason(sources[index][2])}\n`).join(''));
  yield* tool.out('Reading package lists...\n');
  const warnings = sources.map(([url, suite, host]) =>
    suite === ''
      ? `W: Failed to fetch ${url}/InRelease  ${reason(host)}\n`
      : `W: Failed to fetch ${url}/dists/${suite}/InRelease  ${reason(host)}\n`,
  );
  yield* tool.err(
    `${warnings.join('')}W: Some index files failed to download. They have been ignored, or old ones used instead.\n`,
  );
  return 0;
}

function requestOf(word: string): PackageRequest {
  const [name, ...version] = word.split('=');
  return version.length > 0 ? { name, version: version.join('=') } : { name };
}

function* install(tool: Tool, words: readonly string[], { flags }: ParsedArguments): Coroutine<number> {
  const refused = yield* needsRoot(
    tool,
    '/var/lib/dpkg/lock-frontend',
    'acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), are you root?',
  );
  if (refused !== undefined) return refused;
  yield* tool.out(READING);
  const node = nodeOf(tool);
  const requests = words.map(requestOf);
  const ours = requests.filter(({ name }) => node?.packages?.versionOf(name) !== undefined);
  const others = requests.filter((request) => !ours.includes(request)).map(({ name }) => name);
  const unknown: string[] = [];
  for (const name of others)
    if (node !== undefined && Object.hasOwn(DEBIAN_PACKAGES, name))
      yield* tool.out(`${name} is already the newest version (${DEBIAN_PACKAGES[name]}).\n`);
    else unknown.push(name);
  if (unknown.length > 0) {
    if (yield* reachesMirror(tool)) return ERROR_STATUS;
    yield* tool.err(unknown.map((name) => `E: Unable to locate package ${name}\n`).join(''));
    return ERROR_STATUS;
  }
  if (ours.length > 0)
    return yield* installPackages(tool, ours, {
      yes: flags.has('y'),
      allowDowngrades: flags.has('allow-downgrades'),
      allowChangeHeld: flags.has('allow-change-held-packages'),
    });
  yield* tool.out('0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n');
  return 0;
}

/** `apt list` of Kubernetes' packages: by name, or those that could be newer. */
function* list(tool: Tool, words: readonly string[], { flags }: ParsedArguments): Coroutine<number> {
  const packages = nodeOf(tool)?.packages;
  const known = KUBERNETES_PACKAGES.map(({ name }) => name);
  if (!packages || !(flags.has('upgradable') || (words.length > 0 && words.every((word) => known.includes(word)))))
    return yield* notSimulated(tool, 'list');
  const source = kubernetesSource(tool);
  const newer = upgradable(packages, source);
  const chosen = (words.length > 0 ? words : known).filter((name) => !flags.has('upgradable') || newer.includes(name));
  yield* tool.out('Listing...\n');
  for (const name of chosen) {
    const installed = packages.versionOf(name) ?? '';
    const offered = offeredVersions(source, name);
    const versions = flags.has('a') ? offered : offered.slice(0, 1);
    for (const version of versions) {
      const state = newer.includes(name) ? `[installed,upgradable to: ${offered[0]}]` : '[installed]';
      yield* tool.out(
        version === installed
          ? `${name}/unknown,now ${version} amd64 ${state}\n`
          : `${name}/unknown ${version} amd64${version === offered[0] && newer.includes(name) ? ` [upgradable from: ${installed}]` : ''}\n`,
      );
    }
    if (flags.has('a')) yield* tool.out('\n');
  }
  return 0;
}

function aptCommand(name: 'apt' | 'apt-get'): CommandDefinition {
  return defineCommand({
    name,
    userlands: ['gnu'],
    program: toolProgram(function* (tool) {
      const parsed = yield* tool.options(OPTIONS);
      const [operation, ...words] = parsed.operands;
      if (name === 'apt')
        yield* tool.err('\nWARNING: apt does not have a stable CLI interface. Use with caution in scripts.\n\n');
      if (operation === 'update') return yield* update(tool, name);
      if (operation === 'install') return yield* install(tool, words, parsed);
      if (operation === 'list' && name === 'apt') return yield* list(tool, words, parsed);
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
