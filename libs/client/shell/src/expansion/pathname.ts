import { resolvePath, type FileSystem } from '@seatrial/kernel';
import { matchPattern } from './match-pattern.js';
import { compilePattern, hasPatternCharacters, unescapePattern } from './pattern.js';

export interface PathnameOptions {
  readonly cwd: string;
  readonly extended?: boolean;
  readonly dotglob?: boolean;
  readonly globstar?: boolean;
  readonly ignoreCase?: boolean;
  readonly charge: (steps: number) => void;
}

/** The existing paths that a pattern (as in pattern.ts) matches, sorted; empty when there are none. */
export function expandPathname(files: FileSystem, pattern: string, options: PathnameOptions): string[] {
  const absolute = pattern.startsWith('/');
  const segments = pattern.split('/').filter((segment, index) => segment !== '' || index > 0);
  const trailing = segments.at(-1) === '' ? '/' : '';
  // Several `**` behind each other are one.
  const again = (at: number): boolean =>
    (options.globstar ?? false) && segments[at] === '**' && segments[at - 1] === '**';
  const names = segments.filter((segment, index) => segment !== '' && !again(index));
  let paths = [absolute ? '/' : ''];
  for (const [index, segment] of names.entries()) {
    const last = index === names.length - 1;
    const needsDirectory = !last || trailing !== '';
    paths = paths.flatMap((path) => expandSegment(files, path, segment, { needsDirectory, follows: !last }, options));
  }
  return paths.map((path) => path + trailing);
}

function join(path: string, name: string): string {
  return path === '' || path === '/' ? path + name : `${path}/${name}`;
}

function expandSegment(
  files: FileSystem,
  path: string,
  segment: string,
  { needsDirectory, follows }: { readonly needsDirectory: boolean; readonly follows: boolean },
  options: PathnameOptions,
): string[] {
  const { cwd } = options;
  if (options.globstar && segment === '**') {
    const here = path === '' ? (follows ? [''] : []) : [needsDirectory ? path : `${path}/`];
    return [...here, ...everythingBelow(files, path, needsDirectory, options)];
  }
  if (!hasPatternCharacters(segment)) {
    const candidate = join(path, unescapePattern(segment));
    const found = files.stat(resolvePath(cwd, candidate), needsDirectory);
    return found.ok ? [candidate] : [];
  }
  const listed = files.readDirectory(resolvePath(cwd, path === '' ? '.' : path));
  if (!listed.ok) return [];
  options.charge(listed.value.length);
  const compiled = compilePattern(segment, options);
  const showHidden = segment.startsWith('.') || segment.startsWith('\\.');
  return listed.value
    .filter((name) => showHidden || (options.dotglob ?? false) || !name.startsWith('.'))
    .filter((name) => matchPattern(compiled, options.ignoreCase ? name.toLowerCase() : name))
    .map((name) => join(path, name))
    .filter((candidate) => !needsDirectory || files.isDirectory(resolvePath(cwd, candidate)));
}

function everythingBelow(
  files: FileSystem,
  path: string,
  directoriesOnly: boolean,
  options: PathnameOptions,
): string[] {
  const listed = files.readDirectory(resolvePath(options.cwd, path === '' ? '.' : path));
  if (!listed.ok) return [];
  options.charge(listed.value.length + 1);
  return listed.value
    .filter((name) => (options.dotglob ?? false) || !name.startsWith('.'))
    .flatMap((name) => {
      const candidate = join(path, name);
      const directory = files.isDirectory(resolvePath(options.cwd, candidate));
      const below = directory ? everythingBelow(files, candidate, directoriesOnly, options) : [];
      return directory || !directoriesOnly ? [candidate, ...below] : below;
    });
}
