import { JqSyntaxError } from './jq-node.js';

export type JqToken = { readonly at: number } & (
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'string'; readonly parts: readonly (string | { readonly source: string; readonly at: number })[] }
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'word'; readonly text: string }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'format'; readonly name: string }
  | { readonly kind: 'operator'; readonly text: string }
  | { readonly kind: 'invalid'; readonly text: string }
  | { readonly kind: 'end' }
);

const OPERATORS = ['?//=', '?//', '|=', '+=', '-=', '*=', '/=', '%=', '//=', '==', '!=', '<=', '>=', '//', '..', '|', ',', '.', '[', ']', '(', ')', '{', '}', ':', ';', '=', '<', '>', '+', '-', '*', '/', '%', '?', '$']; // prettier-ignore
const SORTED = [...OPERATORS].sort((a, b) => b.length - a.length);

/** Where in the program an error is, as jq 1.6 shows it: the line, then spaces up to the token. */
export function locate(source: string, message: string, at: number, padded = true): JqSyntaxError {
  const before = source.slice(0, at);
  const line = before.split('\n').length;
  const start = before.lastIndexOf('\n') + 1;
  const end = source.indexOf('\n', start);
  const text = source.slice(start, end < 0 ? undefined : end);
  const padding = padded ? ' '.repeat(at - start) : '';
  return new JqSyntaxError([`${message} at <top-level>, line ${String(line)}:\n${text}${padding}`]);
}

export class JqLexer {
  private pos = 0;
  /** Where the last piece of text starts that the scanner took, blanks too: there bison sees the end. */
  private lexemeAt = 0;
  readonly tokens: JqToken[] = [];

  constructor(private readonly source: string) {
    while (this.read());
    this.tokens.push({ kind: 'end', at: this.lexemeAt });
  }

  private match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.pos;
    const found = pattern.exec(this.source);
    if (found && found[0] !== '') {
      this.lexemeAt = this.pos;
      this.pos += found[0].length;
    }
    return found ?? undefined;
  }

  private read(): boolean {
    this.match(/(?:\s|#[^\n]*)+/y);
    const at = this.pos;
    if (at >= this.source.length) return false;
    if (this.source[at] === '"') {
      this.tokens.push({ kind: 'string', parts: this.readString(), at });
      return true;
    }
    const number = this.match(/(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/y);
    if (number) {
      this.tokens.push({ kind: 'number', value: Number(number[0]), at });
      return true;
    }
    const field = this.match(/\.([A-Za-z_]\w*)/y);
    if (field) {
      this.tokens.push({ kind: 'field', name: field[1], at });
      return true;
    }
    const variable = this.match(/\$(__loc__|(?:[A-Za-z_]\w*::)*[A-Za-z_]\w*)/y);
    if (variable) {
      this.lexemeAt = at + 1;
      this.tokens.push({ kind: 'variable', name: variable[1], at });
      return true;
    }
    const format = this.match(/@([a-zA-Z0-9_]+)/y);
    if (format) {
      this.tokens.push({ kind: 'format', name: format[1], at });
      return true;
    }
    const word = this.match(/(?:[A-Za-z_]\w*::)*[A-Za-z_]\w*/y);
    if (word) {
      this.tokens.push({ kind: 'word', text: word[0], at });
      return true;
    }
    const operator = SORTED.find((text) => this.source.startsWith(text, at));
    this.lexemeAt = at;
    this.pos += operator?.length ?? 1;
    this.tokens.push(
      operator === undefined
        ? { kind: 'invalid', text: this.source[at], at }
        : { kind: 'operator', text: operator, at },
    );
    return true;
  }

  /** A string with its `\( … )` parts as sources. */
  private readString(): (string | { source: string; at: number })[] {
    const start = this.pos++;
    const parts: (string | { source: string; at: number })[] = [];
    let text = '';
    for (;;) {
      const char = this.source[this.pos];
      if (char === undefined)
        throw locate(
          this.source,
          'syntax error, unexpected $end, expecting QQSTRING_TEXT or QQSTRING_INTERP_START or QQSTRING_END (Unix shell quoting issues?)',
          start + (text === '' ? 0 : 1),
        );
      this.pos++;
      this.lexemeAt = this.pos - 1;
      if (char === '"') break;
      if (char !== '\\') {
        text += char;
        continue;
      }
      const escape = this.source[this.pos++];
      if (escape === '(') {
        parts.push(text, this.readInterpolation());
        text = '';
      } else if (escape === 'u') {
        text += String.fromCharCode(Number.parseInt(this.source.slice(this.pos, this.pos + 4), 16));
        this.pos += 4;
      } else text += { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' }[escape] ?? escape;
    }
    parts.push(text);
    return parts;
  }

  private readInterpolation(): { source: string; at: number } {
    const at = this.pos;
    let depth = 1;
    while (depth > 0) {
      const char = this.source[this.pos];
      if (char === undefined)
        throw locate(this.source, 'syntax error, unexpected $end (Unix shell quoting issues?)', at);
      if (char === '"') {
        this.readString();
        continue;
      }
      if (char === '(') depth++;
      if (char === ')') depth--;
      this.pos++;
    }
    return { source: this.source.slice(at, this.pos - 1), at };
  }
}
