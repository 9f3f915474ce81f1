import type { FileNode } from '@seatrial/kernel';
import { utf8Length } from '@seatrial/kernel';

/** `-rw-r--r--`. */
export function modeText(node: FileNode): string {
  const type = { file: '-', directory: 'd', link: 'l', device: 'c' }[node.type];
  const bits = [...'rwxrwxrwx'].map((letter, index) => ((node.mode >> (8 - index)) & 1 ? letter : '-'));
  if (node.mode & 0o4000) bits[2] = bits[2] === 'x' ? 's' : 'S';
  if (node.mode & 0o2000) bits[5] = bits[5] === 'x' ? 's' : 'S';
  if (node.mode & 0o1000) bits[8] = bits[8] === 'x' ? 't' : 'T';
  return type + bits.join('');
}

/** Size as `ls -l` and `stat` give it. */
export function nodeSize(node: FileNode): number {
  if (node.type === 'file') return utf8Length(node.content) + (node.reservedBytes ?? 0);
  if (node.type === 'link') return node.target.length;
  return node.type === 'directory' ? 4096 : 0;
}

export function linkCount(node: FileNode): number {
  if (node.type !== 'directory') return 1;
  let count = 2;
  for (const entry of node.entries.values()) if (entry.type === 'directory') count++;
  return count;
}

const UNITS = ['', 'K', 'M', 'G', 'T'];

/** `ls -h`, `du -h`: `4.0K`, `12M`; always rounded up. */
export function humanSize(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  if (unit === 0) return String(bytes);
  const rounded = Math.ceil(value * 10) / 10;
  return rounded < 10 ? `${rounded.toFixed(1)}${UNITS[unit]}` : `${String(Math.ceil(value))}${UNITS[unit]}`;
}
