import type { FileNode } from './file-node.js';

/** What a file or everything below a directory takes of its disk, UTF-16 code units for bytes. */
export function diskUsage(node: FileNode): number {
  if (node.type === 'file') return node.content.length + (node.reservedBytes ?? 0);
  if (node.type !== 'directory') return 0;
  let sum = 0;
  for (const entry of node.entries.values()) sum += diskUsage(entry);
  return sum;
}

/** The part of a node's disk usage that is reserved without content. */
export function reservedBelow(node: FileNode): number {
  if (node.type === 'file') return node.reservedBytes ?? 0;
  if (node.type !== 'directory') return 0;
  let sum = 0;
  for (const entry of node.entries.values()) sum += reservedBelow(entry);
  return sum;
}
