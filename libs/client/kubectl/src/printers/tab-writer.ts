/** How a {@link TabWriter} lays out its columns; units are characters. */
export interface TabWriterOptions {
  readonly minWidth: number;
  readonly padding: number;
  /** Columns keep the greatest width of earlier flushes (liggitt/tabwriter's RememberWidths). */
  readonly rememberWidths?: boolean;
  /** Columns of empty cells take no room (text/tabwriter's DiscardEmptyColumns). */
  readonly discardEmptyColumns?: boolean;
}

/** printers.GetNewTabWriter of k8s.io/cli-runtime: what `kubectl get` prints tables with. */
export const TABLE_LAYOUT: TabWriterOptions = { minWidth: 6, padding: 3, rememberWidths: true };

/** tabwriter.NewWriter(out, 0, 8, 2, ' ', 0): what `kubectl describe` and most other texts use. */
export const DESCRIBE_LAYOUT: TabWriterOptions = { minWidth: 0, padding: 2 };

/** Characters, not UTF-16 code units. */
function widthOf(text: string): number {
  let width = text.length;
  for (let i = 0; i < text.length; i++) if ((text.charCodeAt(i) & 0xfc00) === 0xdc00) width--;
  return width;
}

/** Elastic tab stops as Go's text/tabwriter does them: cells end with a tab, the last cell of a line is in no column. */
export class TabWriter {
  private text = '';
  private readonly remembered: number[] = [];

  constructor(private readonly options: TabWriterOptions = DESCRIBE_LAYOUT) {}

  write(text: string): void {
    this.text += text;
  }

  /** Lays out what was written since the last flush. */
  flush(): string {
    const text = this.text;
    this.text = '';
    if (text === '') return '';
    const lines = text.split('\n').map((line) => line.split('\t'));
    const out: string[] = [];
    this.format(lines, [], 0, lines.length, out);
    return out.join('\n');
  }

  private format(lines: readonly string[][], widths: number[], start: number, end: number, out: string[]): void {
    const column = widths.length;
    let from = start;
    for (let here = start; here < end; here++) {
      if (column >= lines[here].length - 1) continue;
      this.emit(lines, widths, from, here, out);
      from = here;
      let width = this.options.minWidth;
      let empty = true;
      for (; here < end && column < lines[here].length - 1; here++) {
        const cell = widthOf(lines[here][column]);
        width = Math.max(width, cell + this.options.padding);
        if (cell > 0) empty = false;
      }
      if (empty && this.options.discardEmptyColumns) width = 0;
      if (this.options.rememberWidths) {
        width = Math.max(width, this.remembered[column] ?? 0);
        this.remembered[column] = width;
      }
      widths.push(width);
      this.format(lines, widths, from, here, out);
      widths.pop();
      from = here;
    }
    this.emit(lines, widths, from, end, out);
  }

  private emit(lines: readonly string[][], widths: readonly number[], from: number, to: number, out: string[]): void {
    for (let i = from; i < to; i++) {
      const cells = lines[i];
      let text = '';
      for (let column = 0; column < cells.length; column++) {
        const cell = cells[column];
        text += cell;
        if (column < widths.length && column < cells.length - 1) {
          const missing = widths[column] - widthOf(cell);
          if (missing > 0) text += ' '.repeat(missing);
        }
      }
      out.push(text);
    }
  }
}

/** Lays out a whole text at once. */
export function alignColumns(text: string, options: TabWriterOptions = DESCRIBE_LAYOUT): string {
  const writer = new TabWriter(options);
  writer.write(text);
  return writer.flush();
}
