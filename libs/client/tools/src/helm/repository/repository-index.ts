import { directoryName, fail, isJsonObject, ok, type Coroutine, type JsonObject, type Result } from '@seatrial/kernel';
import type { Invocation } from '@seatrial/kubectl';
import { compareVersions, versionFits } from '../chart/version-constraint.js';
import { fetchUrl } from './fetch-url.js';
import { cachedIndexPath, yamlValue, type Repository } from './repositories.js';

/** One version of a chart as an index lists it. */
export interface IndexedChart {
  readonly name: string;
  readonly version: string;
  readonly appVersion: string;
  readonly description: string;
  readonly urls: readonly string[];
  readonly deprecated: boolean;
}

/** The charts of an index by name, the latest version first. */
export type RepositoryIndex = ReadonlyMap<string, readonly IndexedChart[]>;

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function chartOf(entry: JsonObject): IndexedChart {
  const { name, version, appVersion, description, urls, deprecated } = entry;
  return {
    name: textOf(name),
    version: textOf(version),
    appVersion: textOf(appVersion),
    description: textOf(description),
    urls: Array.isArray(urls) ? urls.map(textOf) : [],
    deprecated: deprecated === true,
  };
}

/** An index.yaml; the error is helm's (repo.loadIndex). */
export function parseIndex(text: string, path: string): Result<RepositoryIndex, string> {
  if (text === '') return fail('empty index.yaml file');
  const value = yamlValue(text, path);
  if (textOf(value?.['apiVersion']) === '') return fail('no API version specified');
  const index = new Map<string, IndexedChart[]>();
  const entries = value?.['entries'];
  for (const [name, versions] of Object.entries(isJsonObject(entries) ? entries : {})) {
    const charts = Array.isArray(versions) ? versions.filter(isJsonObject).map(chartOf) : [];
    index.set(
      name,
      charts.sort((a, b) => compareVersions(b.version, a.version)),
    );
  }
  return ok(index);
}

/** Fetches a repository's index and keeps it where `name` says; the error is helm's. */
export function* fetchIndex(k: Invocation, { name, url }: Repository): Coroutine<Result<RepositoryIndex, string>> {
  const at = `${url.replace(/\/$/, '')}/index.yaml`;
  const complaint = (text: string): string =>
    `looks like ${JSON.stringify(url)} is not a valid chart repository or cannot be reached: ${text}`;
  const fetched = yield* fetchUrl(k, at);
  if (!fetched.ok) return fail(complaint(fetched.error));
  const index = parseIndex(fetched.value, at);
  if (!index.ok) return fail(complaint(index.error));
  if (name === '') return index;
  const { files } = k.process.machine;
  const path = cachedIndexPath(k, name);
  files.makeDirectories(directoryName(path), k.process.user);
  files.writeFile(path, fetched.value, { owner: k.process.user });
  const charts = [...index.value.keys()].map((chart) => `${chart}\n`).join('');
  files.writeFile(path.replace(/-index\.yaml$/, '-charts.txt'), charts, { owner: k.process.user });
  return index;
}

/** The index of a repository as it was last fetched. */
export function cachedIndex(k: Invocation, name: string): Result<RepositoryIndex, string> {
  const path = cachedIndexPath(k, name);
  const read = k.process.machine.files.readFile(path);
  return read.ok
    ? parseIndex(read.value, path)
    : fail(`no cached repo found. (try 'helm repo update'): open ${path}: no such file or directory`);
}

/** The best version of a chart for a constraint; the error says what is missing. */
export function chosenVersion(index: RepositoryIndex, name: string, constraint: string): Result<IndexedChart, string> {
  const versions = index.get(name);
  if (!versions || versions.length === 0) return fail('no chart name found');
  const exact = versions.find(({ version }) => version === constraint);
  const found = exact ?? versions.find(({ version }) => versionFits(constraint === '' ? '*' : constraint, version));
  return found ? ok(found) : fail(`no chart version found for ${name}-${constraint}`);
}
