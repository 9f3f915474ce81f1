import { bcTokens, type BcToken } from './bc-lexer.js';

/** A line that cannot be read. */
export class BcSyntaxError extends Error {
  constructor(readonly line: number) {
    super('syntax error');
  }
}

/** `quit`, which counts as soon as it is read. */
export class BcQuit extends Error {}

/** The text ends within a construct: more lines are to come. */
export class BcIncomplete extends Error {}

/** A place in the tokens of a text. */
export class BcCursor {
  private readonly tokens: readonly BcToken[];
  private readonly illegal: BcToken[];
  protected at = 0;
  protected start = 0;

  constructor(
    private readonly text: string,
    private readonly firstLine: number,
  ) {
    const all = bcTokens(text, firstLine);
    this.tokens = all.filter(({ kind }) => kind !== 'bad');
    this.illegal = all.filter(({ kind }) => kind === 'bad');
  }

  /** The text from the item on that was not read to its end, and its line. */
  rest(): { readonly text: string; readonly line: number } {
    const before = this.start === 0 ? undefined : this.tokens[this.start - 1];
    return before
      ? { text: this.text.slice(before.end), line: before.line }
      : { text: this.text, line: this.firstLine };
  }

  /** The characters that no token begins with, up to here. */
  takeIllegal(): readonly BcToken[] {
    const { line } = this.tokens[Math.max(0, this.at - 1)];
    const passed = this.illegal.filter((each) => each.line <= line);
    this.illegal.splice(0, passed.length);
    return passed;
  }

  /** Leaves out the rest of the line. */
  skipLine(): void {
    while (this.peek.kind !== 'newline' && this.peek.kind !== 'end') this.at++;
    if (this.peek.kind === 'newline') this.at++;
  }

  protected get peek(): BcToken {
    return this.tokens[Math.min(this.at, this.tokens.length - 1)];
  }

  protected is(kind: BcToken['kind']): boolean {
    return this.peek.kind === kind;
  }

  protected isOperator(...texts: readonly string[]): boolean {
    return this.peek.kind === 'operator' && texts.includes(this.peek.text);
  }

  protected isName(text: string): boolean {
    return this.peek.kind === 'name' && this.peek.text === text;
  }

  protected take(...texts: readonly string[]): string | undefined {
    if (!this.isOperator(...texts)) return undefined;
    const { text } = this.peek;
    this.at++;
    return text;
  }

  protected fail(): never {
    if (this.peek.kind === 'end') throw new BcIncomplete();
    throw new BcSyntaxError(this.peek.line);
  }

  protected expect(text: string): void {
    if (this.take(text) === undefined) this.fail();
  }

  protected skipNewlines(): void {
    while (this.peek.kind === 'newline') this.at++;
  }

  protected skipBreaks(): void {
    while (this.peek.kind === 'newline' || this.isOperator(';')) this.at++;
  }
}
