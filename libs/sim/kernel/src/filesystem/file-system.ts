import { compareStrings } from '../json.js';
import { fail, ok, type Result } from '../result.js';
import { reservedBelow } from './disk-usage.js';
import type { Directory, FileNode, RegularFile } from './file-node.js';
import { isFull, type FileSystemOptions, type Mount } from './mount.js';
import { newDirectory, ownership } from './new-directory.js';
import { peekEntry, peekNames, type FileView } from './file-view.js';
import type { FileErrorCode } from './file-error.js';
import { baseName, directoryName, resolvePath } from './path-names.js';
import { pathParts } from './path-parts.js';
import { PendingMounts } from './pending-mounts.js';

interface Located {
  readonly node: FileNode;
  readonly path: string;
  readonly readOnly: boolean;
  readonly mount: Mount | undefined;
}

/** What {@link FileSystem.look} finds, and where. */
interface Seen {
  readonly view: FileView;
  readonly path: string;
}

const MAX_LINKS = 40;
const NO_MOUNTS: ReadonlyMap<string, Mount> = new Map();
const NOT_A_DIRECTORY = fail<FileErrorCode>('ENOTDIR');
const NO_ENTRY = fail<FileErrorCode>('ENOENT');
/** What is made in such a directory belongs to the directory's group. */
const SET_GROUP_ID = 0o2000;

function writableDirectory(found: Result<Located, FileErrorCode>): Result<Directory, FileErrorCode> {
  if (!found.ok) return found;
  if (found.value.node.type !== 'directory') return fail('ENOTDIR');
  return found.value.readOnly ? fail('EROFS') : ok(found.value.node);
}

/**
 * A tree of files in memory, with mounts. Paths are absolute (use {@link resolvePath}); links are followed.
 * Permission bits are kept but not enforced here: tools that must refuse look at them.
 */
export class FileSystem {
  readonly root: Directory;
  private mounts: ReadonlyMap<string, Mount> = NO_MOUNTS;
  private pending: PendingMounts | undefined;
  /** Stands for the clock while mounts are made that were asked for earlier. */
  private mountTime: number | undefined;
  private watchers: Set<(path: string | undefined) => void> | undefined;
  private reserved = 0;

  constructor(
    private readonly options: FileSystemOptions,
    root?: Directory,
  ) {
    this.root = root ?? newDirectory(options.now());
  }

  private ownMounts(): Map<string, Mount> {
    if (this.mounts === NO_MOUNTS) this.mounts = new Map();
    return this.mounts as Map<string, Mount>;
  }

  private now(): number {
    return this.mountTime ?? this.options.now();
  }

  /** Leaves mounting for when somebody looks at one of the mount points, or anything is changed. Once for a file system. */
  mountLater(points: readonly string[], mount: () => void): void {
    this.pending = new PendingMounts(points, mount, this.options.now());
  }

  private settle(): void {
    const { pending } = this;
    if (!pending) return;
    this.pending = undefined;
    this.mountTime = pending.time;
    try {
      pending.settle();
    } finally {
      this.mountTime = undefined;
    }
  }

  /** Shows another tree (a directory or one file) at a path, which is created when missing. */
  mount(path: string, root: FileNode, readOnly = false, details: Pick<Mount, 'type' | 'limitBytes'> = {}): void {
    this.settle();
    this.makeDirectories(directoryName(path));
    this.ownMounts().set(path, { root, readOnly, ...details });
    if (root.type === 'directory') this.makeDirectories(path);
  }

  /** Calls back after every change below the root, with its path where that is known (inotify); returns how to end that. */
  watch(listener: (path: string | undefined) => void): () => void {
    const watchers = (this.watchers ??= new Set());
    watchers.add(listener);
    return () => watchers.delete(listener);
  }

  private changed(path: string | undefined): void {
    if (this.watchers) for (const listener of this.watchers) listener(path);
  }

  /** Blocks that files have taken without content. */
  get reservedBytes(): number {
    return this.reserved;
  }

  /** Takes blocks for a file, which is created when missing (fallocate). */
  reserve(path: string, bytes: number, owner = 'root'): Result<undefined, FileErrorCode> {
    const made = this.exists(path) ? ok(undefined) : this.writeFile(path, '', { owner });
    if (!made.ok) return made;
    const found = this.locate(path, true);
    if (!found.ok) return found;
    const { node, readOnly, mount } = found.value;
    if (readOnly) return fail('EROFS');
    if (node.type !== 'file') return fail(node.type === 'directory' ? 'EISDIR' : 'EINVAL');
    if (isFull(mount, bytes)) return fail('ENOSPC');
    node.reservedBytes = (node.reservedBytes ?? 0) + bytes;
    this.changeReserved(bytes);
    this.changed(path);
    return ok(undefined);
  }

  private changeReserved(bytes: number): void {
    if (bytes === 0) return;
    this.reserved += bytes;
    this.options.onReserve?.(bytes);
  }

  /** Accounts for content that somebody added to an open file itself. */
  grew(bytes: number): void {
    this.changed(undefined);
    this.options.onGrow?.(bytes);
  }

  unmount(path: string): void {
    this.settle();
    this.ownMounts().delete(path);
  }

  /** Mount points by path. */
  listMounts(): ReadonlyMap<string, Mount> {
    this.settle();
    return this.mounts;
  }

  private locate(path: string, followLast: boolean, depth = 0): Result<Located, FileErrorCode> {
    if (depth > MAX_LINKS) return fail('ELOOP');
    this.settle();
    const { mounts } = this;
    let mount = mounts.size > 0 ? mounts.get('/') : undefined;
    let node: FileNode = mount?.root ?? this.root;
    const { names, prefixes } = pathParts(path);
    const last = names.length - 1;
    for (let index = 0; index <= last; index++) {
      if (node.type !== 'directory') return NOT_A_DIRECTORY;
      const mounted = mounts.size > 0 ? mounts.get(prefixes[index]) : undefined;
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
    if (this.pending?.concern(path)) this.settle();
    const { mounts } = this;
    let view: FileView = (mounts.size > 0 ? mounts.get('/')?.root : undefined) ?? this.root;
    const { names, prefixes } = pathParts(path);
    for (let index = 0; index < names.length; index++) {
      if (view.type !== 'directory') return NOT_A_DIRECTORY;
      const next: FileView | undefined =
        (mounts.size > 0 ? mounts.get(prefixes[index])?.root : undefined) ?? peekEntry(view.entries, names[index]);
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
    if (view.type === 'directory') return fail('EISDIR');
    return view.type === 'device' ? ok(view.read(65_536) ?? '') : ok(view.type === 'file' ? view.content : '');
  }

  /** Names in a directory, sorted. */
  readDirectory(path: string): Result<string[], FileErrorCode> {
    const found = this.lookAt(path, 0);
    if (!found.ok) return found;
    const { view, path: real } = found.value;
    if (view.type !== 'directory') return fail('ENOTDIR');
    const names = new Set(peekNames(view.entries));
    for (const point of this.mounts.keys())
      if (point !== '/' && directoryName(point) === real) names.add(baseName(point));
    return ok([...names].sort(compareStrings));
  }

  /** Creates or replaces a file's content (or adds to it). Parents must exist. */
  writeFile(
    path: string,
    content: string,
    options: { append?: boolean; mode?: number; owner?: string } = {},
  ): Result<RegularFile | undefined, FileErrorCode> {
    const found = this.locate(path, true);
    if (found.ok) {
      const { node, readOnly } = found.value;
      if (node.type === 'directory') return fail('EISDIR');
      if (node.type === 'device') {
        node.write(content);
        return ok(undefined);
      }
      if (readOnly) return fail('EROFS');
      if (node.type !== 'file') return fail('EINVAL');
      const growth = options.append ? content.length : content.length - node.content.length;
      if (isFull(found.value.mount, growth)) return fail('ENOSPC');
      this.options.onGrow?.(options.append ? content.length : content.length - node.content.length);
      if (!options.append && node.reservedBytes !== undefined) {
        this.changeReserved(-node.reservedBytes);
        delete node.reservedBytes;
      }
      node.content = options.append ? node.content + content : content;
      node.modifiedAt = this.now();
      this.changed(path);
      return ok(node);
    }
    if (found.error !== 'ENOENT') return found;
    const file: RegularFile = {
      type: 'file',
      content,
      mode: options.mode ?? 0o644,
      ...ownership(options.owner ?? 'root'),
      modifiedAt: this.now(),
    };
    const located = this.locate(directoryName(path), true);
    if (located.ok && isFull(located.value.mount, content.length)) return fail('ENOSPC');
    const parent = writableDirectory(located);
    if (!parent.ok) return parent;
    // A link that leads nowhere is in the way.
    if (parent.value.entries.has(baseName(path))) return fail('EEXIST');
    this.add(parent.value, path, file);
    this.options.onGrow?.(content.length);
    return ok(file);
  }

  /** Puts a node at a path that is free. */
  place(path: string, node: FileNode): Result<undefined, FileErrorCode> {
    const parent = this.writableParent(path);
    if (!parent.ok) return parent;
    if (this.locate(path, false).ok) return fail('EEXIST');
    this.add(parent.value, path, node);
    return ok(undefined);
  }

  private add(parent: Directory, path: string, node: FileNode): void {
    if ((parent.mode & SET_GROUP_ID) !== 0) node.group = parent.group;
    parent.entries.set(baseName(path), node);
    parent.modifiedAt = this.now();
    this.changed(path);
  }

  makeDirectory(path: string, mode = 0o755, owner = 'root'): Result<undefined, FileErrorCode> {
    return this.place(path, newDirectory(this.now(), mode, owner));
  }

  /** `mkdir -p`. */
  makeDirectories(path: string, owner = 'root'): Result<undefined, FileErrorCode> {
    // Most directories are there already; only else is each on the way looked at.
    const whole = this.locate(path, true);
    if (whole.ok) return whole.value.node.type === 'directory' ? ok(undefined) : NOT_A_DIRECTORY;
    for (const here of pathParts(path).prefixes) {
      const found = this.locate(here, true);
      if (found.ok && found.value.node.type !== 'directory') return fail('ENOTDIR');
      if (found.ok) continue;
      const made = this.makeDirectory(here, 0o755, owner);
      if (!made.ok) return made;
    }
    return ok(undefined);
  }

  makeLink(path: string, target: string): Result<undefined, FileErrorCode> {
    const now = this.now();
    return this.place(path, { type: 'link', target, mode: 0o777, owner: 'root', group: 'root', modifiedAt: now });
  }

  /** Removes a file, link or (with `recursive`, else only when empty) a directory. */
  remove(path: string, recursive = false): Result<undefined, FileErrorCode> {
    const found = this.locate(path, false);
    if (!found.ok) return found;
    if (this.mounts.has(found.value.path)) return fail('EBUSY');
    const { node } = found.value;
    if (node.type === 'directory' && node.entries.size > 0 && !recursive) return fail('ENOTEMPTY');
    const parent = this.writableParent(found.value.path);
    if (!parent.ok) return parent;
    if (this.reserved > 0) this.changeReserved(-reservedBelow(node));
    parent.value.entries.delete(baseName(found.value.path));
    parent.value.modifiedAt = this.now();
    this.changed(found.value.path);
    return ok(undefined);
  }

  /** `rename(2)`: replaces a file at the target. */
  rename(from: string, to: string): Result<undefined, FileErrorCode> {
    const found = this.locate(from, false);
    if (!found.ok) return found;
    const source = this.writableParent(found.value.path);
    const target = this.writableParent(to);
    if (!source.ok) return source;
    if (!target.ok) return target;
    if (`${to}/`.startsWith(`${found.value.path}/`) && to !== found.value.path) return fail('EINVAL');
    source.value.entries.delete(baseName(found.value.path));
    target.value.entries.set(baseName(to), found.value.node);
    this.changed(found.value.path);
    this.changed(to);
    return ok(undefined);
  }

  private writableParent(path: string): Result<Directory, FileErrorCode> {
    return writableDirectory(this.locate(directoryName(path), true));
  }
}
