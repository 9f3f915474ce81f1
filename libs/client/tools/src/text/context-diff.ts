import { changedLines, nearBlocks, type DiffBlock, type LineKey } from '@seatrial/shell';

function span(start: number, end: number): string {
  if (end <= start) return String(start);
  return end - start === 1 ? String(end) : `${String(start + 1)},${String(end)}`;
}

/** One side of a hunk; left out where nothing changes on it. */
function side(lines: readonly string[], start: number, end: number, marks: ReadonlyMap<number, string>): string {
  const changed = [...marks.keys()].some((index) => index >= start && index < end);
  if (!changed) return '';
  return lines
    .slice(start, end)
    .map((line, index) => `${marks.get(start + index) ?? ' '} ${line}\n`)
    .join('');
}

function hunkText(
  left: readonly string[],
  right: readonly string[],
  hunk: readonly DiffBlock[],
  context: number,
): string {
  const [first, last] = [hunk[0], hunk[hunk.length - 1]];
  const leftStart = Math.max(0, first.leftStart - context);
  const leftEnd = Math.min(left.length, last.leftEnd + context);
  const rightStart = Math.max(0, first.rightStart - context);
  const rightEnd = Math.min(right.length, last.rightEnd + context);
  const leftMarks = new Map<number, string>();
  const rightMarks = new Map<number, string>();
  for (const block of hunk) {
    const both = block.leftEnd > block.leftStart && block.rightEnd > block.rightStart;
    for (let index = block.leftStart; index < block.leftEnd; index++) leftMarks.set(index, both ? '!' : '-');
    for (let index = block.rightStart; index < block.rightEnd; index++) rightMarks.set(index, both ? '!' : '+');
  }
  return (
    `***************\n*** ${span(leftStart, leftEnd)} ****\n${side(left, leftStart, leftEnd, leftMarks)}` +
    `--- ${span(rightStart, rightEnd)} ----\n${side(right, rightStart, rightEnd, rightMarks)}`
  );
}

/** `diff -c`: hunks without the file headers; '' when nothing differs. */
export function contextHunks(
  left: readonly string[],
  right: readonly string[],
  context: number,
  key: LineKey = (line) => line,
): string {
  let result = '';
  for (const hunk of nearBlocks(changedLines(left.map(key), right.map(key), context), context))
    result += hunkText(left, right, hunk, context);
  return result;
}
