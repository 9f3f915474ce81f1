/** A path as a walk needs it: the names on the way, and the path to each of them. */
export interface PathParts {
  readonly names: readonly string[];
  /** `/a`, `/a/b`, … for `/a/b/…`. */
  readonly prefixes: readonly string[];
}

/** Few paths are looked at over and over (/etc/hosts, /usr/bin/…): so many are kept split. */
const KEPT_PATHS = 4096;
const LONGEST_KEPT = 256;

const known = new Map<string, PathParts>();

function split(path: string): PathParts {
  const names = path.split('/').filter((name) => name !== '');
  const prefixes: string[] = [];
  let here = '';
  for (const name of names) prefixes.push((here += `/${name}`));
  return { names, prefixes };
}

/** The parts of an absolute path; empty ones are dropped. */
export function pathParts(path: string): PathParts {
  const found = known.get(path);
  if (found) return found;
  const parts = split(path);
  if (path.length > LONGEST_KEPT) return parts;
  if (known.size >= KEPT_PATHS) known.clear();
  known.set(path, parts);
  return parts;
}
