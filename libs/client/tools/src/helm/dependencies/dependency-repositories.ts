import { sha256Hex, type Coroutine, type JsonObject } from '@seatrial/kernel';
import type { Invocation } from '@seatrial/kubectl';
import { textIn } from '../chart/chart-metadata.js';
import { failHelm } from '../helm-failure.js';
import { OCI_SCHEME } from '../oci/chart-reference.js';
import { flagOn } from '../oci/chart-registry.js';
import { updateIndexes } from '../repository/update-indexes.js';
import { repositories } from '../repository/repositories.js';
import { fetchIndex } from '../repository/repository-index.js';
import { FILE, localPath, type Tell } from './dependency-target.js';

const ALIAS = /^(?:@|alias:)(.+)$/;
const IS_URL = /^[a-zA-Z][\w+.-]*:\/\/./;

/** Dependencies whose repositories are known, and under which name each repository's index is kept. */
export interface KnownDependencies {
  readonly entries: readonly JsonObject[];
  /** URL → name of the index. */
  readonly indexes: ReadonlyMap<string, string>;
}

const sameUrl = (a: string, b: string): boolean => a.replace(/\/$/, '') === b.replace(/\/$/, '');

const withoutIndex = (repository: string): boolean =>
  repository === '' || repository.startsWith(FILE) || repository.startsWith(OCI_SCHEME);

function demandKnown(missing: readonly string[]): void {
  if (missing.length === 0) return;
  const isBare = missing.some((text) => !text.includes('//') && !ALIAS.test(text));
  const note = isBare
    ? '\nNote that repositories must be URLs or aliases. For example, to refer to the "example"\nrepository, use "https://charts.example.com/" or "@example" instead of\n"example". Don\'t forget to add the repo, too (\'helm repo add\').'
    : '';
  failHelm(`no repository definition for ${missing.join(', ')}. Please add them via 'helm repo add'${note}`);
}

/** The repositories of dependencies, with aliases replaced (Manager.resolveRepoNames of Helm v4.1). */
export function knownDependencies(k: Invocation, argument: string, wanted: readonly JsonObject[]): KnownDependencies {
  const added = repositories(k) ?? [];
  const indexes = new Map<string, string>();
  const missing: string[] = [];
  const entries = wanted.map((entry) => {
    const repository = textIn(entry, 'repository');
    if (repository.startsWith(FILE)) localPath(k, argument, entry);
    if (withoutIndex(repository)) return entry;
    const alias = ALIAS.exec(repository)?.[1];
    const found = added.find(({ name, url }) => (alias === undefined ? sameUrl(url, repository) : name === alias));
    if (found) indexes.set(found.url, found.name);
    else if (!IS_URL.test(repository)) missing.push(repository);
    return found && alias !== undefined ? { ...entry, repository: found.url } : entry;
  });
  demandKnown(missing);
  return { entries, indexes };
}

/** Fetches the indexes of repositories that nobody has added (Manager.ensureMissingRepos). */
function* fetchUnmanaged(
  k: Invocation,
  tell: Tell,
  { entries, indexes }: KnownDependencies,
): Coroutine<KnownDependencies> {
  const all = new Map(indexes);
  const fetched: string[] = [];
  for (const entry of entries) {
    const repository = textIn(entry, 'repository');
    if (withoutIndex(repository) || [...all.keys()].some((url) => sameUrl(url, repository))) continue;
    all.set(repository, `helm-manager-${sha256Hex(repository)}`);
    fetched.push(repository);
  }
  if (fetched.length > 0 && !flagOn(k, 'skip-refresh')) {
    yield* tell('Getting updates for unmanaged Helm repositories...\n');
    for (const url of fetched) {
      const index = yield* fetchIndex(k, { name: all.get(url) ?? '', url });
      yield* tell(
        index.ok
          ? `...Successfully got an update from the "${url}" chart repository\n`
          : `...Unable to get an update from the "${url}" chart repository:\n\t${index.error}\n`,
      );
    }
  }
  return { entries, indexes: all };
}

/** Fetches the indexes again, of those that were added and of the others that are needed. */
export function* refreshedDependencies(
  k: Invocation,
  tell: Tell,
  known: KnownDependencies,
): Coroutine<KnownDependencies> {
  const all = yield* fetchUnmanaged(k, tell, known);
  yield* refreshAdded(k, tell);
  return all;
}

/** Fetches the indexes of the repositories that were added (Manager.UpdateRepositories). */
export function* refreshAdded(k: Invocation, tell: Tell): Coroutine<void> {
  const added = repositories(k) ?? [];
  if (added.length === 0 || flagOn(k, 'skip-refresh')) return;
  yield* updateIndexes(k, added, tell);
  yield* tell('Update Complete. ⎈Happy Helming!⎈\n');
}

/** Every repository with an index must be one that was added (Manager.hasAllRepos). */
export function demandAdded(k: Invocation, locked: readonly JsonObject[]): void {
  const added = repositories(k) ?? [];
  const missing = locked
    .map((entry) => textIn(entry, 'repository'))
    .filter((repository) => !withoutIndex(repository) && !added.some(({ url }) => sameUrl(url, repository)));
  if (missing.length > 0)
    failHelm(`no repository definition for ${missing.join(', ')}. Please add the missing repos via 'helm repo add'`);
}
