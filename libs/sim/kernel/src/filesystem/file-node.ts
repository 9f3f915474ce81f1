/** What a path can lead to. Times are ms since the epoch; `mode` holds the permission bits only. */
export type FileNode = RegularFile | Directory | SymbolicLink | Device;

interface Attributes {
  mode: number;
  owner: string;
  group: string;
  modifiedAt: number;
}

export interface RegularFile extends Attributes {
  readonly type: 'file';
  content: string;
  /** Blocks that are taken beyond the content, read as zeros (fallocate). */
  reservedBytes?: number;
  /** The program that runs when the file is executed; scripts have none and start with `#!`. */
  program?: string;
}

export interface Directory extends Attributes {
  readonly type: 'directory';
  readonly entries: Map<string, FileNode>;
}

export interface SymbolicLink extends Attributes {
  readonly type: 'link';
  readonly target: string;
}

export interface Device extends Attributes {
  readonly type: 'device';
  /** Text that a read gives, at most `length` long; undefined is the end (`/dev/null`). */
  readonly read: (length: number) => string | undefined;
  readonly write: (text: string) => void;
}
