import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { encodeUtf8, isJsonObject, resolvePath, type Coroutine, type JsonObject } from '@seatrial/kernel';
import type { Invocation } from '@seatrial/kubectl';
import { toYaml, yamlToJson } from '@seatrial/manifest';
import { packChart } from './chart/chart-archive.js';
import { dependencyEntries, textIn } from './chart/chart-metadata.js';
import type { Chart } from './chart/chart.js';
import { chartFiles, loadChart } from './chart/load-chart.js';
import { versionFits } from './chart/version-constraint.js';
import { cleanPath } from './clean-path.js';
import { failHelm } from './helm-failure.js';
import { unreachable } from './helm-network.js';

const FILE = 'file://';

/** Names below a chart's charts/ folder. */
export function packedNames(k: Invocation, folder: string): string[] {
  const names = k.process.machine.files.readDirectory(`${folder}/charts`);
  return names.ok ? names.value : [];
}

/** The members of a dependency that Go's JSON shows, in its order. */
function marshalled(entry: JsonObject): JsonObject {
  const { name, version, repository, condition, tags, enabled, alias } = entry;
  const imports = entry['import-values'];
  return {
    name: name ?? '',
    ...(version === undefined || version === '' ? {} : { version }),
    repository: repository ?? '',
    ...(condition ? { condition } : {}),
    ...(Array.isArray(tags) && tags.length > 0 ? { tags } : {}),
    ...(enabled ? { enabled } : {}),
    ...(Array.isArray(imports) && imports.length > 0 ? { 'import-values': imports } : {}),
    ...(alias ? { alias } : {}),
  };
}

/** resolver.HashReq. */
function digestOf(wanted: readonly JsonObject[], locked: readonly JsonObject[]): string {
  const text = JSON.stringify([wanted.map(marshalled), locked.map(marshalled)]);
  return `sha256:${bytesToHex(sha256(encodeUtf8(text)))}`;
}

/** Where a dependency's chart lies: a path relative to what was typed, as helm shows it. */
function localPath(k: Invocation, argument: string, entry: JsonObject): string {
  const repository = textIn(entry, 'repository');
  const below = repository === '' ? `charts/${textIn(entry, 'name')}` : repository.slice(FILE.length);
  const path = below.startsWith('/') ? below : resolvePath(`/${argument}`, below).slice(1);
  const shown = argument.startsWith('/') && !below.startsWith('/') ? `/${path}` : path;
  if (!k.process.machine.files.isDirectory(resolvePath(k.process.cwd, shown))) failHelm(`directory ${shown} not found`);
  return shown;
}

/** Every dependency must be a folder here, or somewhere that no machine of the simulation reaches. */
function* demandReachable(k: Invocation, argument: string, wanted: readonly JsonObject[]): Coroutine<void> {
  const remote: string[] = [];
  const unknown: string[] = [];
  for (const entry of wanted) {
    const repository = textIn(entry, 'repository');
    if (repository === '' || repository.startsWith(FILE)) localPath(k, argument, entry);
    else if (/^https?:\/\//.test(repository)) remote.push(repository);
    else if (repository.startsWith('oci://'))
      failHelm(
        `could not retrieve list of tags for repository ${repository}: ${unreachable(k, `${repository.replace('oci://', 'https://')}/${textIn(entry, 'name')}/tags/list`)}`,
      );
    else unknown.push(repository);
  }
  if (unknown.length > 0)
    failHelm(`no repository definition for ${unknown.join(', ')}. Please add them via 'helm repo add'`);
  if (remote.length === 0) return;
  yield* k.out('Getting updates for unmanaged Helm repositories...\n');
  for (const url of remote)
    yield* k.out(
      `...Unable to get an update from the "${url}" chart repository:\n\t${unreachable(k, `${url.replace(/\/$/, '')}/index.yaml`)}\n`,
    );
  const name = `helm-manager-${bytesToHex(sha256(encodeUtf8(remote[0])))}`;
  const home = k.process.env.get('HOME') ?? '/root';
  failHelm(
    `no cached repository for ${name} found. (try 'helm repo update'): open ${home}/.cache/helm/repository/${name}-index.yaml: no such file or directory`,
  );
}

interface Target {
  readonly argument: string;
  readonly folder: string;
  readonly chart: Chart;
}

function targetOf(k: Invocation, path: string): Target {
  const { files } = k.process.machine;
  const argument = cleanPath(path);
  const folder = resolvePath(k.process.cwd, argument);
  if (!files.exists(folder)) failHelm(`could not find ${argument}: stat ${argument}: no such file or directory`);
  if (!files.isDirectory(folder)) failHelm('only unpacked charts can be updated');
  const chart = loadChart(files, folder);
  if (!chart.ok) failHelm(chart.error);
  return { argument, folder, chart: chart.value };
}

/** The charts of folders, packed into charts/; what was there before goes. */
function* saveAll(k: Invocation, { argument, folder }: Target, locked: readonly JsonObject[]): Coroutine<void> {
  const { files, simulation } = k.process.machine;
  yield* k.out(`Saving ${String(locked.length)} charts\n`);
  const kept = new Set<string>();
  for (const entry of locked) {
    if (textIn(entry, 'repository') === '') {
      yield* k.out(
        `Dependency ${textIn(entry, 'name')} did not declare a repository. Assuming it exists in the charts directory\n`,
      );
      const own = loadChart(files, `${folder}/charts/${textIn(entry, 'name')}`);
      if (!own.ok || versionFits(textIn(entry, 'version'), own.value.metadata.version)) continue;
      const why = `dependency ${textIn(entry, 'name')} at version ${own.value.metadata.version} does not satisfy the constraint ${textIn(entry, 'version')}`;
      yield* k.out(`Save error occurred:  ${why}\n`);
      failHelm(why);
    }
    const source = resolvePath(k.process.cwd, localPath(k, argument, entry));
    const found = loadChart(files, source);
    if (found.ok && !versionFits(textIn(entry, 'version'), found.value.metadata.version)) {
      const why = `can't get a valid version for dependency ${textIn(entry, 'name')}`;
      yield* k.out(`Save error occurred:  ${why}\n`);
      failHelm(why);
    }
    const content = chartFiles(files, source);
    const name = `${textIn(entry, 'name')}-${textIn(entry, 'version')}.tgz`;
    files.makeDirectories(`${folder}/charts`);
    files.writeFile(
      `${folder}/charts/${name}`,
      packChart(textIn(entry, 'name'), content, Math.floor(simulation.now() / 1000)),
    );
    kept.add(name);
  }
  yield* k.out('Deleting outdated charts\n');
  const named = new Set(locked.map((entry) => textIn(entry, 'name')));
  for (const file of packedNames(k, folder)) {
    if (!file.endsWith('.tgz') || kept.has(file)) continue;
    const packed = loadChart(files, `${folder}/charts/${file}`);
    if (packed.ok && named.has(packed.value.metadata.name)) files.remove(`${folder}/charts/${file}`);
  }
}

/** Versions of the charts that are there; one that does not fit is a failure (resolver.Resolve). */
function resolve(k: Invocation, { argument }: Target, wanted: readonly JsonObject[]): JsonObject[] {
  const missing: string[] = [];
  const locked = wanted.map((entry) => {
    const [name, repository, version] = [textIn(entry, 'name'), textIn(entry, 'repository'), textIn(entry, 'version')];
    const path = resolvePath(k.process.cwd, localPath(k, argument, entry));
    const found = loadChart(k.process.machine.files, path);
    if (!found.ok) return failHelm(found.error);
    const actual = found.value.metadata.version;
    if (repository !== '' && !versionFits(version, actual))
      missing.push(`"${name}" (repository "${repository}", version "${version}")`);
    return { name, repository, version: repository === '' ? version : actual };
  });
  if (missing.length > 0)
    failHelm(
      `can't get a valid version for ${String(missing.length)} subchart(s): ${missing.join(', ')}. Make sure a matching chart version exists in the repo, or change the version constraint in Chart.yaml`,
    );
  return locked;
}

/** `helm dependency update`: what Chart.yaml names, packed into charts/, and Chart.lock. */
export function* updateDependencies(k: Invocation, path: string): Coroutine<void> {
  const target = targetOf(k, path);
  const wanted = dependencyEntries(target.chart.metadata);
  if (wanted.length === 0) return;
  yield* demandReachable(k, target.argument, wanted);
  const locked = resolve(k, target, wanted);
  yield* saveAll(k, target, locked);
  const lock = { dependencies: locked, digest: digestOf(wanted, locked), generated: new Date(k.now()).toISOString() };
  k.process.machine.files.writeFile(`${target.folder}/Chart.lock`, toYaml(lock));
}

/** `helm dependency build`: the same by Chart.lock, when there is one. */
export function* buildDependencies(k: Invocation, path: string): Coroutine<void> {
  const target = targetOf(k, path);
  const text = k.process.machine.files.readFile(`${target.folder}/Chart.lock`);
  if (!text.ok) {
    yield* updateDependencies(k, path);
    return;
  }
  const lock = yamlToJson(text.value);
  const content = lock.ok && isJsonObject(lock.value) ? lock.value : {};
  const locked = Array.isArray(content.dependencies) ? content.dependencies.filter(isJsonObject) : [];
  const wanted = dependencyEntries(target.chart.metadata);
  if (digestOf(wanted, locked) !== content.digest)
    failHelm(
      'the lock file (Chart.lock) is out of sync with the dependencies file (Chart.yaml). Please update the dependencies',
    );
  yield* demandReachable(k, target.argument, wanted);
  yield* saveAll(k, target, locked);
}
