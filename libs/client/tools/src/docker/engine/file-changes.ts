import { compareStrings, type Directory, type FileNode } from '@seatrial/kernel';

/** What became of a path: added, changed or deleted. */
export interface FileChange {
  readonly kind: 'A' | 'C' | 'D';
  readonly path: string;
}

/** What the engine itself puts into containers. */
const OWN = ['/dev', '/proc', '/sys', '/etc/hosts', '/etc/hostname', '/etc/resolv.conf', '/.dockerenv'];

function same(before: FileNode, after: FileNode): boolean {
  if (before.type !== after.type || before.mode !== after.mode) return false;
  if (before.owner !== after.owner || before.group !== after.group) return false;
  if (before.type === 'link' && after.type === 'link') return before.target === after.target;
  if (before.type !== 'file' || after.type !== 'file') return true;
  return before.content === after.content && before.modifiedAt === after.modifiedAt;
}

/**
 * How a container's files differ from its image's, sorted by path (moby's archive package, `ChangesDirs`): a directory
 * counts as changed when something below it did. `skip`: paths where something is mounted; `charge` hears of each node.
 */
export function fileChanges(
  before: Directory,
  after: Directory,
  skip: ReadonlySet<string>,
  charge: (nodes: number) => void,
): FileChange[] {
  const found: FileChange[] = [];
  const own = (path: string): boolean => OWN.includes(path);
  const added = (path: string, node: FileNode): void => {
    if (own(path)) return;
    found.push({ kind: 'A', path });
    charge(1);
    if (node.type !== 'directory' || skip.has(path)) return;
    for (const [name, child] of node.entries) added(`${path}/${name}`, child);
  };
  const compare = (path: string, old: Directory, now: Directory): boolean => {
    let changed = false;
    charge(1 + now.entries.size);
    for (const [name, node] of now.entries) {
      const below = `${path}/${name}`;
      if (own(below)) continue;
      const former = old.entries.get(name);
      if (!former) {
        changed = true;
        added(below, node);
      } else if (former.type === 'directory' && node.type === 'directory') {
        const inner = !skip.has(below) && compare(below, former, node);
        if (inner || !same(former, node)) {
          changed = true;
          found.push({ kind: 'C', path: below });
        }
      } else if (!same(former, node)) {
        changed = true;
        found.push({ kind: 'C', path: below });
      }
    }
    for (const name of old.entries.keys())
      if (!now.entries.has(name) && !own(`${path}/${name}`)) {
        changed = true;
        found.push({ kind: 'D', path: `${path}/${name}` });
      }
    return changed;
  };
  compare('', before, after);
  return found.sort((a, b) => compareStrings(a.path, b.path));
}
