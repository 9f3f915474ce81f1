import { goQuote } from '@seatrial/kernel';

export type TokenType =
  | 'text'
  | 'left'
  | 'right'
  | 'space'
  | 'identifier'
  | 'keyword'
  | 'bool'
  | 'nil'
  | 'dot'
  | 'field'
  | 'variable'
  | 'number'
  | 'character'
  | 'string'
  | 'raw-string'
  | 'pipe'
  | 'open'
  | 'close'
  | 'comma'
  | 'assign'
  | 'declare'
  | 'unknown'
  | 'error'
  | 'eof';

export interface Token {
  readonly type: TokenType;
  readonly position: number;
  readonly text: string;
}

const KEYWORDS = new Set(['block', 'break', 'continue', 'define', 'else', 'end', 'if', 'range', 'template', 'with']);
const SPACES = ' \t\r\n';
const isSpace = (character: string | undefined): boolean => character !== undefined && SPACES.includes(character);
const isAlphaNumeric = (character: string | undefined): boolean =>
  character !== undefined && /^[\p{L}\p{Nd}_]$/u.test(character);

/** A token as Go's parser names it in errors. */
export function tokenText({ type, text }: Token): string {
  if (type === 'eof') return 'EOF';
  if (type === 'error') return text;
  if (type === 'keyword') return `<${text}>`;
  return text.length > 10 ? `${goQuote(text.slice(0, 10))}...` : goQuote(text);
}

/** Cuts a template into tokens (text/template/parse). After an error nothing follows. */
export function tokenize(input: string): Token[] {
  return new Lexer(input).run();
}

class Lexer {
  private readonly tokens: Token[] = [];
  private position = 0;
  private parens = 0;

  constructor(private readonly input: string) {}

  run(): Token[] {
    while (this.lexText() && this.lexAction());
    if (this.tokens.at(-1)?.type !== 'error') this.push('eof', this.position, '');
    return this.tokens;
  }

  private push(type: TokenType, position: number, text: string): void {
    this.tokens.push({ type, position, text });
  }

  private fail(message: string, position = this.position): false {
    this.push('error', position, message);
    return false;
  }

  /** Text up to the next action; true when one starts. */
  private lexText(): boolean {
    const start = this.position;
    const open = this.input.indexOf('{{', start);
    const end = open < 0 ? this.input.length : open;
    const trim = open >= 0 && this.input[open + 2] === '-' && isSpace(this.input[open + 3]);
    const raw = this.input.slice(start, end);
    const text = trim ? raw.replace(/[ \t\r\n]+$/, '') : raw;
    if (text !== '') this.push('text', start, text);
    this.position = end;
    if (open < 0) return false;
    const inside = open + 2 + (trim ? 2 : 0);
    if (this.input.startsWith('/*', inside)) return this.lexComment(inside);
    this.push('left', open, '{{');
    this.position = inside;
    this.parens = 0;
    return true;
  }

  private lexComment(inside: number): boolean {
    const close = this.input.indexOf('*/', inside + 2);
    if (close < 0) return this.fail('unclosed comment', inside);
    this.position = close + 2;
    if (!this.closeAction()) return this.fail('comment ends before closing delimiter');
    return this.lexText();
  }

  /** Passes `}}` or ` -}}` with the space after it; false when neither is here. */
  private closeAction(): boolean {
    const rest = this.input;
    if (isSpace(rest[this.position]) && rest.startsWith('-}}', this.position + 1)) {
      this.position += 4;
      while (isSpace(rest[this.position])) this.position++;
      return true;
    }
    if (!rest.startsWith('}}', this.position)) return false;
    this.position += 2;
    return true;
  }

  private lexAction(): boolean {
    for (;;) {
      const start = this.position;
      const trimmed = isSpace(this.input[start]) && this.input.startsWith('-}}', start + 1);
      if (trimmed || this.input.startsWith('}}', start)) {
        if (this.parens > 0) return this.fail('unclosed left paren');
        this.closeAction();
        this.push('right', start, '}}');
        return true;
      }
      if (!this.lexToken(start)) return false;
    }
  }

  private lexToken(start: number): boolean {
    const character = this.input[start];
    if (character === undefined) return this.fail('unclosed action');
    if (isSpace(character)) return this.lexSpace(start);
    if (character === '"') return this.lexQuote(start, '"', 'string', 'unterminated quoted string');
    if (character === '`') return this.lexRaw(start);
    if (character === "'") return this.lexQuote(start, "'", 'character', 'unterminated character constant');
    if (character === '$') return this.lexName(start, 'variable');
    if (character === '.' && !/[0-9]/.test(this.input[start + 1] ?? '')) return this.lexName(start, 'field');
    if (character === '+' || character === '-' || character === '.' || /[0-9]/.test(character))
      return this.lexNumber(start);
    if (isAlphaNumeric(character)) return this.lexIdentifier(start);
    return this.lexPunctuation(start, character);
  }

  private lexPunctuation(start: number, character: string): boolean {
    const take = (type: TokenType, text: string): boolean => {
      this.push(type, start, text);
      this.position += text.length;
      return true;
    };
    if (this.input.startsWith(':=', start)) return take('declare', ':=');
    if (character === ':') return this.fail('expected :=');
    if (character === '=') return take('assign', '=');
    if (character === '|') return take('pipe', '|');
    if (character === ',') return take('comma', ',');
    if (character === '(') {
      this.parens++;
      return take('open', '(');
    }
    if (character === ')') {
      this.parens--;
      return this.parens < 0 ? this.fail('unexpected right paren') : take('close', ')');
    }
    if (character >= ' ' && character <= '~') return take('unknown', character);
    const code = this.input.codePointAt(start) ?? 0;
    const hex = code.toString(16).toUpperCase().padStart(4, '0');
    return this.fail(`unrecognized character in action: U+${hex} '${String.fromCodePoint(code)}'`);
  }

  private lexSpace(start: number): boolean {
    while (isSpace(this.input[this.position])) {
      // The last space may belong to a closing trim marker.
      if (this.input.startsWith('-}}', this.position + 1)) break;
      this.position++;
    }
    this.push('space', start, this.input.slice(start, this.position));
    return true;
  }

  private lexQuote(start: number, quote: string, type: TokenType, problem: string): boolean {
    for (let i = start + 1; ; i++) {
      const character = this.input[i];
      if (character === undefined || character === '\n') return this.fail(problem);
      if (character === '\\') i++;
      else if (character === quote) {
        this.position = i + 1;
        this.push(type, start, this.input.slice(start, i + 1));
        return true;
      }
    }
  }

  private lexRaw(start: number): boolean {
    const end = this.input.indexOf('`', start + 1);
    if (end < 0) return this.fail('unterminated raw quoted string');
    this.position = end + 1;
    this.push('raw-string', start, this.input.slice(start, end + 1));
    return true;
  }

  private skipName(start: number): void {
    this.position = start;
    for (;;) {
      const code = this.input.codePointAt(this.position);
      const character = code === undefined ? undefined : String.fromCodePoint(code);
      if (!isAlphaNumeric(character)) return;
      this.position += character?.length ?? 0;
    }
  }

  private badEnd(): boolean {
    const next = this.input[this.position];
    if (next === undefined || isSpace(next) || '.,|:)('.includes(next)) return false;
    return !this.input.startsWith('}}', this.position) && next !== '=';
  }

  private badCharacter(): false {
    const code = this.input.codePointAt(this.position) ?? 0;
    const hex = code.toString(16).toUpperCase().padStart(4, '0');
    return this.fail(`bad character U+${hex} '${String.fromCodePoint(code)}'`);
  }

  private lexName(start: number, type: 'variable' | 'field'): boolean {
    this.skipName(start + 1);
    if (this.badEnd()) return this.badCharacter();
    const text = this.input.slice(start, this.position);
    this.push(text === '.' ? 'dot' : type, start, text);
    return true;
  }

  private lexIdentifier(start: number): boolean {
    this.skipName(start);
    if (this.badEnd()) return this.badCharacter();
    const text = this.input.slice(start, this.position);
    if (KEYWORDS.has(text)) this.push('keyword', start, text);
    else if (text === 'true' || text === 'false') this.push('bool', start, text);
    else this.push(text === 'nil' ? 'nil' : 'identifier', start, text);
    return true;
  }

  private lexNumber(start: number): boolean {
    const rest = this.input.slice(start, start + 400);
    const number =
      /^[+-]?(?:0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|[0-9_]*\.?[0-9_]*(?:[eE][+-]?[0-9_]+)?)/.exec(rest)?.[0] ??
      '';
    this.position = start + number.length;
    if (number === '' || !/[0-9]/.test(number) || isAlphaNumeric(this.input[this.position])) {
      const end = start + number.length + 1;
      return this.fail(`bad number syntax: ${goQuote(this.input.slice(start, end))}`);
    }
    this.push('number', start, number);
    return true;
  }
}
