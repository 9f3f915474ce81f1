/** Lines being edited, and where the cursor stands. Line and column count from 0. */
export class TextBuffer {
  line = 0;
  column = 0;
  modified = false;
  private readonly past: string[] = [];

  constructor(private texts: string[]) {}

  /** The lines of a file; an empty one has one empty line. */
  static of(text: string): TextBuffer {
    const lines = text.split('\n');
    if (lines.length > 1 && lines.at(-1) === '') lines.pop();
    return new TextBuffer(lines);
  }

  get lines(): readonly string[] {
    return this.texts;
  }

  get current(): string {
    return this.texts[this.line] ?? '';
  }

  get text(): string {
    return this.texts.length === 1 && this.texts[0] === '' ? '' : `${this.texts.join('\n')}\n`;
  }

  /** Keeps the text for {@link undo}. */
  remember(): void {
    this.past.push(this.texts.join('\n'));
  }

  undo(): void {
    const before = this.past.pop();
    if (before === undefined) return;
    this.texts = before.split('\n');
    this.moveTo(this.line);
  }

  moveTo(line: number, column = this.column): void {
    this.line = Math.max(0, Math.min(line, this.texts.length - 1));
    this.column = Math.max(0, Math.min(column, this.current.length));
  }

  /** Puts text in at the cursor, which goes behind it. */
  insert(text: string): void {
    this.modified = true;
    for (const [index, piece] of text.split('\n').entries()) {
      if (index > 0) this.breakLine();
      this.texts[this.line] = this.current.slice(0, this.column) + piece + this.current.slice(this.column);
      this.column += piece.length;
    }
  }

  private breakLine(): void {
    const [before, after] = [this.current.slice(0, this.column), this.current.slice(this.column)];
    this.texts.splice(this.line, 1, before, after);
    this.line++;
    this.column = 0;
  }

  /** Deletes before the cursor; at the start of a line it is joined to the one before. */
  deleteBackwards(): void {
    this.modified = true;
    if (this.column > 0) {
      this.texts[this.line] = this.current.slice(0, this.column - 1) + this.current.slice(this.column);
      this.column--;
    } else if (this.line > 0) {
      const rest = this.current;
      this.texts.splice(this.line, 1);
      this.line--;
      this.column = this.current.length;
      this.texts[this.line] = this.current + rest;
    }
  }

  /** Replaces so many characters from the cursor on. */
  replace(count: number, text: string): void {
    this.modified = true;
    this.texts[this.line] = this.current.slice(0, this.column) + text + this.current.slice(this.column + count);
  }

  /** Takes whole lines out and gives them back. */
  takeLines(first: number, count: number): string[] {
    this.modified = true;
    const taken = this.texts.splice(first, count);
    if (this.texts.length === 0) this.texts.push('');
    this.moveTo(first, 0);
    return taken;
  }

  /** Puts whole lines in before line `at`. */
  putLines(at: number, lines: readonly string[]): void {
    this.modified = true;
    this.texts.splice(at, 0, ...lines);
    this.moveTo(at, 0);
  }

  /** Replaces everything. */
  setText(text: string): void {
    this.modified = true;
    this.texts = TextBuffer.of(text).texts;
    this.moveTo(this.line);
  }
}
