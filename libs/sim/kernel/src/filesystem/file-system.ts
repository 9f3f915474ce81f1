import { fail, ok, type Result } from '../result.js';
import { ACCESS } from './credentials.js';
import { reservedBelow } from './disk-usage.js';
import type { FileErrorCode } from './file-error.js';
import type { Directory, FileNode, RegularFile } from './file-node.js';
import { FileTree, TOO_LONG, type Located } from './file-tree.js';
import { isFull, type Mount } from './mount.js';
import { newDirectory, ownership } from './new-directory.js';
import { baseName, directoryName } from './path-names.js';
import { isTooLong, pathParts } from './path-parts.js';

const NO_ACCESS = fail<FileErrorCode>('EACCES');

/** Empties a directory with all below it. */
function emptied(directory: Directory): void {
  for (const entry of directory.entries.values()) if (entry.type === 'directory') emptied(entry);
  directory.entries.clear();
}

/** In such a directory only a file's owner, or the directory's, removes it. */
const STICKY = 0o1000;
/** What is made in such a directory belongs to the directory's group. */
const SET_GROUP_ID = 0o2000;

function directoryOf(found: Result<Located, FileErrorCode>): Result<Directory, FileErrorCode> {
  if (!found.ok) return found;
  if (found.value.node.type !== 'directory') return fail('ENOTDIR');
  return found.value.readOnly ? fail('EROFS') : ok(found.value.node);
}

/** A tree of files in memory, with mounts, that can be changed. */
export class FileSystem extends FileTree {
  private watchers: Set<(path: string | undefined) => void> | undefined;
  /** Grows with each change that is made here; what others do to a tree that is mounted in both is not counted. */
  changes = 0;
  private reserved = 0;

  /** Shows another tree (a directory or one file) at a path, which is created when missing. */
  mount(path: string, root: FileNode, readOnly = false, details: Pick<Mount, 'type' | 'limitBytes'> = {}): void {
    this.settle();
    this.changes++;
    this.privileged(() => {
      this.makeDirectories(directoryName(path));
      this.ownMounts().set(path, { root, readOnly, ...details });
      if (root.type === 'directory') this.makeDirectories(path);
    });
  }

  /** Calls back after every change below the root, with its path where that is known (inotify); returns how to end that. */
  watch(listener: (path: string | undefined) => void): () => void {
    const watchers = (this.watchers ??= new Set());
    watchers.add(listener);
    return () => watchers.delete(listener);
  }

  private changed(path: string | undefined): void {
    const { watchers } = this;
    this.changes++;
    if (watchers)
      this.privileged(() => {
        for (const listener of watchers) listener(path);
      });
  }

  /** Blocks that files have taken without content. */
  get reservedBytes(): number {
    return this.reserved;
  }

  /** Takes blocks for a file, which is created when missing (fallocate). */
  reserve(path: string, bytes: number, owner?: string): Result<undefined, FileErrorCode> {
    const made = this.exists(path) ? ok(undefined) : this.writeFile(path, '', owner === undefined ? {} : { owner });
    if (!made.ok) return made;
    const found = this.locate(path, true);
    if (!found.ok) return found;
    const { node, readOnly, mount } = found.value;
    if (readOnly) return fail('EROFS');
    if (node.type !== 'file') return fail(node.type === 'directory' ? 'EISDIR' : 'EINVAL');
    if (!this.permits(node, ACCESS.write)) return NO_ACCESS;
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
    this.changes++;
    this.ownMounts().delete(path);
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
      if (readOnly && node.type === 'file') return fail('EROFS');
      if (!this.permits(node, ACCESS.write)) return NO_ACCESS;
      if (node.type === 'device') {
        node.write(content);
        return ok(undefined);
      }
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
      mode: options.mode ?? 0o666 & ~this.umask,
      ...ownership(options.owner ?? this.newOwner),
      modifiedAt: this.now(),
    };
    const located = this.locate(directoryName(path), true);
    if (located.ok && isFull(located.value.mount, content.length)) return fail('ENOSPC');
    const parent = this.writableDirectory(located);
    if (!parent.ok) return parent;
    // A link that leads nowhere is in the way.
    if (parent.value.entries.has(baseName(path))) return fail('EEXIST');
    this.add(parent.value, path, file);
    this.options.onGrow?.(content.length);
    return ok(file);
  }

  /** Puts a node at a path that is free. */
  place(path: string, node: FileNode): Result<undefined, FileErrorCode> {
    const there = this.locate(path, false);
    if (there.ok) return fail('EEXIST');
    if (there.error === 'ENAMETOOLONG') return there;
    const parent = this.writableParent(path);
    if (!parent.ok) return parent;
    this.add(parent.value, path, node);
    return ok(undefined);
  }

  /** Puts new files into a directory, which is looked for once; those whose names are taken stay as they are. */
  placeFiles(
    directory: string,
    files: Iterable<Pick<RegularFile, 'content' | 'mode' | 'program'> & { readonly name: string }>,
  ): Result<undefined, FileErrorCode> {
    const found = this.writableDirectory(this.locate(directory, true));
    if (!found.ok) return found;
    const { entries } = found.value;
    const modifiedAt = this.now();
    const { owner, group } = ownership(this.newOwner);
    let size = 0;
    for (const { name, content, mode, program } of files) {
      if (entries.has(name)) continue;
      entries.set(name, { type: 'file', content, mode, owner, group, modifiedAt, program });
      size += content.length;
    }
    found.value.modifiedAt = modifiedAt;
    this.changed(directory);
    this.options.onGrow?.(size);
    return ok(undefined);
  }

  private add(parent: Directory, path: string, node: FileNode): void {
    if ((parent.mode & SET_GROUP_ID) !== 0) {
      node.group = parent.group;
      if (node.type === 'directory') node.mode |= SET_GROUP_ID;
    }
    parent.entries.set(baseName(path), node);
    parent.modifiedAt = this.now();
    this.changed(path);
  }

  makeDirectory(path: string, mode = 0o777 & ~this.umask, owner = this.newOwner): Result<undefined, FileErrorCode> {
    return this.place(path, newDirectory(this.now(), mode, owner));
  }

  /** `mkdir -p`. */
  makeDirectories(path: string, owner = this.newOwner): Result<undefined, FileErrorCode> {
    // Most directories are there already; only else is each on the way looked at.
    const whole = this.locate(path, true);
    if (whole.ok) return whole.value.node.type === 'directory' ? ok(undefined) : fail('ENOTDIR');
    if (isTooLong(path)) return whole;
    for (const here of pathParts(path).prefixes) {
      const found = this.locate(here, true);
      if (found.ok && found.value.node.type !== 'directory') return fail('ENOTDIR');
      if (found.ok) continue;
      const made = this.makeDirectory(here, undefined, owner);
      if (!made.ok) return made;
    }
    return ok(undefined);
  }

  makeLink(path: string, target: string): Result<undefined, FileErrorCode> {
    const now = this.now();
    return this.place(path, { type: 'link', target, mode: 0o777, ...ownership(this.newOwner), modifiedAt: now });
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
    if (!this.mayRemove(parent.value, node)) return fail('EPERM');
    if (node.type === 'directory' && recursive && !this.mayEmpty(node)) return NO_ACCESS;
    if (this.reserved > 0) this.changeReserved(-reservedBelow(node));
    parent.value.entries.delete(baseName(found.value.path));
    // Whoever has mounted some of it sees it empty; what belongs to an image may be others' as well.
    if (node.type === 'directory' && found.value.mount) emptied(node);
    parent.value.modifiedAt = this.now();
    this.changed(found.value.path);
    return ok(undefined);
  }

  /** `rename(2)`: replaces a file at the target. */
  rename(from: string, to: string): Result<undefined, FileErrorCode> {
    const found = this.locate(from, false);
    if (!found.ok) return found;
    if (isTooLong(to)) return TOO_LONG;
    const source = this.writableParent(found.value.path);
    const target = this.writableParent(to);
    if (!source.ok) return source;
    if (!target.ok) return target;
    if (!this.mayRemove(source.value, found.value.node)) return fail('EPERM');
    if (`${to}/`.startsWith(`${found.value.path}/`) && to !== found.value.path) return fail('EINVAL');
    source.value.entries.delete(baseName(found.value.path));
    target.value.entries.set(baseName(to), found.value.node);
    this.changed(found.value.path);
    this.changed(to);
    return ok(undefined);
  }

  private writableDirectory(found: Result<Located, FileErrorCode>): Result<Directory, FileErrorCode> {
    const directory = directoryOf(found);
    if (!directory.ok || this.permits(directory.value, ACCESS.write | ACCESS.execute)) return directory;
    return NO_ACCESS;
  }

  private mayRemove(parent: Directory, node: FileNode): boolean {
    return (parent.mode & STICKY) === 0 || this.owns(node) || this.owns(parent);
  }

  /** Whether everything below a directory can be removed. */
  private mayEmpty(directory: Directory): boolean {
    if (!this.actor || directory.entries.size === 0) return true;
    if (!this.permits(directory, ACCESS.read | ACCESS.write | ACCESS.execute)) return false;
    return [...directory.entries.values()].every((entry) => entry.type !== 'directory' || this.mayEmpty(entry));
  }

  private get newOwner(): string {
    return this.actor?.user ?? 'root';
  }

  private writableParent(path: string): Result<Directory, FileErrorCode> {
    return this.writableDirectory(this.locate(directoryName(path), true));
  }
}
