import { JqLexer, locate, type JqToken } from './jq-lexer.js';
import { JqSyntaxError, type JqNode } from './jq-node.js';

/** Words that name no function. */
export const RESERVED = new Set(['__loc__', 'and', 'as', 'catch', 'def', 'elif', 'else', 'end', 'foreach', 'if', 'import', 'include', 'label', 'module', 'or', 'reduce', 'then', 'try']); // prettier-ignore

/** Goes through a program's tokens; what does not fit is a {@link JqSyntaxError} in jq's words. */
export class JqTokenReader {
  protected readonly tokens: readonly JqToken[];
  protected index = 0;

  constructor(
    protected readonly source: string,
    protected readonly offset = 0,
    protected readonly whole = source,
  ) {
    this.tokens = new JqLexer(source).tokens;
  }

  protected get token(): JqToken {
    return this.tokens[this.index];
  }

  protected isOperator(text: string): boolean {
    return this.token.kind === 'operator' && this.token.text === text;
  }

  protected isWord(text: string): boolean {
    return this.token.kind === 'word' && this.token.text === text;
  }

  protected accept(text: string): boolean {
    if (!this.isOperator(text) && !this.isWord(text)) return false;
    this.index++;
    return true;
  }

  protected expect(text: string): void {
    if (!this.accept(text)) this.unexpected();
  }

  protected unexpected(expecting = ''): never {
    const { token } = this;
    const name = tokenName(token);
    const message = `syntax error, unexpected ${name}${expecting} (Unix shell quoting issues?)`;
    throw locate(this.whole, message, token.at + this.offset);
  }

  protected atEnd(): boolean {
    return this.token.kind === 'end';
  }

  /** A closing bracket without its opening, or a character that means nothing. */
  protected atStray(): boolean {
    return this.token.kind === 'invalid' || ['}', ')', ']'].some((text) => this.isOperator(text));
  }

  protected invalidStart(): never {
    const message = 'syntax error, unexpected INVALID_CHARACTER, expecting $end (Unix shell quoting issues?)';
    throw locate(this.whole, message, this.token.at + this.offset);
  }

  protected variableName(): string {
    const { token } = this;
    if (token.kind !== 'variable') return this.unexpected();
    this.index++;
    return token.name;
  }

  /** A part whose syntax errors jq's grammar foresees: its own message follows the first. */
  protected foreseen(message: string, at: number, body: () => JqNode): JqNode {
    try {
      return body();
    } catch (error) {
      if (!(error instanceof JqSyntaxError) || error.messages.length > 1) throw error;
      throw new JqSyntaxError([...error.messages, ...locate(this.whole, message, at + this.offset).messages]);
    }
  }

  protected nextIs(text: string): boolean {
    const next = this.tokens[this.index + 1];
    return next.kind === 'operator' && next.text === text;
  }
}

function tokenName(token: JqToken): string {
  switch (token.kind) {
    case 'end':
      return '$end';
    case 'word':
      return RESERVED.has(token.text) ? token.text : 'IDENT';
    case 'number':
      return 'LITERAL';
    case 'string':
      return 'QQSTRING_START';
    case 'field':
      return 'FIELD';
    case 'format':
      return 'FORMAT';
    case 'variable':
      return "'$'";
    case 'invalid':
      return 'INVALID_CHARACTER';
    case 'operator':
      return token.text.length === 1 ? `'${token.text}'` : (OPERATOR_NAMES[token.text] ?? token.text);
  }
}

const OPERATOR_NAMES: Readonly<Record<string, string>> = {
  '!=': 'NEQ',
  '==': 'EQ',
  '//': 'DEFINEDOR',
  '|=': 'SETPIPE',
  '+=': 'SETPLUS',
  '-=': 'SETMINUS',
  '*=': 'SETMULT',
  '/=': 'SETDIV',
  '%=': 'SETMOD',
  '//=': 'SETDEFINEDOR',
  '<=': 'LESSEQ',
  '>=': 'GREATEREQ',
  '..': 'REC',
  '?//': 'ALTERNATION',
};
