import { changedBlocks, diffSide, markedLine, type LineKey } from '@seatrial/shell';

function place(start: number, end: number): string {
  if (end <= start) return String(start);
  return end - start === 1 ? String(start + 1) : `${String(start + 1)},${String(end)}`;
}

/** `diff`'s normal format. */
export function normalDiff(leftText: string, rightText: string, key?: LineKey): string {
  const left = diffSide(leftText);
  const right = diffSide(rightText);
  let result = '';
  for (const block of changedBlocks(left, right, key)) {
    const deletes = block.leftEnd > block.leftStart;
    const inserts = block.rightEnd > block.rightStart;
    const letter = deletes ? (inserts ? 'c' : 'd') : 'a';
    result += `${place(block.leftStart, block.leftEnd)}${letter}${place(block.rightStart, block.rightEnd)}\n`;
    for (let i = block.leftStart; i < block.leftEnd; i++) result += markedLine('< ', left, i);
    if (deletes && inserts) result += '---\n';
    for (let i = block.rightStart; i < block.rightEnd; i++) result += markedLine('> ', right, i);
  }
  return result;
}
