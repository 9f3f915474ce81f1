import { AwkSyntaxError } from './awk-node.js';

export interface AwkToken {
  readonly kind: 'number' | 'string' | 'regex' | 'name' | 'function-name' | 'word' | 'operator' | 'newline' | 'end';
  readonly text: string;
  readonly line: number;
}

const WORDS = new Set(['BEGIN', 'END', 'function', 'func', 'if', 'else', 'while', 'for', 'do', 'break', 'continue', 'next', 'nextfile', 'exit', 'return', 'delete', 'in', 'getline', 'print', 'printf']); // prettier-ignore
const OPERATORS = ['**=', '**', '^=', '+=', '-=', '*=', '/=', '%=', '==', '<=', '>=', '!=', '++', '--', '&&', '||', '>>', '!~', '{', '}', '(', ')', '[', ']', ';', ',', '+', '-', '*', '/', '%', '^', '!', '>', '<', '|', '?', ':', '~', '$', '=']; // prettier-ignore
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\\': '\\', '"': '"', '/': '/', a: '\u0007', b: '\b', f: '\f', v: '\v' }; // prettier-ignore

/** Escapes of awk's strings. */
export function unescapeAwk(text: string): string {
  return text.replace(/\\([0-7]{1,3}|[^])/g, (whole, escape: string) => {
    if (/^[0-7]/.test(escape)) return String.fromCharCode(Number.parseInt(escape, 8));
    return ESCAPES[escape] ?? whole;
  });
}

/** Reads a program into tokens. A slash starts an expression where no operand stands before it. */
export function tokenizeAwk(source: string): AwkToken[] {
  const tokens: AwkToken[] = [];
  let pos = 0;
  let line = 1;
  const push = (kind: AwkToken['kind'], text: string): void => {
    tokens.push({ kind, text, line });
  };
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = pos;
    return pattern.exec(source)?.[0];
  };
  while (pos < source.length) {
    const blank = match(/(?:[ \t\r]|\\\r?\n|#[^\n]*)+/y);
    if (blank !== undefined) {
      line += blank.split('\n').length - 1;
      pos += blank.length;
      continue;
    }
    const char = source[pos];
    if (char === '\n') {
      push('newline', '\n');
      line++;
      pos++;
      continue;
    }
    const number = match(/0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/y);
    if (number !== undefined) {
      push('number', number);
      pos += number.length;
      continue;
    }
    const name = match(/[A-Za-z_]\w*/y);
    if (name !== undefined) {
      pos += name.length;
      push(WORDS.has(name) ? 'word' : source[pos] === '(' ? 'function-name' : 'name', name);
      continue;
    }
    if (char === '"') {
      const text = match(/"(?:\\[^]|[^"\\\n])*"/y);
      if (text === undefined)
        throw new AwkSyntaxError(`runaway string constant ${source.slice(pos).split('\n')[0]} ...`, line);
      push('string', unescapeAwk(text.slice(1, -1)));
      pos += text.length;
      continue;
    }
    if (char === '/' && !endsOperand(tokens.at(-1))) {
      const text = match(/\/(?:\\[^]|\[\^?\]?(?:\[:\w+:\]|[^\]\n])*\]|[^/\\\n[])*\//y);
      if (text === undefined)
        throw new AwkSyntaxError(`runaway regular expression ${source.slice(pos).split('\n')[0]} ...`, line);
      push('regex', text.slice(1, -1).replace(/\\\//g, '/'));
      pos += text.length;
      continue;
    }
    const operator = OPERATORS.find((candidate) => source.startsWith(candidate, pos));
    if (operator === undefined) throw new AwkSyntaxError(`unexpected character '${char}'`, line);
    push('operator', operator);
    pos += operator.length;
  }
  push('newline', '\n');
  push('end', '');
  return tokens;
}

function endsOperand(token: AwkToken | undefined): boolean {
  if (!token) return false;
  if (['number', 'string', 'name', 'regex'].includes(token.kind)) return true;
  return (token.kind === 'operator' && [')', ']', '$', '++', '--'].includes(token.text)) || token.text === 'getline';
}
