import { diskUsage } from './disk-usage.js';
import type { FileNode } from './file-node.js';

export interface Mount {
  readonly root: FileNode;
  readonly readOnly: boolean;
  /** File system type, as mount(8) names it. */
  readonly type?: string;
  /** What its files may hold together, UTF-16 code units for bytes. */
  readonly limitBytes?: number;
}

export interface FileSystemOptions {
  readonly now: () => number;
  /** Called with the change in size of all content; may throw to stop a runaway writer. */
  readonly onGrow?: (bytes: number) => void;
  /** Called with the change in blocks that are only reserved. */
  readonly onReserve?: (bytes: number) => void;
}

/** Whether a mount with a limit has no room for that much more. */
export function isFull(mount: Mount | undefined, growth: number): boolean {
  return mount?.limitBytes !== undefined && growth > 0 && diskUsage(mount.root) + growth > mount.limitBytes;
}
