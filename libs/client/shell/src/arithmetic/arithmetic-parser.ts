import { ArithmeticFailure, type ArithmeticNode, type ArithmeticTarget } from './arithmetic-node.js';

const BINARY: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<=', '>=', '<', '>'],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
];
const OPERATORS = ['<<=', '>>=', '**', '||', '&&', '==', '!=', '<=', '>=', '<<', '>>', '++', '--', '+=', '-=', '*=', '/=', '%=', '&=', '|=', '^=', '+', '-', '*', '/', '%', '<', '>', '=', '!', '~', '&', '|', '^', '?', ':', ',', '(', ')']; // prettier-ignore
const ASSIGNMENTS = new Set(['=', '+=', '-=', '*=', '/=', '%=', '&=', '|=', '^=', '<<=', '>>=']);

type Token =
  | { readonly type: 'number'; readonly value: bigint; readonly at: number }
  | { readonly type: 'name'; readonly target: ArithmeticTarget; readonly at: number }
  | { readonly type: 'operator'; readonly text: string; readonly at: number }
  | { readonly type: 'end'; readonly at: number };

const MAX_DEPTH = 100;

/** C's integer expressions with bash's `**`, bases and assignments. Throws {@link ArithmeticFailure}. */
export function parseArithmetic(text: string): ArithmeticNode {
  const parser = new ArithmeticParser(text);
  const node = parser.parseComma();
  parser.expectEnd();
  return node;
}

class ArithmeticParser {
  private pos = 0;
  private token: Token;
  private previousAt = 0;
  private depth = 0;

  constructor(private readonly text: string) {
    this.token = this.read();
  }

  private failAt(message: string, at: number): never {
    throw new ArithmeticFailure(`${message} (error token is "${this.text.slice(at)}")`);
  }

  private advance(): Token {
    const { token } = this;
    this.previousAt = token.at;
    this.token = this.read();
    return token;
  }

  private read(): Token {
    while (/\s/.test(this.text[this.pos] ?? '')) this.pos++;
    const at = this.pos;
    const char = this.text[at];
    if (char === undefined) return { type: 'end', at };
    if (/\d/.test(char)) return this.readNumber(at);
    if (/[A-Za-z_]/.test(char)) return this.readName(at);
    const text = OPERATORS.find((operator) => this.text.startsWith(operator, at));
    if (text === undefined) this.failAt('syntax error: operand expected', at);
    this.pos += text.length;
    return { type: 'operator', text, at };
  }

  private readNumber(at: number): Token {
    const found = /[\w#@]+/y;
    found.lastIndex = at;
    const text = found.exec(this.text)?.[0] ?? '';
    this.pos += text.length;
    return { type: 'number', value: parseNumber(text), at };
  }

  private readName(at: number): Token {
    const found = /\w+/y;
    found.lastIndex = at;
    const name = found.exec(this.text)?.[0] ?? '';
    this.pos += name.length;
    if (this.text[this.pos] !== '[') return { type: 'name', target: { name }, at };
    let depth = 0;
    for (let i = this.pos; i < this.text.length; i++) {
      if (this.text[i] === '[') depth++;
      else if (this.text[i] === ']' && --depth === 0) {
        const subscript = this.text.slice(this.pos + 1, i);
        this.pos = i + 1;
        return { type: 'name', target: { name, subscript }, at };
      }
    }
    throw new ArithmeticFailure('bad array subscript');
  }

  private is(...operators: string[]): boolean {
    return this.token.type === 'operator' && operators.includes(this.token.text);
  }

  expectEnd(): void {
    if (this.token.type === 'end') return;
    const message =
      this.token.type === 'operator' && this.token.text !== '('
        ? 'syntax error: invalid arithmetic operator'
        : 'syntax error in expression';
    this.failAt(this.is(')') ? 'syntax error in expression' : message, this.token.at);
  }

  parseComma(): ArithmeticNode {
    if (++this.depth > MAX_DEPTH) throw new ArithmeticFailure('expression recursion level exceeded');
    let left = this.parseAssignment();
    while (this.is(',')) {
      this.advance();
      left = { type: 'binary', operator: ',', left, right: this.parseAssignment(), rest: '' };
    }
    this.depth--;
    return left;
  }

  private parseAssignment(): ArithmeticNode {
    const left = this.parseConditional();
    if (this.token.type !== 'operator' || !ASSIGNMENTS.has(this.token.text)) return left;
    const { text: operator, at } = this.token;
    if (left.type !== 'variable') this.failAt('attempted assignment to non-variable', at);
    this.advance();
    const from = this.token.at;
    const value = this.parseAssignment();
    return { type: 'assign', operator, target: left.target, value, rest: this.text.slice(from) };
  }

  private parseConditional(): ArithmeticNode {
    const test = this.parseBinary(0);
    if (!this.is('?')) return test;
    this.advance();
    const then = this.parseComma();
    if (!this.is(':')) this.failAt("`:' expected for conditional expression", this.token.at);
    this.advance();
    return { type: 'conditional', test, then, otherwise: this.parseAssignment() };
  }

  private parseBinary(level: number): ArithmeticNode {
    if (level >= BINARY.length) return this.parsePower();
    let left = this.parseBinary(level + 1);
    while (this.is(...BINARY[level])) {
      const operator = this.token.type === 'operator' ? this.token.text : '';
      this.advance();
      const from = this.token.at;
      const right = this.parseBinary(level + 1);
      left = { type: 'binary', operator, left, right, rest: this.text.slice(from) };
    }
    return left;
  }

  private parsePower(): ArithmeticNode {
    const left = this.parseUnary();
    if (!this.is('**')) return left;
    this.advance();
    const from = this.token.at;
    return { type: 'binary', operator: '**', left, right: this.parsePower(), rest: this.text.slice(from) };
  }

  private parseUnary(): ArithmeticNode {
    if (this.is('++', '--')) {
      const { at } = this.token;
      const by = this.is('++') ? 1n : -1n;
      this.advance();
      if (this.token.type === 'name') {
        const { target } = this.token;
        this.advance();
        return { type: 'step', target, by, prefix: true };
      }
      if (this.token.type === 'end') this.failAt('syntax error: operand expected', at);
      return this.parseUnary();
    }
    if (this.is('!', '~', '+', '-')) {
      const operator = this.token.type === 'operator' ? this.token.text : '';
      this.advance();
      return { type: 'unary', operator, operand: this.parseUnary() };
    }
    return this.parsePrimary();
  }

  private parsePrimary(): ArithmeticNode {
    const { token } = this;
    if (token.type === 'number') {
      this.advance();
      return { type: 'number', value: token.value };
    }
    if (token.type === 'name') {
      this.advance();
      if (!this.is('++', '--')) return { type: 'variable', target: token.target };
      const by = this.is('++') ? 1n : -1n;
      this.advance();
      return { type: 'step', target: token.target, by, prefix: false };
    }
    if (this.is('(')) {
      this.advance();
      const node = this.parseComma();
      if (!this.is(')')) this.failAt("missing `)'", this.previousAt);
      this.advance();
      return node;
    }
    const from = token.type === 'end' ? this.previousAt : token.at;
    return this.failAt('syntax error: operand expected', from);
  }
}

const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ@_';

function parseNumber(text: string): bigint {
  const based = /^(\d+)#(.*)$/.exec(text);
  if (based) {
    const base = Number(based[1]);
    if (base < 2 || base > 64) throw new ArithmeticFailure(`invalid arithmetic base (error token is "${text}")`);
    return digitsToNumber(text, base <= 36 ? based[2].toLowerCase() : based[2], base);
  }
  if (/^0[xX]/.test(text)) return digitsToNumber(text, text.slice(2).toLowerCase(), 16);
  if (/^0./.test(text)) return digitsToNumber(text, text.slice(1), 8);
  return digitsToNumber(text, text, 10);
}

function digitsToNumber(text: string, digits: string, base: number): bigint {
  let value = 0n;
  for (const digit of digits) {
    const index = DIGITS.indexOf(digit);
    if (index < 0 || index >= base) throw new ArithmeticFailure(`value too great for base (error token is "${text}")`);
    value = value * BigInt(base) + BigInt(index);
  }
  return BigInt.asIntN(64, value);
}
