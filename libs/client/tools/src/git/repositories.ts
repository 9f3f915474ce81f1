import type { FacilityKey } from '@seatrial/kernel';

/** A file that comes with the exercise, by its place outside: host first (`github.com/acme/lab/app.yaml`). */
export interface ProvidedFile {
  readonly path: string;
  readonly content: string;
}

/** The repositories that can be cloned: `github.com/acme/lab` → path → text. */
export type Repositories = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** Under this key a machine knows them. */
export const REPOSITORIES: FacilityKey<Repositories> = { name: 'git-repositories' };

/** Host, owner and name of the repository, then the file in it. */
const PLACE = /^([^/]+\/[^/]+\/[^/]+)\/(.+)$/;

export function repositoriesOf(files: readonly ProvidedFile[]): Repositories {
  const repositories = new Map<string, Map<string, string>>();
  for (const { path, content } of files) {
    const [, repository, file] = PLACE.exec(path) ?? [];
    if (repository === undefined) continue;
    const known = repositories.get(repository) ?? new Map<string, string>();
    repositories.set(repository, known.set(file, content));
  }
  return repositories;
}
