import type { CelExpr, CelProblem, MapEntry, StructField } from './expression.js';
import { balanced } from './balanced.js';
import { tokenize, type Token } from './lexer.js';
import { readLiteral } from './literals.js';
import { expandMacro, isProblem } from './macros.js';
import { syntaxProblems } from './syntax-problems.js';

/* The parser of cel-go v0.26 (CEL.g4, parser.go). */

/** A token that the grammar does not allow here. */
class UnexpectedToken extends Error {}

class RecursionLimit extends Error {}

/** How often one rule of the grammar may be inside itself, and how long a chain of operators or members may be. */
const MAX_DEPTH = 250;
const TOO_DEEP = `expression recursion limit exceeded: ${MAX_DEPTH}`;
const TOO_LONG = 'max recursion depth exceeded';
const MAX_CODE_POINTS = 100_000;

const RESERVED: ReadonlySet<string> = new Set(
  'as break const continue else false for function if import in let loop package namespace null return true var void while'.split(
    ' ',
  ),
);
const RELATIONS: ReadonlySet<string> = new Set(['<', '<=', '>=', '>', '==', '!=', 'in']);
const OPERATOR_KINDS: ReadonlySet<string> = new Set(['sign', 'keyword']);
const FACTORS: ReadonlySet<string> = new Set(['*', '/', '%']);
const TERMS: ReadonlySet<string> = new Set(['+', '-']);

class Parser {
  readonly problems: CelProblem[] = [];
  private at = 0;
  private readonly depths = new Map<string, number>();

  constructor(private readonly tokens: readonly Token[]) {}

  parse(): CelExpr {
    const result = this.expression();
    if (this.token.kind !== 'end') throw new UnexpectedToken();
    return result;
  }

  private get token(): Token {
    return this.tokens[this.at];
  }

  private peek(ahead: number): Token | undefined {
    return this.tokens[this.at + ahead];
  }

  private is(sign: string): boolean {
    const { kind, text } = this.token;
    return text === sign && (kind === 'sign' || kind === 'keyword');
  }

  private take(sign: string): Token | undefined {
    return this.is(sign) ? this.tokens[this.at++] : undefined;
  }

  private expect(sign: string): Token {
    const token = this.take(sign);
    if (!token) throw new UnexpectedToken();
    return token;
  }

  private complain(offset: number, message: string): CelExpr {
    this.problems.push({ offset, message });
    return { kind: 'literal', offset, value: null };
  }

  private enter(rule: string): void {
    const depth = (this.depths.get(rule) ?? 0) + 1;
    if (depth > MAX_DEPTH) throw new RecursionLimit(TOO_DEEP);
    this.depths.set(rule, depth);
  }

  private leave(rule: string): void {
    this.depths.set(rule, (this.depths.get(rule) ?? 0) - 1);
  }

  private call(offset: number, name: string, target: CelExpr | undefined, args: readonly CelExpr[]): CelExpr {
    const expansion = expandMacro(offset, name, target, args);
    if (!expansion) return { kind: 'call', offset, name, target, args };
    return isProblem(expansion) ? this.complain(expansion.offset ?? offset, expansion.message) : expansion;
  }

  private expression(): CelExpr {
    this.enter('expr');
    let result = this.logical('||');
    const question = this.take('?');
    if (question) {
      const first = this.logical('||');
      this.expect(':');
      const second = this.expression();
      result = this.call(question.offset, '_?_:_', undefined, [result, first, second]);
    }
    this.leave('expr');
    return result;
  }

  private logical(sign: '||' | '&&'): CelExpr {
    this.enter(sign);
    const next = (): CelExpr => (sign === '||' ? this.logical('&&') : this.relation());
    const terms = [next()];
    const offsets: number[] = [];
    for (let operator = this.take(sign); operator; operator = this.take(sign)) {
      offsets.push(operator.offset);
      terms.push(next());
    }
    this.leave(sign);
    return offsets.length === 0 ? terms[0] : balanced(`_${sign}_`, terms, offsets, 0, offsets.length - 1);
  }

  /** A chain of operators of one rank; what is right of one is a level of the grammar's rule. */
  private chain(rule: string, signs: ReadonlySet<string>, next: () => CelExpr): CelExpr {
    let result = next();
    for (let count = 1; signs.has(this.token.text) && OPERATOR_KINDS.has(this.token.kind); count++) {
      if (count > MAX_DEPTH) throw new RecursionLimit(TOO_LONG);
      const { text, offset } = this.tokens[this.at++];
      this.enter(rule);
      const name = text === 'in' ? '@in' : `_${text}_`;
      result = { kind: 'call', offset, name, target: undefined, args: [result, next()] };
      this.leave(rule);
    }
    return result;
  }

  private relation(): CelExpr {
    this.enter('relation');
    const result = this.chain('relation', RELATIONS, () => this.calculation());
    this.leave('relation');
    return result;
  }

  private calculation(): CelExpr {
    this.enter('calc');
    const factors = (): CelExpr => this.chain('calc', FACTORS, () => this.unary());
    const result = this.chain('calc', TERMS, factors);
    this.leave('calc');
    return result;
  }

  private unary(): CelExpr {
    const first = this.token;
    const sign = this.is('!') ? '!' : this.is('-') ? '-' : undefined;
    if (!sign || this.isNegativeLiteral()) return this.member();
    let count = 0;
    while (this.take(sign)) count++;
    const operand = this.member();
    return count % 2 === 0
      ? operand
      : { kind: 'call', offset: first.offset, name: `${sign}_`, target: undefined, args: [operand] };
  }

  private isNegativeLiteral(): boolean {
    const next = this.peek(1)?.kind;
    return this.is('-') && (next === 'int' || next === 'double');
  }

  private member(): CelExpr {
    this.enter('member');
    let result = this.primary();
    for (let count = 1; ; count++) {
      const dot = this.take('.');
      const bracket = dot ? undefined : this.take('[');
      if (!dot && !bracket) break;
      if (count > MAX_DEPTH) throw new RecursionLimit(TOO_LONG);
      result = dot ? this.afterDot(result, dot) : this.index(result, bracket?.offset ?? 0);
    }
    this.leave('member');
    return result;
  }

  private index(target: CelExpr, offset: number): CelExpr {
    const optional = this.take('?') !== undefined;
    const key = this.expression();
    this.expect(']');
    return { kind: 'call', offset, name: optional ? '_[?_]' : '_[_]', target: undefined, args: [target, key] };
  }

  private afterDot(target: CelExpr, dot: Token): CelExpr {
    const optional = this.take('?') !== undefined;
    const name = this.token;
    const field = this.fieldName();
    if (optional)
      return {
        kind: 'call',
        offset: dot.offset,
        name: '_?._',
        target: undefined,
        args: [target, { kind: 'literal', offset: name.offset, value: field }],
      };
    if (name.kind === 'identifier' && this.is('(')) {
      const { offset } = this.expect('(');
      return this.call(offset, field, target, this.list(')', false).items);
    }
    return { kind: 'select', offset: dot.offset, operand: target, field, testOnly: false };
  }

  private fieldName(): string {
    const { kind, text, offset } = this.token;
    if (kind !== 'identifier' && kind !== 'escaped') throw new UnexpectedToken();
    this.at++;
    if (kind === 'escaped') this.complain(offset, "unsupported syntax: '`'");
    return text;
  }

  private primary(): CelExpr {
    const { offset } = this.token;
    if (this.take('(')) {
      const result = this.expression();
      this.expect(')');
      return result;
    }
    if (this.take('[')) {
      const { items, optional } = this.list(']', true);
      return { kind: 'list', offset, elements: items, optional };
    }
    if (this.take('{')) return { kind: 'map', offset, entries: this.entries() };
    const dot = this.is('.') ? this.peek(1) : this.token;
    return dot?.kind === 'identifier' ? this.named() : this.literal();
  }

  private named(): CelExpr {
    const start = this.token.offset;
    const leading = this.take('.') ? '.' : '';
    const message = this.messageName();
    if (message !== undefined) {
      const { offset } = this.expect('{');
      return { kind: 'struct', offset, typeName: leading + message, fields: this.fields() };
    }
    const { text, offset } = this.tokens[this.at++];
    const open = this.take('(');
    const args = open ? this.list(')', false).items : [];
    if (RESERVED.has(text)) return this.complain(start, `reserved identifier: ${text}`);
    return open
      ? this.call(open.offset, leading + text, undefined, args)
      : { kind: 'ident', offset, name: leading + text };
  }

  /** The name of a message where one is made: `a.b.C{`. */
  private messageName(): string | undefined {
    let ahead = 0;
    let name = '';
    for (;;) {
      const word = this.peek(ahead);
      if (word?.kind !== 'identifier') return undefined;
      name += word.text;
      const next = this.peek(ahead + 1);
      if (next?.kind !== 'sign') return undefined;
      if (next.text === '{') break;
      if (next.text !== '.') return undefined;
      name += '.';
      ahead += 2;
    }
    this.at += ahead + 1;
    return name;
  }

  private list(close: string, literal: boolean): { readonly items: CelExpr[]; readonly optional: Set<number> } {
    const items: CelExpr[] = [];
    const optional = new Set<number>();
    while (!this.take(close)) {
      if (items.length > 0) this.expect(',');
      if (literal && this.is(',') && items.length === 0) this.expect(',');
      if (literal && this.take(close)) break;
      if (literal && this.take('?')) optional.add(items.length);
      items.push(this.expression());
    }
    return { items, optional };
  }

  private entries(): MapEntry[] {
    const entries: MapEntry[] = [];
    while (!this.take('}')) {
      if (entries.length > 0) this.expect(',');
      else this.take(',');
      if (this.take('}')) break;
      const optional = this.take('?') !== undefined;
      const key = this.expression();
      this.expect(':');
      entries.push({ key, value: this.expression(), optional });
    }
    return entries;
  }

  private fields(): StructField[] {
    const fields: StructField[] = [];
    while (!this.take('}')) {
      if (fields.length > 0) this.expect(',');
      else this.take(',');
      if (this.take('}')) break;
      const optional = this.take('?') !== undefined;
      const name = this.fieldName();
      const { offset } = this.expect(':');
      fields.push({ name, value: this.expression(), optional, offset });
    }
    return fields;
  }

  private literal(): CelExpr {
    const { offset } = this.token;
    const sign = this.isNegativeLiteral() ? this.expect('-').text : '';
    const { kind, text } = this.tokens[this.at++];
    if (kind === 'keyword' && text !== 'in')
      return { kind: 'literal', offset, value: text === 'null' ? null : text === 'true' };
    const read = readLiteral(kind, sign, text);
    if (!read) throw new UnexpectedToken();
    return 'problem' in read ? this.complain(offset, read.problem) : { kind: 'literal', offset, value: read.value };
  }
}

export type Parsed = { readonly root: CelExpr } | { readonly problems: readonly CelProblem[] };

/** Parses an expression and expands its macros. */
export function parseCel(expression: string): Parsed {
  const size = expression.length > MAX_CODE_POINTS ? Array.from(expression).length : 0;
  if (size > MAX_CODE_POINTS)
    return {
      problems: [
        {
          offset: undefined,
          message: `expression code point size exceeds limit: size: ${size}, limit ${MAX_CODE_POINTS}`,
        },
      ],
    };
  const tokens = tokenize(expression);
  if (!tokens) return { problems: syntaxProblems(expression) };
  const parser = new Parser(tokens);
  try {
    const root = parser.parse();
    return parser.problems.length > 0 ? { problems: parser.problems } : { root };
  } catch (error) {
    if (error instanceof UnexpectedToken) return { problems: syntaxProblems(expression) };
    if (error instanceof RecursionLimit) return { problems: [{ offset: undefined, message: error.message }] };
    throw error;
  }
}
