import { changedLines, type LineKey } from '@seatrial/shell';

const TAB = 8;
const GUTTER = 3;

interface Layout {
  /** What of a line fits beside the other. */
  readonly half: number;
  /** Where the right one starts. */
  readonly second: number;
}

/** Places in columns, as GNU diff's `sdiff_half_width` and `sdiff_column2_offset`. */
function layout(width: number): Layout {
  const offset = Math.floor((width + TAB + GUTTER) / (2 * TAB)) * TAB;
  const half = Math.max(0, Math.min(offset - GUTTER, width - offset));
  return { half, second: half > 0 ? offset : width };
}

/** Tabs and blanks from one column to another. */
function gap(from: number, to: number): string {
  let text = '';
  let column = from;
  for (let next = column + TAB - (column % TAB); next <= to; next += TAB) {
    text += '\t';
    column = next;
  }
  return text + ' '.repeat(Math.max(0, to - column));
}

function halfLine(line: string, width: number): { readonly text: string; readonly columns: number } {
  let text = '';
  let columns = 0;
  for (const char of line) {
    const next = char === '\t' ? columns + TAB - (columns % TAB) : columns + 1;
    if (next > width || (char === '\t' && next === width)) break;
    text += char;
    columns = next;
  }
  return { text, columns };
}

/** `diff -y`: both texts beside each other, differing lines marked in the gutter. */
export function sideBySide(
  left: readonly string[],
  right: readonly string[],
  width: number,
  options: { readonly suppressCommon: boolean; readonly key?: LineKey | undefined },
): string {
  const { half, second } = layout(width);
  let result = '';
  const row = (a: string | undefined, mark: string, b: string | undefined): void => {
    const shown = halfLine(a ?? '', half);
    let { columns } = shown;
    result += shown.text;
    if (mark !== ' ') {
      const gutter = Math.floor((half + second - 1) / 2);
      result += gap(columns, gutter) + mark;
      columns = gutter + 1;
    }
    if (b !== undefined && b !== '') result += gap(columns, second) + halfLine(b, half).text;
    result += '\n';
  };
  let [i, j] = [0, 0];
  const end = { leftStart: left.length, leftEnd: left.length, rightStart: right.length, rightEnd: right.length };
  const key: LineKey = options.key ?? ((line) => line);
  for (const block of [...changedLines(left.map(key), right.map(key)), end]) {
    for (; i < block.leftStart; i++, j++) if (!options.suppressCommon) row(left[i], ' ', right[j]);
    while (i < block.leftEnd && j < block.rightEnd) row(left[i++], '|', right[j++]);
    while (i < block.leftEnd) row(left[i++], '<', undefined);
    while (j < block.rightEnd) row(undefined, '>', right[j++]);
  }
  return result;
}
