/* The lexer of CEL.g4 (cel-go v0.26). */

export type TokenKind =
  'int' | 'uint' | 'double' | 'string' | 'bytes' | 'identifier' | 'escaped' | 'keyword' | 'sign' | 'end';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly offset: number;
}

const KEYWORDS: ReadonlySet<string> = new Set(['in', 'true', 'false', 'null']);
const SIGNS = /==|!=|<=|>=|&&|\|\||[<>[\]{}().,\-!?:+*/%]/y;
const ESCAPE = String.raw`\\(?:[abfnrtv"'\\?\x60]|[0-3][0-7][0-7]|[xX][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})`;
const STRINGS = [
  `[rR]"""[^]*?"""`,
  `[rR]'''[^]*?'''`,
  String.raw`[rR]"[^"\n\r]*"`,
  String.raw`[rR]'[^'\n\r]*'`,
  `"""(?:${ESCAPE}|[^\\\\])*?"""`,
  `'''(?:${ESCAPE}|[^\\\\])*?'''`,
  String.raw`"(?:${ESCAPE}|[^\\"\n\r])*"`,
  String.raw`'(?:${ESCAPE}|[^\\'\n\r])*'`,
].join('|');
const STRING = new RegExp(`[bB]?(?:${STRINGS})`, 'y');
const SPACE = /(?:[\t \r\n\f]+|\/\/[^\n]*)+/y;
const NUMBER = /(?:0x[0-9a-fA-F]+|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)/y;
const IDENTIFIER = /[A-Za-z_][A-Za-z0-9_]*/y;
const ESCAPED = /`[A-Za-z0-9_./ -]+`/y;

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

function readNumber(text: string, at: number): Token | undefined {
  const number = match(NUMBER, text, at);
  if (number === undefined) return undefined;
  if (/^(?:0x[0-9a-fA-F]+|\d+)$/.test(number)) {
    const next = text.charAt(at + number.length);
    return next === 'u' || next === 'U'
      ? { kind: 'uint', text: number + next, offset: at }
      : { kind: 'int', text: number, offset: at };
  }
  return { kind: 'double', text: number, offset: at };
}

function readToken(text: string, at: number): Token | undefined {
  const string = match(STRING, text, at);
  if (string !== undefined) return { kind: /^[bB]/.test(string) ? 'bytes' : 'string', text: string, offset: at };
  const number = readNumber(text, at);
  if (number) return number;
  const word = match(IDENTIFIER, text, at);
  if (word !== undefined) return { kind: KEYWORDS.has(word) ? 'keyword' : 'identifier', text: word, offset: at };
  const sign = match(SIGNS, text, at);
  if (sign !== undefined) return { kind: 'sign', text: sign, offset: at };
  const escaped = match(ESCAPED, text, at);
  return escaped === undefined ? undefined : { kind: 'escaped', text: escaped, offset: at };
}

/** The tokens of an expression with one `end` after them; undefined where a character starts none. */
export function tokenize(text: string): Token[] | undefined {
  const tokens: Token[] = [];
  for (let at = 0; ;) {
    at += match(SPACE, text, at)?.length ?? 0;
    if (at >= text.length) break;
    const token = readToken(text, at);
    if (!token) return undefined;
    tokens.push(token);
    at += token.text.length;
  }
  tokens.push({ kind: 'end', text: '<EOF>', offset: text.length });
  return tokens;
}
