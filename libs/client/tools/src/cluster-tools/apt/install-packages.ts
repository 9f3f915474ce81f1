import { NodePackages } from '@seatrial/cluster';
import { compareStrings, sleep, type Coroutine } from '@seatrial/kernel';
import type { Tool } from '../../tool/tool.js';
import { nodeOf, notSimulated } from '../cluster-tool.js';
import { compareVersions } from './debian-version.js';
import { KNOWN_MINOR, kubernetesSource, offeredVersions, type KubernetesSource } from './kubernetes-source.js';

const ERROR_STATUS = 100;
/** How long a package takes to come and to be unpacked. */
const PACKAGE_MS = 1500;
const HOST = 'pkgs.k8s.io';

/** One word of `apt-get install`: `kubeadm`, or `kubeadm=1.35.4-*`. */
export interface PackageRequest {
  readonly name: string;
  readonly version?: string;
}

export interface InstallOptions {
  /** `-y`. */
  readonly yes: boolean;
  readonly allowDowngrades: boolean;
  readonly allowChangeHeld: boolean;
}

interface Change {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

/** A version that a request names, which may end with a pattern. */
function chosenVersion(versions: readonly string[], wanted: string | undefined): string | undefined {
  if (wanted === undefined) return versions[0];
  const prefix = wanted.endsWith('*') ? wanted.slice(0, -1) : undefined;
  return versions.find((version) => (prefix === undefined ? version === wanted : version.startsWith(prefix)));
}

/** Whether a request is for a release that the known minor release may have by now, or that other repositories have. */
const isUnknown = (source: KubernetesSource | undefined, { version }: PackageRequest): boolean =>
  source !== undefined &&
  (source.minor !== KNOWN_MINOR || (version !== undefined && version.startsWith(`${KNOWN_MINOR.slice(1)}.`)));

const listed = (title: string, names: readonly string[]): string =>
  names.length === 0 ? '' : `${title}\n  ${names.join(' ')}\n`;

/** What apt says of a transaction before it begins (apt-private, private-output.cc). */
function summary(packages: NodePackages, changes: readonly Change[], left: number): string {
  const names = (of: readonly Change[]): string[] => of.map(({ name }) => name).sort(compareStrings);
  const down = changes.filter(({ before, after }) => compareVersions(before, after) > 0);
  const up = changes.filter((change) => !down.includes(change));
  const downgraded = down.length > 0 ? `${down.length} downgraded, ` : '';
  return [
    listed(
      'The following held packages will be changed:',
      names(changes).filter((name) => packages.held.includes(name)),
    ),
    listed('The following packages will be upgraded:', names(up)),
    listed('The following packages will be DOWNGRADED:', names(down)),
    `${up.length} upgraded, 0 newly installed, ${downgraded}0 to remove and ${left} not upgraded.\n`,
  ].join('');
}

/** Why the transaction ends before it begins: what was not allowed, or not agreed to. */
function* objection(
  tool: Tool,
  packages: NodePackages,
  changes: readonly Change[],
  options: InstallOptions,
): Coroutine<number | undefined> {
  const isHeld = changes.some(({ name }) => packages.held.includes(name)) && !options.allowChangeHeld;
  const isDown = changes.some(({ before, after }) => compareVersions(before, after) > 0) && !options.allowDowngrades;
  if (!isHeld && !isDown) return undefined;
  if (options.yes) {
    yield* tool.err(
      isHeld
        ? 'E: Held packages were changed and -y was used without --allow-change-held-packages.\n'
        : 'E: Packages were downgraded and -y was used without --allow-downgrades.\n',
    );
    return ERROR_STATUS;
  }
  yield* tool.out('Do you want to continue? [Y/n] ');
  const answer = yield* tool.readStdin();
  if (answer !== '' && /^(?:y.*)?$/i.test(answer.split('\n')[0])) return undefined;
  yield* tool.out('Abort.\n');
  return 1;
}

/** Fetches the packages; a status when there is no way to the repository. */
function* fetchPackages(
  tool: Tool,
  source: KubernetesSource,
  changes: readonly Change[],
): Coroutine<number | undefined> {
  const resolved = yield* tool.machine.network.resolve(HOST);
  yield* sleep(PACKAGE_MS * changes.length);
  if (resolved.ok || resolved.error.failure === 'name-not-found') return undefined;
  const reason = `Temporary failure resolving '${HOST}'`;
  const errors = changes.map(
    ({ name, after }, index) => `Err:${index + 1} ${source.address}  ${name} ${after}\n  ${reason}\n`,
  );
  yield* tool.out(errors.join(''));
  const failed = changes.map(
    ({ name, after }) => `E: Failed to fetch ${source.address}/amd64/${name}_${after}_amd64.deb  ${reason}\n`,
  );
  yield* tool.err(
    `${failed.join('')}E: Unable to fetch some archives, maybe run apt-get update or try with --fix-missing?\n`,
  );
  return ERROR_STATUS;
}

/** Unpacks and sets up, in apt's words (dpkg's unpack and configure); sizes and the count of files are nobody's to know here. */
function* unpack(tool: Tool, packages: NodePackages, changes: readonly Change[]): Coroutine<void> {
  for (const { name, before, after } of changes) {
    if (compareVersions(before, after) > 0)
      yield* tool.err(`dpkg: warning: downgrading ${name} from ${before} to ${after}\n`);
    yield* tool.out(
      `Preparing to unpack .../${name}_${after}_amd64.deb ...\nUnpacking ${name} (${after}) over (${before}) ...\n`,
    );
  }
  for (const { name, after } of changes) {
    packages.install(name, after);
    yield* tool.out(`Setting up ${name} (${after}) ...\n`);
  }
}

/** What the requests come to; a text of apt's where one cannot be met. */
function plan(
  packages: NodePackages,
  source: KubernetesSource | undefined,
  requests: readonly PackageRequest[],
): { readonly changes: Change[]; readonly newest: string[]; readonly missing: PackageRequest[] } {
  const changes: Change[] = [];
  const newest: string[] = [];
  const missing: PackageRequest[] = [];
  for (const request of requests) {
    const { name, version } = request;
    const before = packages.versionOf(name) ?? '';
    const offered = offeredVersions(source, name);
    const known = offered.includes(before) ? offered : [...offered, before];
    const after = chosenVersion(known, version);
    if (after === undefined) missing.push(request);
    else if (after === before) newest.push(`${name} is already the newest version (${before}).\n`);
    else changes.push({ name, before, after });
  }
  return { changes: changes.sort((a, b) => compareStrings(a.name, b.name)), newest, missing };
}

/** How many packages could be newer, but for those that were asked for. */
export function upgradable(
  packages: NodePackages,
  source: KubernetesSource | undefined,
  but: readonly string[] = [],
): string[] {
  return ['kubeadm', 'kubectl', 'kubelet'].filter((name) => {
    const [candidate] = offeredVersions(source, name);
    const version = packages.versionOf(name);
    return (
      !but.includes(name) && candidate !== undefined && version !== undefined && compareVersions(candidate, version) > 0
    );
  });
}

/** `apt-get install` of Kubernetes' packages, after `Reading state information...`. */
export function* installPackages(
  tool: Tool,
  requests: readonly PackageRequest[],
  options: InstallOptions,
): Coroutine<number> {
  const packages = nodeOf(tool)?.packages;
  if (!packages) return yield* notSimulated(tool, 'install here');
  const source = kubernetesSource(tool);
  const { changes, newest, missing } = plan(packages, source, requests);
  yield* tool.out(newest.join(''));
  for (const request of missing) {
    const { name, version = '' } = request;
    if (isUnknown(source, request)) return yield* notSimulated(tool, `install ${name}=${version}`);
    yield* tool.out(
      `Package ${name} is not available, but is referred to by another package.\nThis may mean that the package is missing, has been obsoleted, or\nis only available from another source\n\n`,
    );
    yield* tool.err(`E: Version '${version}' for '${name}' was not found\n`);
    return ERROR_STATUS;
  }
  const asked = requests.map(({ name }) => name);
  yield* tool.out(summary(packages, changes, upgradable(packages, source, asked).length));
  if (changes.length === 0 || !source) return 0;
  const failed = (yield* objection(tool, packages, changes, options)) ?? (yield* fetchPackages(tool, source, changes));
  if (failed !== undefined) return failed;
  yield* unpack(tool, packages, changes);
  return 0;
}
