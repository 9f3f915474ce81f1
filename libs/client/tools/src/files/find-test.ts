import type { Coroutine, FileNode } from '@seatrial/kernel';
import { modeText, nodeSize } from './list-entry.js';

/** A file that find has come to. */
export interface Entry {
  readonly path: string;
  readonly name: string;
  readonly node: FileNode;
  readonly depth: number;
  pruned: boolean;
}

/** Whether an entry is as the expression asks; an action acts on it. */
export type Test = (entry: Entry) => Coroutine<boolean>;

/** An expression that find refuses, with its message. */
export class FindFailure extends Error {}

/** A test that only looks. */
export function plain(test: (entry: Entry) => boolean): Test {
  return function* (entry) {
    return test(entry);
  };
}

export const always: Test = plain(() => true);

/** `644`, `u+x,g=r`: the bits that a mode names. */
export function permissionBits(mode: string): number | undefined {
  if (/^[0-7]+$/.test(mode)) return Number.parseInt(mode, 8);
  let bits = 0;
  for (const clause of mode.split(',')) {
    const found = /^([ugoa]*)[+=]([rwx]+)$/.exec(clause);
    if (!found) return undefined;
    const who = found[1] === '' || found[1].includes('a') ? 'ugo' : found[1];
    for (const letter of found[2])
      for (const [index, group] of [...'ugo'].entries())
        if (who.includes(group)) bits |= ({ r: 4, w: 2, x: 1 }[letter] ?? 0) << (6 - 3 * index);
  }
  return bits;
}

/** What `-printf` prints of an entry. */
export function printf(format: string, entry: Entry): string {
  return format.replace(
    /%([pfhsmMuyd%])|\\([nt0\\])/g,
    (text, letter: string | undefined, escape: string | undefined) => {
      if (escape !== undefined) return { n: '\n', t: '\t', '0': '\0', '\\': '\\' }[escape] ?? text;
      const { path, name, node, depth } = entry;
      const values: Readonly<Record<string, string>> = {
        p: path,
        f: name,
        h: path.slice(0, Math.max(0, path.lastIndexOf('/'))) || '.',
        s: String(nodeSize(node)),
        m: node.mode.toString(8),
        M: modeText(node),
        u: node.owner,
        y: { file: 'f', directory: 'd', link: 'l', device: 'c' }[node.type],
        d: String(depth),
        '%': '%',
      };
      return values[letter ?? ''] ?? text;
    },
  );
}
