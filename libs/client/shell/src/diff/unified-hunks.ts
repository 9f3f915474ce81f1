import { changedLines, type DiffBlock } from './changed-lines.js';

/** A text's lines; the last one may lack its end. */
export interface DiffSide {
  readonly lines: readonly string[];
  readonly unended: boolean;
}

/** What stands for a line where lines are compared. */
export type LineKey = (line: string) => string;

export function diffSide(text: string): DiffSide {
  const lines = text.split('\n');
  const unended = lines.at(-1) !== '';
  if (!unended) lines.pop();
  return { lines, unended };
}

/** A last line without its end differs from the same line with one. */
const keysOf = ({ lines, unended }: DiffSide, key: LineKey): string[] =>
  lines.map((line, index) => (unended && index === lines.length - 1 ? `${key(line)}\0` : key(line)));

const asItIs: LineKey = (line) => line;

/** The differing blocks of two texts. */
export const changedBlocks = (left: DiffSide, right: DiffSide, key: LineKey = asItIs, horizon = 0): DiffBlock[] =>
  changedLines(keysOf(left, key), keysOf(right, key), horizon);

/** A line of a text behind a mark, and what is said of one without its end. */
export const markedLine = (mark: string, { lines, unended }: DiffSide, index: number): string =>
  `${mark}${lines[index]}\n${unended && index === lines.length - 1 ? '\\ No newline at end of file\n' : ''}`;

/** Blocks that stand together: their contexts touch. */
export function* nearBlocks(blocks: readonly DiffBlock[], context: number): Generator<readonly DiffBlock[]> {
  for (let at = 0; at < blocks.length;) {
    let last = at;
    while (last + 1 < blocks.length && blocks[last + 1].leftStart - blocks[last].leftEnd <= context * 2) last++;
    yield blocks.slice(at, last + 1);
    at = last + 1;
  }
}

function range(start: number, end: number): string {
  if (end - start === 1) return String(start + 1);
  return `${String(end > start ? start + 1 : start)},${String(end - start)}`;
}

/** The hunks of `diff -u` (GNU diffutils 3.8) between two texts, without file headers; '' when they are equal. */
export function unifiedHunks(leftText: string, rightText: string, context = 3, key?: LineKey): string {
  const left = diffSide(leftText);
  const right = diffSide(rightText);
  let result = '';
  for (const hunk of nearBlocks(changedBlocks(left, right, key, context), context)) {
    const [first, last] = [hunk[0], hunk[hunk.length - 1]];
    const leftStart = Math.max(0, first.leftStart - context);
    const leftEnd = Math.min(left.lines.length, last.leftEnd + context);
    const rightStart = Math.max(0, first.rightStart - context);
    const rightEnd = Math.min(right.lines.length, last.rightEnd + context);
    result += `@@ -${range(leftStart, leftEnd)} +${range(rightStart, rightEnd)} @@\n`;
    let position = leftStart;
    for (const block of hunk) {
      for (; position < block.leftStart; position++) result += markedLine(' ', left, position);
      for (; position < block.leftEnd; position++) result += markedLine('-', left, position);
      for (let index = block.rightStart; index < block.rightEnd; index++) result += markedLine('+', right, index);
    }
    for (; position < leftEnd; position++) result += markedLine(' ', left, position);
  }
  return result;
}
