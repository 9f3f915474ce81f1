import { utf8Length } from '@seatrial/kernel';

const PADDING = 2;

const widthOf = (text: string): number => {
  let width = 0;
  for (let i = 0; i < text.length; i++) if ((text.charCodeAt(i) & 0xfc00) !== 0xdc00) width++;
  return width;
};

/**
 * Aligns tab-separated cells as Go's text/tabwriter does with padding 2 and spaces: a column is a run of lines that
 * have a cell ended by a tab there; the last cell of a line takes no part.
 */
export function alignTabs(text: string): string {
  if (!text.includes('\t')) return text;
  const lines = text.split('\n').map((line) => line.split('\t'));
  const widths: number[][] = lines.map(() => []);
  const block = (column: number, from: number, to: number): void => {
    for (let start = from; start < to; start++) {
      if (column >= lines[start].length - 1) continue;
      let end = start;
      let width = PADDING;
      for (; end < to && column < lines[end].length - 1; end++)
        width = Math.max(width, widthOf(lines[end][column]) + PADDING);
      for (let line = start; line < end; line++) widths[line][column] = width;
      block(column + 1, start, end);
      start = end - 1;
    }
  };
  block(0, 0, lines.length);
  return lines
    .map((cells, line) =>
      cells
        .map((cell, column) =>
          column < cells.length - 1 ? cell + ' '.repeat(widths[line][column] - widthOf(cell)) : cell,
        )
        .join(''),
    )
    .join('\n');
}

const escapeTerminal = (text: string): string => text.replaceAll('\x1b', '^[').replaceAll('\r', '\\r');

/** Where a describer writes: levels indent by two spaces, tabs align within what stands between flushes. */
export class DescriptionWriter {
  private done = '';
  private pending = '';

  constructor(private readonly indent = 0) {}

  /** Writes text as it is, the level's indentation before it. */
  write(level: number, text: string): void {
    this.pending += escapeTerminal('  '.repeat(level + this.indent) + text);
  }

  /** `Label:<tab>value` and a line break. */
  field(label: string, value: unknown, level = 0): void {
    this.write(level, `${label}:\t${String(value)}\n`);
  }

  /** Ends the alignment: what follows forms columns of its own. */
  flush(): void {
    this.done += alignTabs(this.pending);
    this.pending = '';
  }

  /** Takes over what another writer holds, before its alignment. */
  take(other: DescriptionWriter): void {
    this.pending += other.pending;
  }

  /** What was written since the last flush, tabs and all: `rollout history` prints templates so. */
  unaligned(): string {
    return this.pending;
  }

  text(): string {
    this.flush();
    return this.done;
  }
}

/** The first bytes of a text, `...` after it when it is cut (describe's shorten). */
export function shorten(text: string, bytes: number): string {
  if (utf8Length(text) <= bytes) return text;
  let kept = '';
  let length = 0;
  for (const character of text) {
    length += utf8Length(character);
    if (length > bytes) break;
    kept += character;
  }
  return `${kept}...`;
}
