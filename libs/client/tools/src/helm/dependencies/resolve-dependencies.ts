import { resolvePath, type Coroutine, type JsonObject } from '@seatrial/kernel';
import type { Invocation } from '@seatrial/kubectl';
import { isVersion, textIn } from '../chart/chart-metadata.js';
import { loadChart } from '../chart/load-chart.js';
import { versionFits, versionProblem } from '../chart/version-constraint.js';
import { failHelm } from '../helm-failure.js';
import { OCI_SCHEME } from '../oci/chart-reference.js';
import { chartTags } from '../oci/chart-tags.js';
import { cachedIndex } from '../repository/repository-index.js';
import { FILE, localPath, type DependencyTarget } from './dependency-target.js';
import type { KnownDependencies } from './dependency-repositories.js';

/** The versions of a chart in a registry, or the one that is asked for. */
function* versionsInRegistry(k: Invocation, entry: JsonObject): Coroutine<readonly string[]> {
  const [name, version, repository] = ['name', 'version', 'repository'].map((key) => textIn(entry, key));
  if (isVersion(version)) return [version];
  const tags = yield* chartTags(k, `${repository.slice(OCI_SCHEME.length)}/${name}`);
  return tags.ok ? tags.value : failHelm(`could not retrieve list of tags for repository ${repository}: ${tags.error}`);
}

/** The versions of a chart in a repository's index as it is kept. */
function versionsInIndex(k: Invocation, entry: JsonObject, indexName: string): readonly string[] {
  const index = cachedIndex(k, indexName);
  if (!index.ok) failHelm(index.error.replace('no cached repo found.', `no cached repository for ${indexName} found.`));
  const versions = index.value.get(textIn(entry, 'name'));
  if (!versions) failHelm(`${textIn(entry, 'name')} chart not found in repo ${textIn(entry, 'repository')}`);
  return versions.filter(({ urls }) => urls.length > 0).map(({ version }) => version);
}

const isSame = (a: string, b: string): boolean => a.replace(/\/$/, '') === b.replace(/\/$/, '');

/** The version that a dependency gets; undefined when no version fits. */
function* chosenVersion(
  k: Invocation,
  { argument }: DependencyTarget,
  { indexes }: KnownDependencies,
  entry: JsonObject,
): Coroutine<string | undefined> {
  const [version, repository] = [textIn(entry, 'version'), textIn(entry, 'repository')];
  if (repository === '') {
    localPath(k, argument, entry);
    return version;
  }
  if (repository.startsWith(FILE)) {
    const found = loadChart(k.process.machine.files, resolvePath(k.process.cwd, localPath(k, argument, entry)));
    if (!found.ok) failHelm(found.error);
    const actual = found.value.metadata.version;
    return versionFits(version, actual) ? actual : undefined;
  }
  if (repository.startsWith(OCI_SCHEME)) {
    const found = (yield* versionsInRegistry(k, entry)).find((each) => versionFits(version, each));
    // Without one the download says what is missing.
    return found ?? version;
  }
  const name = [...indexes].find(([url]) => isSame(url, repository))?.[1] ?? '';
  return versionsInIndex(k, entry, name).find((each) => versionFits(version, each));
}

/** Which version of each dependency is taken (resolver.Resolve of Helm v4.1); one that does not fit is a failure. */
export function* resolveDependencies(
  k: Invocation,
  target: DependencyTarget,
  known: KnownDependencies,
): Coroutine<JsonObject[]> {
  const missing: string[] = [];
  const locked: JsonObject[] = [];
  for (const entry of known.entries) {
    const [name, version, repository] = ['name', 'version', 'repository'].map((key) => textIn(entry, key));
    const problem = versionProblem(version === '' ? '*' : version, '1.0.0');
    if (problem !== undefined) failHelm(`dependency "${name}" has an invalid version/constraint format: ${problem}`);
    const chosen = yield* chosenVersion(k, target, known, entry);
    if (chosen === undefined) missing.push(`"${name}" (repository "${repository}", version "${version}")`);
    else locked.push({ name, repository, version: chosen });
  }
  if (missing.length > 0)
    failHelm(
      `can't get a valid version for ${String(missing.length)} subchart(s): ${missing.join(', ')}. Make sure a matching chart version exists in the repo, or change the version constraint in Chart.yaml`,
    );
  return locked;
}
