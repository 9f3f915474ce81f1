import { baseName, directoryName, sha256Hex, type Coroutine } from '@seatrial/kernel';
import type { Invocation } from '@seatrial/kubectl';
import { failHelm } from '../helm-failure.js';
import { OCI_SCHEME } from '../oci/chart-reference.js';
import { flagOn, flagText } from '../oci/chart-registry.js';
import { pullChart } from '../oci/pull-chart.js';
import { fetchUrl } from './fetch-url.js';
import { helmHome } from './helm-home.js';
import { repositories } from './repositories.js';
import { cachedIndex, chosenVersion, fetchIndex, type IndexedChart } from './repository-index.js';

/** A chart's archive as it came from somewhere. */
export interface RemoteChart {
  readonly url: string;
  readonly archive: string;
  /** The name of the file that it comes in. */
  readonly fileName: string;
}

const DEVELOPMENT = '>0.0.0-0';

function constraintOf(k: Invocation): string {
  const version = flagText(k, 'version');
  return version === '' && flagOn(k, 'devel') ? DEVELOPMENT : version;
}

/** A chart's first URL; one without a host is below the repository's own. */
function urlOf(repository: string, { name, urls }: IndexedChart): string {
  const [first] = urls;
  if (urls.length === 0) failHelm(`chart "${name}" has no downloadable URLs`);
  return /^\w+:\/\//.test(first) ? first : `${repository.replace(/\/$/, '')}/${first}`;
}

/** Where the chart that `--repo` has is (repo.FindChartInRepoURL). */
export function* urlInRepository(k: Invocation, repository: string, name: string, version: string): Coroutine<string> {
  const index = yield* fetchIndex(k, { name: '', url: repository });
  if (!index.ok) failHelm(index.error);
  const found = chosenVersion(index.value, name, version);
  if (!found.ok)
    failHelm(`chart "${name}"${version === '' ? '' : ` version "${version}"`} not found in ${repository} repository`);
  return urlOf(repository, found.value);
}

/** Where the chart `REPOSITORY/NAME` is, by the index that is kept (ChartDownloader.ResolveChartVersion). */
function urlByName(k: Invocation, argument: string): string {
  const slash = argument.indexOf('/');
  if (slash < 0) failHelm(`non-absolute URLs should be in form of repo_name/path_to_chart, got: ${argument}`);
  const [owner, name] = [argument.slice(0, slash), argument.slice(slash + 1)];
  const repository = repositories(k)?.find((each) => each.name === owner);
  if (!repository) failHelm(`repo ${owner} not found`);
  const index = cachedIndex(k, owner);
  if (!index.ok) failHelm(index.error);
  const version = constraintOf(k);
  const found = chosenVersion(index.value, name, version);
  if (!found.ok)
    failHelm(
      `chart "${name}" matching ${version} not found in ${owner} index. (try 'helm repo update'): ${found.error}`,
    );
  return urlOf(repository.url, found.value);
}

function* fromRegistry(k: Invocation, argument: string): Coroutine<RemoteChart> {
  const pulled = yield* pullChart(k, argument, constraintOf(k));
  return pulled.ok ? pulled.value : failHelm(pulled.error);
}

/** The chart that is no file of the machine; ends the command where it cannot be had. */
export function* remoteChart(k: Invocation, argument: string): Coroutine<RemoteChart> {
  const repository = flagText(k, 'repo');
  if (repository === '' && argument.startsWith(OCI_SCHEME)) return yield* fromRegistry(k, argument);
  const isUrl = /^https?:\/\//.test(argument);
  const url =
    repository !== ''
      ? yield* urlInRepository(k, repository, argument, constraintOf(k))
      : isUrl
        ? argument
        : urlByName(k, argument);
  const fetched = yield* fetchUrl(k, url);
  if (!fetched.ok) failHelm(fetched.error);
  return { url, archive: fetched.value, fileName: baseName(url.replace(/[?#].*$/, '')) };
}

/** The same, kept in helm's cache: its path. */
export function* downloadedChart(k: Invocation, argument: string): Coroutine<string> {
  const { url, archive } = yield* remoteChart(k, argument);
  const { files } = k.process.machine;
  const digest = sha256Hex(archive);
  const path = `${helmHome(k.process).cache}/content/${digest.slice(0, 2)}/${digest}.chart`;
  if (flagOn(k, 'verify')) failHelm(`failed to fetch provenance "${url}.prov"`);
  files.makeDirectories(directoryName(path), k.process.user);
  files.writeFile(path, archive, { owner: k.process.user });
  return path;
}
