import type { AwkToken } from './awk-lexer.js';
import { AwkSyntaxError } from './awk-node.js';

/** Goes through a program's tokens; what does not fit is an {@link AwkSyntaxError} in mawk's words. */
export class AwkTokenReader {
  protected index = 0;

  constructor(protected readonly tokens: readonly AwkToken[]) {}

  protected get token(): AwkToken {
    return this.tokens[this.index];
  }

  protected is(text: string): boolean {
    return (this.token.kind === 'operator' || this.token.kind === 'word') && this.token.text === text;
  }

  protected accept(text: string): boolean {
    if (!this.is(text)) return false;
    this.index++;
    return true;
  }

  protected fail(): never {
    const { token } = this;
    if (token.kind === 'end' || (!this.is('}') && this.tokens[this.index + 1]?.kind === 'end'))
      throw new AwkSyntaxError('missing } near end of file', token.line + 1);
    if (this.is('}') && this.openParentheses() > 0) throw new AwkSyntaxError('missing ) near }', token.line);
    const near = token.kind === 'newline' ? 'end of line' : token.text;
    throw new AwkSyntaxError(`syntax error at or near ${near}`, token.line);
  }

  protected openParentheses(): number {
    let open = 0;
    for (const { kind, text } of this.tokens.slice(0, this.index))
      if (kind === 'operator') open += text === '(' ? 1 : text === ')' ? -1 : 0;
    return open;
  }

  protected expect(text: string): void {
    if (!this.accept(text)) this.fail();
  }

  protected skipNewlines(): void {
    while (this.token.kind === 'newline') this.index++;
  }

  protected skipTerminators(): void {
    while (this.token.kind === 'newline' || this.is(';')) this.index++;
  }
}
