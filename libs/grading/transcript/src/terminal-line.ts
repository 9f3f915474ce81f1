const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f]/;
const SEQUENCE =
  /^\u001b(?:\[([0-?]*)[ -/]*([@-~])|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[PX^_][^\u001b]*(?:\u001b\\)?|[ -/]+[0-~]|[0-~])/;
/** Narrower terminals are not taken for the reason of a wrapped line when the width is unknown. */
const PROBABLE_WIDTH = 72;
const WIDEST = 4096;

/** One line of a terminal: the characters on it and where the cursor stands. */
class TerminalLine {
  private readonly cells: string[] = [];
  private cursor = 0;

  constructor(private readonly columns: number | undefined) {}

  get text(): string {
    return Array.from(this.cells, (cell: string | undefined) => cell ?? ' ').join('');
  }

  put(character: string): void {
    this.cells[this.cursor] = character;
    this.cursor++;
  }

  backspace(): void {
    if (this.cursor > 0) this.cursor--;
  }

  /** Readline goes to the next row with a space and a carriage return: the line goes on. */
  carriageReturn(before: string, after: string): void {
    const length = this.cursor - 1;
    const atEdge = this.columns === undefined ? length >= PROBABLE_WIDTH : length > 0 && length % this.columns === 0;
    if (before === ' ' && atEdge && after !== '') {
      this.cursor--;
      this.cells.length = this.cursor;
    } else this.cursor = 0;
  }

  control(parameters: string, final: string): void {
    const count = Math.min(WIDEST, Math.max(1, Number(/^\d+/.exec(parameters)?.[0] ?? '1')));
    if (final === 'C') this.cursor = Math.min(WIDEST, this.cursor + count);
    else if (final === 'D') this.cursor = Math.max(0, this.cursor - count);
    else if (final === 'G') this.cursor = count - 1;
    else if (final === 'P') this.cells.splice(this.cursor, count);
    else if (final === '@') this.cells.splice(this.cursor, 0, ...Array.from({ length: count }, () => ' '));
    else if (final === 'K') this.erase(parameters);
    else if (final === 'J' && parameters !== '0' && parameters !== '') this.clear();
  }

  private clear(): void {
    this.cells.length = 0;
    this.cursor = 0;
  }

  private erase(parameters: string): void {
    if (parameters === '' || parameters === '0') this.cells.length = Math.min(this.cells.length, this.cursor);
    else if (parameters === '2') this.cells.fill(' ');
    else this.cells.fill(' ', 0, this.cursor + 1);
  }
}

/**
 * What a terminal shows of one line after its escape sequences: colours and titles leave nothing, backspaces and carriage
 * returns overwrite, erasing and inserting do what they say (ECMA-48; xterm's control sequences).
 */
export function showLine(raw: string, columns?: number): string {
  if (!CONTROL.test(raw)) return raw;
  const line = new TerminalLine(columns);
  for (let at = 0; at < raw.length; at++) {
    const character = raw.charAt(at);
    if (character === '\u001b') {
      const sequence = SEQUENCE.exec(raw.slice(at, at + WIDEST));
      if (sequence?.[2] !== undefined) line.control(sequence[1] ?? '', sequence[2]);
      at += (sequence?.[0].length ?? 1) - 1;
    } else if (character === '\b') line.backspace();
    else if (character === '\r') line.carriageReturn(raw.charAt(at - 1), raw.charAt(at + 1));
    else if (character === '\t' || character >= ' ') {
      if (character !== '\u007f') line.put(character);
    }
  }
  return line.text;
}
