import { resolvePath, type Directory, type FileNode, type FileSystem } from '@seatrial/kernel';

/** Whether a name matches one part of a pattern: `*` and `?`. */
function partMatches(pattern: string, name: string): boolean {
  let [p, n, star, mark] = [0, 0, -1, 0];
  while (n < name.length)
    if (p < pattern.length && (pattern[p] === '?' || pattern[p] === name[n]) && pattern[p] !== '*') {
      p++;
      n++;
    } else if (p < pattern.length && pattern[p] === '*') {
      star = p++;
      mark = n;
    } else if (star >= 0) {
      p = star + 1;
      n = ++mark;
    } else return false;
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}

function pathMatches(pattern: readonly string[], path: readonly string[]): boolean {
  if (pattern.length === 0) return true;
  if (pattern[0] === '**') return path.some((_, index) => pathMatches(pattern.slice(1), path.slice(index)));
  return path.length > 0 && partMatches(pattern[0], path[0]) && pathMatches(pattern.slice(1), path.slice(1));
}

const partsOf = (path: string): string[] => path.split('/').filter((part) => part !== '' && part !== '.');

/** The files that a build may copy: a directory without what .dockerignore names. */
export class BuildContext {
  private readonly rules: { readonly keep: boolean; readonly parts: readonly string[] }[];

  constructor(
    private readonly files: FileSystem,
    readonly path: string,
  ) {
    const ignore = files.readFile(resolvePath(path, '.dockerignore'));
    this.rules = (ignore.ok ? ignore.value : '')
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => ({ keep: line.startsWith('!'), parts: partsOf(line.replace(/^!/, '')) }));
  }

  private ignored(path: readonly string[]): boolean {
    let ignored = false;
    for (const { keep, parts } of this.rules) if (pathMatches(parts, path)) ignored = !keep;
    return ignored;
  }

  /** What a source of COPY stands for: its name and node; several with wildcards. */
  sources(source: string): { readonly name: string; readonly node: FileNode }[] {
    const parts = partsOf(resolvePath('/', source));
    if (parts.length === 0) return [{ name: '', node: this.node([]) }];
    const folder = parts.slice(0, -1);
    const last = parts[parts.length - 1];
    const names = this.files.readDirectory(resolvePath(this.path, folder.join('/')));
    const chosen = (names.ok ? names.value : []).filter((name) =>
      /[*?]/.test(last) ? partMatches(last, name) : name === last,
    );
    return chosen
      .filter((name) => !this.ignored([...folder, name]))
      .map((name) => ({ name, node: this.node([...folder, name]) }));
  }

  /** A copy of the tree below a path, without what is ignored. */
  private node(path: readonly string[]): FileNode {
    const found = this.files.stat(resolvePath(this.path, path.join('/')));
    if (!found.ok) return { type: 'file', content: '', mode: 0o644, owner: 'root', group: 'root', modifiedAt: 0 };
    if (found.value.type !== 'directory') return { ...found.value, owner: 'root', group: 'root' };
    const copy: Directory = { ...found.value, owner: 'root', group: 'root', entries: new Map() };
    for (const name of [...found.value.entries.keys()].sort())
      if (!this.ignored([...path, name])) copy.entries.set(name, this.node([...path, name]));
    return copy;
  }
}

/** What tells two trees apart: names, modes and contents. */
export function treeText(node: FileNode): string {
  if (node.type === 'directory')
    return `d{${[...node.entries].map(([name, child]) => `${name}:${treeText(child)}`).join(',')}}`;
  if (node.type === 'file') return `f${node.mode}${JSON.stringify(node.content)}`;
  return node.type === 'link' ? `l${node.target}` : 'x';
}

/** Bytes of all files below a node. */
export function treeSize(node: FileNode): number {
  if (node.type === 'file') return node.content.length;
  if (node.type !== 'directory') return 0;
  let sum = 0;
  for (const child of node.entries.values()) sum += treeSize(child);
  return sum;
}
