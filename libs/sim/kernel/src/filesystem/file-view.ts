import type { Device, FileNode } from './file-node.js';

interface Attributes {
  readonly mode: number;
  readonly owner: string;
  /** The owner's where there is none. */
  readonly group?: string;
}

/** What can be seen of a file without making it the container's own; not to be changed. */
export type FileView =
  | (Attributes & { readonly type: 'file'; readonly content: string; readonly program?: string })
  | (Attributes & { readonly type: 'directory'; readonly entries: EntriesView })
  | (Attributes & { readonly type: 'link'; readonly target: string })
  | Device;

/** Entries of a directory that can be looked at. */
export type EntriesView = ReadonlyMap<string, FileView> | SharedEntries;

/** Entries that come from somewhere else until they are changed, such as a container's from its image. */
export interface SharedEntries extends Map<string, FileNode> {
  /** As `get`, without making anything. */
  peek(name: string): FileView | undefined;
  peekNames(): Iterable<string>;
}

const isShared = (entries: EntriesView): entries is SharedEntries => 'peek' in entries;

export const peekEntry = (entries: EntriesView, name: string): FileView | undefined =>
  isShared(entries) ? entries.peek(name) : entries.get(name);

export const peekNames = (entries: EntriesView): Iterable<string> =>
  isShared(entries) ? entries.peekNames() : entries.keys();
