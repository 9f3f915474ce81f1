/** A path as a walk needs it: the names on the way, and the path to each of them. */
export interface PathParts {
  readonly names: readonly string[];
  /** `/a`, `/a/b`, … for `/a/b/…`. */
  readonly prefixes: readonly string[];
}

/** Few paths are looked at over and over (/etc/hosts, /usr/bin/…): so many are kept split. */
const KEPT_PATHS = 4096;
const LONGEST_KEPT = 256;

/** Linux' PATH_MAX with its NUL, and NAME_MAX. */
const PATH_MAX = 4096;
const NAME_MAX = 255;

/** Whether Linux refuses a path (ENAMETOOLONG). */
export function isTooLong(path: string): boolean {
  if (path.length <= NAME_MAX) return false;
  return path.length >= PATH_MAX || path.split('/').some((name) => name.length > NAME_MAX);
}

const known = new Map<string, PathParts>();

function split(path: string): PathParts {
  const names = path.split('/').filter((name) => name !== '');
  const prefixes: string[] = [];
  let here = '';
  for (const name of names) prefixes.push((here += `/${name}`));
  return { names, prefixes };
}

/** A long path is mostly looked at several times in a row. */
let lastLong: { readonly path: string; readonly parts: PathParts } = { path: '', parts: { names: [], prefixes: [] } };

/** The parts of an absolute path; empty ones are dropped. */
export function pathParts(path: string): PathParts {
  const found = known.get(path);
  if (found) return found;
  if (lastLong.path === path) return lastLong.parts;
  const parts = split(path);
  if (path.length > LONGEST_KEPT) {
    lastLong = { path, parts };
    return parts;
  }
  if (known.size >= KEPT_PATHS) known.clear();
  known.set(path, parts);
  return parts;
}
