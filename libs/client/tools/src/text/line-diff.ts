/** A run of lines: kept, or taken away on the left and put in on the right. Offsets count from 0. */
export interface DiffBlock {
  readonly leftStart: number;
  readonly leftEnd: number;
  readonly rightStart: number;
  readonly rightEnd: number;
}

/** Beyond this many differences the middle is replaced as a whole. */
const MAX_EDITS = 3000;

/** The differing blocks of two lists of lines, smallest first (Myers' greedy algorithm). */
export function diffLines(
  left: readonly string[],
  right: readonly string[],
  same = (a: string, b: string): boolean => a === b,
): DiffBlock[] {
  // prettier-ignore
  let start = 0;
  while (start < left.length && start < right.length && same(left[start], right[start])) start++;
  let leftEnd = left.length;
  let rightEnd = right.length;
  while (leftEnd > start && rightEnd > start && same(left[leftEnd - 1], right[rightEnd - 1])) {
    leftEnd--;
    rightEnd--;
  }
  const a = left.slice(start, leftEnd);
  const b = right.slice(start, rightEnd);
  if (a.length === 0 && b.length === 0) return [];
  const trace = editTrace(a, b, same);
  if (!trace) return [{ leftStart: start, leftEnd, rightStart: start, rightEnd }];
  return blocksOf(backtrack(trace, a.length, b.length), start);
}

function editTrace(
  a: readonly string[],
  b: readonly string[],
  same: (a: string, b: string) => boolean,
): Map<number, number>[] | undefined {
  // prettier-ignore
  let furthest = new Map<number, number>([[1, 0]]);
  const trace: Map<number, number>[] = [];
  for (let edits = 0; edits <= Math.min(a.length + b.length, MAX_EDITS); edits++) {
    trace.push(new Map(furthest));
    const next = new Map(furthest);
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      const down =
        diagonal === -edits || (diagonal !== edits && (next.get(diagonal - 1) ?? -1) < (next.get(diagonal + 1) ?? -1));
      let x = down ? (next.get(diagonal + 1) ?? 0) : (next.get(diagonal - 1) ?? 0) + 1;
      while (x < a.length && x - diagonal < b.length && same(a[x], b[x - diagonal])) x++;
      next.set(diagonal, x);
      if (x >= a.length && x - diagonal >= b.length) return trace;
    }
    furthest = next;
  }
  return undefined;
}

interface Edit {
  readonly kind: 'delete' | 'insert';
  readonly left: number;
  readonly right: number;
}

function backtrack(trace: readonly Map<number, number>[], leftLength: number, rightLength: number): Edit[] {
  const edits: Edit[] = [];
  let x = leftLength;
  let y = rightLength;
  for (let step = trace.length - 1; step > 0; step--) {
    const furthest = trace[step];
    const diagonal = x - y;
    const down = diagonal === -step || (diagonal !== step && (furthest.get(diagonal - 1) ?? -1) < (furthest.get(diagonal + 1) ?? -1)); // prettier-ignore
    const previous = down ? diagonal + 1 : diagonal - 1;
    const fromX = furthest.get(previous) ?? 0;
    const fromY = fromX - previous;
    edits.push(down ? { kind: 'insert', left: fromX, right: fromY } : { kind: 'delete', left: fromX, right: fromY });
    x = fromX;
    y = fromY;
  }
  return edits.reverse();
}

function blocksOf(edits: readonly Edit[], offset: number): DiffBlock[] {
  const blocks: { leftStart: number; leftEnd: number; rightStart: number; rightEnd: number }[] = [];
  for (const { kind, left, right } of edits) {
    const last = blocks.at(-1);
    const x = left + offset;
    const y = right + offset;
    const grown = { leftEnd: x + (kind === 'delete' ? 1 : 0), rightEnd: y + (kind === 'insert' ? 1 : 0) };
    if (last && last.leftEnd === x && last.rightEnd === y) Object.assign(last, grown);
    else blocks.push({ leftStart: x, rightStart: y, ...grown });
  }
  return blocks;
}

/** Lines with a mark for a last one without its end. */
export function linesOf(text: string): { readonly lines: readonly string[]; readonly unended: boolean } {
  const lines = text.split('\n');
  const unended = lines.at(-1) !== '';
  if (!unended) lines.pop();
  return { lines, unended };
}

/** A last line without its end differs from the same line with one. */
function keys(side: ReturnType<typeof linesOf>): string[] {
  return side.lines.map((line, index) => (side.unended && index === side.lines.length - 1 ? `${line}\0` : line));
}

const NO_END = '\\ No newline at end of file\n';

function range(start: number, end: number): string {
  if (end - start === 1) return String(start + 1);
  return `${String(end > start ? start + 1 : start)},${String(end - start)}`;
}

/** `diff -u` hunks, without the file headers; '' when nothing differs. */
export function unifiedHunks(
  leftText: string,
  rightText: string,
  context = 3,
  same?: (a: string, b: string) => boolean,
): string {
  // prettier-ignore
  const left = linesOf(leftText);
  const right = linesOf(rightText);
  const blocks = diffLines(keys(left), keys(right), same);
  let result = '';
  for (let at = 0; at < blocks.length;) {
    let last = at;
    while (last + 1 < blocks.length && blocks[last + 1].leftStart - blocks[last].leftEnd <= context * 2) last++;
    const hunk = blocks.slice(at, last + 1);
    const leftStart = Math.max(0, hunk[0].leftStart - context);
    const leftEnd = Math.min(left.lines.length, hunk[hunk.length - 1].leftEnd + context);
    const rightStart = Math.max(0, hunk[0].rightStart - context);
    const rightEnd = Math.min(right.lines.length, hunk[hunk.length - 1].rightEnd + context);
    result += `@@ -${range(leftStart, leftEnd)} +${range(rightStart, rightEnd)} @@\n`;
    const row = (mark: string, side: typeof left, index: number): string =>
      `${mark}${side.lines[index]}\n${side.unended && index === side.lines.length - 1 ? NO_END : ''}`;
    let position = leftStart;
    for (const block of hunk) {
      for (; position < block.leftStart; position++) result += row(' ', left, position);
      for (; position < block.leftEnd; position++) result += row('-', left, position);
      for (let index = block.rightStart; index < block.rightEnd; index++) result += row('+', right, index);
    }
    for (; position < leftEnd; position++) result += row(' ', left, position);
    at = last + 1;
  }
  return result;
}

function place(start: number, end: number): string {
  if (end <= start) return String(start);
  return end - start === 1 ? String(start + 1) : `${String(start + 1)},${String(end)}`;
}

/** `diff`'s normal format. */
export function normalDiff(leftText: string, rightText: string, same?: (a: string, b: string) => boolean): string {
  const left = linesOf(leftText);
  const right = linesOf(rightText);
  let result = '';
  for (const block of diffLines(keys(left), keys(right), same)) {
    const deletes = block.leftEnd > block.leftStart;
    const inserts = block.rightEnd > block.rightStart;
    const letter = deletes ? (inserts ? 'c' : 'd') : 'a';
    result += `${place(block.leftStart, block.leftEnd)}${letter}${place(block.rightStart, block.rightEnd)}\n`;
    for (let i = block.leftStart; i < block.leftEnd; i++) result += `< ${left.lines[i]}\n${left.unended && i === left.lines.length - 1 ? NO_END : ''}`; // prettier-ignore
    if (deletes && inserts) result += '---\n';
    for (let i = block.rightStart; i < block.rightEnd; i++) result += `> ${right.lines[i]}\n${right.unended && i === right.lines.length - 1 ? NO_END : ''}`; // prettier-ignore
  }
  return result;
}
