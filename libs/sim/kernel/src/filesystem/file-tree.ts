import { compareStrings } from '../json.js';
import { fail, ok, type Result } from '../result.js';
import { ACCESS, permits, type Credentials, type Owned } from './credentials.js';
import type { FileErrorCode } from './file-error.js';
import type { Directory, FileNode } from './file-node.js';
import { peekEntry, peekNames, type FileView } from './file-view.js';
import type { FileSystemOptions, Mount } from './mount.js';
import { newDirectory } from './new-directory.js';
import { baseName, directoryName, resolvePath } from './path-names.js';
import { isTooLong, pathParts } from './path-parts.js';
import { PendingMounts } from './pending-mounts.js';

/** Where a path leads, and through which mount. */
export interface Located {
  readonly node: FileNode;
  readonly path: string;
  readonly readOnly: boolean;
  readonly mount: Mount | undefined;
}

/** What {@link FileTree.look} finds, and where. */
interface Seen {
  readonly view: FileView;
  readonly path: string;
}

const MAX_LINKS = 40;
const NO_MOUNTS: ReadonlyMap<string, Mount> = new Map();
const NOT_A_DIRECTORY = fail<FileErrorCode>('ENOTDIR');
/** How many names the path of a mount point may have; the path to each deeper place need not be written out. */
const DEEPEST_MOUNT = 64;
const NO_ENTRY = fail<FileErrorCode>('ENOENT');
export const TOO_LONG = fail<FileErrorCode>('ENAMETOOLONG');
const NO_ACCESS = fail<FileErrorCode>('EACCES');

export const DEFAULT_UMASK = 0o022;

/**
 * A tree of files as it is looked at: paths, links, mounts and rights. Paths are absolute (use {@link resolvePath}).
 * What an {@link actor} may do depends on owners and modes; without one (the machine itself, root) everything may be done.
 */
export class FileTree {
  readonly root: Directory;
  /** Who looks and writes at present: a process that is not root's, while it runs. */
  actor: Credentials | undefined;
  /** What new files and directories lack of 0666 and 0777 at present. */
  umask = DEFAULT_UMASK;
  protected mounts: ReadonlyMap<string, Mount> = NO_MOUNTS;
  private pending: PendingMounts | undefined;
  /** Stands for the clock while mounts are made that were asked for earlier. */
  private mountTime: number | undefined;

  constructor(
    protected readonly options: FileSystemOptions,
    root?: Directory,
  ) {
    this.root = root ?? newDirectory(options.now());
  }

  /** Whether the one who looks at present may do that (`ACCESS`) with a file. */
  permits(node: Owned, wanted: number): boolean {
    return this.actor === undefined || permits(this.actor, node, wanted);
  }

  /** Whether the one who looks at present may change a file's attributes. */
  owns(node: Owned): boolean {
    return this.actor === undefined || this.actor.users.has(node.owner);
  }

  /** What the machine itself does meanwhile, whoever caused it. */
  privileged<T>(work: () => T): T {
    const { actor, umask } = this;
    this.actor = undefined;
    this.umask = DEFAULT_UMASK;
    try {
      return work();
    } finally {
      this.actor = actor;
      this.umask = umask;
    }
  }

  protected ownMounts(): Map<string, Mount> {
    if (this.mounts === NO_MOUNTS) this.mounts = new Map();
    return this.mounts as Map<string, Mount>;
  }

  protected now(): number {
    return this.mountTime ?? this.options.now();
  }

  /** Leaves mounting for when somebody looks at one of the mount points, or anything is changed. Once for a file system. */
  mountLater(points: readonly string[], mount: () => void): void {
    this.pending = new PendingMounts(points, mount, this.options.now());
  }

  protected settle(): void {
    const { pending } = this;
    if (!pending) return;
    this.pending = undefined;
    this.mountTime = pending.time;
    try {
      this.privileged(() => {
        pending.settle();
      });
    } finally {
      this.mountTime = undefined;
    }
  }

  /** Mount points by path. */
  listMounts(): ReadonlyMap<string, Mount> {
    this.settle();
    return this.mounts;
  }

  protected locate(path: string, followLast: boolean, depth = 0): Result<Located, FileErrorCode> {
    if (depth > MAX_LINKS) return fail('ELOOP');
    if (isTooLong(path)) return TOO_LONG;
    this.settle();
    const { mounts } = this;
    let mount = mounts.size > 0 ? mounts.get('/') : undefined;
    let node: FileNode = mount?.root ?? this.root;
    const { names, prefixes } = pathParts(path);
    const last = names.length - 1;
    for (let index = 0; index <= last; index++) {
      if (node.type !== 'directory') return NOT_A_DIRECTORY;
      if (this.actor && !permits(this.actor, node, ACCESS.execute)) return NO_ACCESS;
      const mounted = mounts.size > 0 && index < DEEPEST_MOUNT ? mounts.get(prefixes[index]) : undefined;
      const next: FileNode | undefined = mounted?.root ?? node.entries.get(names[index]);
      if (!next) return NO_ENTRY;
      if (mounted) mount = mounted;
      if (next.type === 'link' && (followLast || index < last)) {
        const target = resolvePath(directoryName(prefixes[index]), next.target);
        return this.locate([target, ...names.slice(index + 1)].join('/'), followLast, depth + 1);
      }
      node = next;
    }
    return ok({ node, path: last < 0 ? '/' : prefixes[last], readOnly: mount?.readOnly ?? false, mount });
  }

  /** What can be seen at the path, links followed; unlike {@link stat} it leaves shared files shared. */
  look(path: string): Result<FileView, FileErrorCode> {
    const found = this.lookAt(path, 0);
    return found.ok ? ok(found.value.view) : found;
  }

  private lookAt(path: string, depth: number): Result<Seen, FileErrorCode> {
    if (depth > MAX_LINKS) return fail('ELOOP');
    if (isTooLong(path)) return TOO_LONG;
    if (this.pending?.concern(path)) this.settle();
    const { mounts } = this;
    let view: FileView = (mounts.size > 0 ? mounts.get('/')?.root : undefined) ?? this.root;
    const { names, prefixes } = pathParts(path);
    for (let index = 0; index < names.length; index++) {
      if (view.type !== 'directory') return NOT_A_DIRECTORY;
      if (this.actor && !permits(this.actor, view, ACCESS.execute)) return NO_ACCESS;
      const next: FileView | undefined =
        (mounts.size > 0 && index < DEEPEST_MOUNT ? mounts.get(prefixes[index])?.root : undefined) ??
        peekEntry(view.entries, names[index]);
      if (!next) return NO_ENTRY;
      if (next.type === 'link') {
        const target = resolvePath(directoryName(prefixes[index]), next.target);
        return this.lookAt(resolvePath('/', [target, ...names.slice(index + 1)].join('/')), depth + 1);
      }
      view = next;
    }
    return ok({ view, path: prefixes.at(-1) ?? '/' });
  }

  /** What is at the path; links are followed unless `follow` is false. */
  stat(path: string, follow = true): Result<FileNode, FileErrorCode> {
    const found = this.locate(path, follow);
    return found.ok ? ok(found.value.node) : found;
  }

  /** The path with every link resolved. */
  realPath(path: string): Result<string, FileErrorCode> {
    const found = this.lookAt(path, 0);
    return found.ok ? ok(found.value.path) : found;
  }

  exists(path: string): boolean {
    return this.lookAt(path, 0).ok;
  }

  isDirectory(path: string): boolean {
    const found = this.lookAt(path, 0);
    return found.ok && found.value.view.type === 'directory';
  }

  readFile(path: string): Result<string, FileErrorCode> {
    const found = this.lookAt(path, 0);
    if (!found.ok) return found;
    const { view } = found.value;
    if (!this.permits(view, ACCESS.read)) return NO_ACCESS;
    if (view.type === 'directory') return fail('EISDIR');
    return view.type === 'device' ? ok(view.read(65_536) ?? '') : ok(view.type === 'file' ? view.content : '');
  }

  /** Names in a directory, sorted. */
  readDirectory(path: string): Result<string[], FileErrorCode> {
    const found = this.lookAt(path, 0);
    if (!found.ok) return found;
    const { view, path: real } = found.value;
    if (view.type !== 'directory') return fail('ENOTDIR');
    if (!this.permits(view, ACCESS.read)) return NO_ACCESS;
    const names = new Set(peekNames(view.entries));
    for (const point of this.mounts.keys())
      if (point !== '/' && directoryName(point) === real) names.add(baseName(point));
    return ok([...names].sort(compareStrings));
  }
}
