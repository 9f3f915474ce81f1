import { baseName, fail, ok, resolvePath, type Coroutine, type JsonObject, type Result } from '@seatrial/kernel';
import type { Invocation } from '@seatrial/kubectl';
import { packChart } from '../chart/chart-archive.js';
import { textIn } from '../chart/chart-metadata.js';
import { chartFiles, loadChart } from '../chart/load-chart.js';
import { versionFits } from '../chart/version-constraint.js';
import { failHelm } from '../helm-failure.js';
import { OCI_SCHEME } from '../oci/chart-reference.js';
import { pullChart } from '../oci/pull-chart.js';
import { fetchUrl } from '../repository/fetch-url.js';
import { urlInRepository } from '../repository/remote-chart.js';
import { FILE, localPath, packedNames, type DependencyTarget } from './dependency-target.js';

/** A chart's archive under the name that it gets in charts/; without one where it lies there already. */
type Saved = { readonly name: string; readonly archive: string } | undefined;

/** A chart that must lie in charts/ already. */
function* ownChart(
  k: Invocation,
  { folder, tell }: DependencyTarget,
  entry: JsonObject,
): Coroutine<Result<Saved, string>> {
  const [name, version] = [textIn(entry, 'name'), textIn(entry, 'version')];
  yield* tell(`Dependency ${name} did not declare a repository. Assuming it exists in the charts directory\n`);
  const own = loadChart(k.process.machine.files, `${folder}/charts/${name}`);
  if (!own.ok || versionFits(version, own.value.metadata.version)) return ok(undefined);
  return fail(`dependency ${name} at version ${own.value.metadata.version} does not satisfy the constraint ${version}`);
}

/** A chart of a folder, packed. */
function localChart(k: Invocation, { argument }: DependencyTarget, entry: JsonObject): Result<Saved, string> {
  const { files, simulation } = k.process.machine;
  const [name, version] = [textIn(entry, 'name'), textIn(entry, 'version')];
  const source = resolvePath(k.process.cwd, localPath(k, argument, entry));
  const found = loadChart(files, source);
  if (found.ok && !versionFits(version, found.value.metadata.version))
    return fail(`can't get a valid version for dependency ${name}`);
  const archive = packChart(name, chartFiles(files, source), Math.floor(simulation.now() / 1000));
  return ok({ name: `${name}-${version}.tgz`, archive });
}

/** A chart of a repository or a registry. */
function* remoteDependency(
  k: Invocation,
  { tell }: DependencyTarget,
  entry: JsonObject,
): Coroutine<Result<Saved, string>> {
  const [name, version, repository] = ['name', 'version', 'repository'].map((key) => textIn(entry, key));
  const isOci = repository.startsWith(OCI_SCHEME);
  const url = isOci ? `${repository}/${name}` : yield* urlInRepository(k, repository, name, version);
  yield* tell(`Downloading ${name} from repo ${repository}\n`);
  if (!isOci) {
    const fetched = yield* fetchUrl(k, url);
    return fetched.ok
      ? ok({ name: baseName(url), archive: fetched.value })
      : fail(`could not download ${url}: ${fetched.error}`);
  }
  const pulled = yield* pullChart(k, url, version);
  return pulled.ok
    ? ok({ name: pulled.value.fileName, archive: pulled.value.archive })
    : fail(`could not download ${url}: ${pulled.error}`);
}

function* savedChart(k: Invocation, target: DependencyTarget, entry: JsonObject): Coroutine<Result<Saved, string>> {
  const repository = textIn(entry, 'repository');
  if (repository === '') return yield* ownChart(k, target, entry);
  return repository.startsWith(FILE) ? localChart(k, target, entry) : yield* remoteDependency(k, target, entry);
}

/** Packed charts in charts/ that are no dependencies any more go, but for those that have no repository. */
function removeOutdated(
  k: Invocation,
  { folder }: DependencyTarget,
  locked: readonly JsonObject[],
  kept: ReadonlySet<string>,
): void {
  const { files } = k.process.machine;
  const local = new Set(
    locked.filter((entry) => textIn(entry, 'repository') === '').map((entry) => textIn(entry, 'name')),
  );
  for (const file of packedNames(k, folder)) {
    const path = `${folder}/charts/${file}`;
    if (kept.has(file) || files.isDirectory(path)) continue;
    const packed = loadChart(files, path);
    if (packed.ok && !local.has(packed.value.metadata.name)) files.remove(path);
  }
}

/** Every dependency's chart, packed into charts/; what was there before goes (Manager.downloadAll of Helm v4.1). */
export function* saveDependencies(
  k: Invocation,
  target: DependencyTarget,
  locked: readonly JsonObject[],
): Coroutine<void> {
  const { machine, user } = k.process;
  yield* target.tell(`Saving ${String(locked.length)} charts\n`);
  const charts: Exclude<Saved, undefined>[] = [];
  for (const entry of locked) {
    const saved = yield* savedChart(k, target, entry);
    if (!saved.ok) {
      yield* target.tell(`Save error occurred:  ${saved.error}\n`);
      failHelm(saved.error);
    }
    if (saved.value) charts.push(saved.value);
  }
  machine.files.makeDirectories(`${target.folder}/charts`, user);
  for (const { name, archive } of charts)
    machine.files.writeFile(`${target.folder}/charts/${name}`, archive, { owner: user });
  yield* target.tell('Deleting outdated charts\n');
  removeOutdated(k, target, locked, new Set(charts.map(({ name }) => name)));
}
