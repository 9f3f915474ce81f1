import {
  directoryName,
  resolvePath,
  type FileErrorCode,
  type FileSystem,
  type Result,
  fail,
  ok,
} from '@seatrial/kernel';
import type { TarEntry } from './tar-archive.js';

/** How deep a tree may be. */
const MAX_DEPTH = 64;

/** A file or a whole directory as archive members named `name` and below. */
export function readTree(files: FileSystem, path: string, name: string, depth = 0): Result<TarEntry[], FileErrorCode> {
  const found = files.stat(path, false);
  if (!found.ok) return found;
  const node = found.value;
  const shared = { mode: node.mode, modifiedAt: node.modifiedAt / 1000 };
  if (node.type === 'link') return ok([{ ...shared, name, type: 'link', content: node.target }]);
  if (node.type === 'device') return ok([]);
  if (node.type === 'file') return ok([{ ...shared, name, type: 'file', content: node.content }]);
  if (depth > MAX_DEPTH) return fail('ELOOP');
  const entries: TarEntry[] = [{ ...shared, name: `${name.replace(/\/$/, '')}/`, type: 'directory', content: '' }];
  const names = files.readDirectory(path);
  for (const child of names.ok ? names.value : []) {
    const below = readTree(
      files,
      `${path.replace(/\/$/, '')}/${child}`,
      `${name.replace(/\/$/, '')}/${child}`,
      depth + 1,
    );
    if (!below.ok) return below;
    entries.push(...below.value);
  }
  return ok(entries);
}

/** Puts a member into a directory; its name cannot lead out of there. */
export function writeEntry(
  files: FileSystem,
  directory: string,
  entry: TarEntry,
  owner?: string,
): Result<unknown, FileErrorCode> {
  const target = resolvePath('/', entry.name);
  const path = directory === '/' ? target : `${directory}${target}`;
  if (entry.type === 'directory') return files.makeDirectories(path.replace(/\/$/, ''), owner);
  const parent = files.makeDirectories(directoryName(path), owner);
  if (!parent.ok) return parent;
  if (entry.type === 'link') return files.makeLink(path, entry.content);
  return files.writeFile(path, entry.content, { mode: entry.mode, owner });
}
