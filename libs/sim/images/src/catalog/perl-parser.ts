import { perlTokens } from './perl-tokens.js';
import { PerlUnknownError, type PerlExpression, type PerlStatement, type PerlToken } from './perl-syntax.js';

const LEVELS: readonly (readonly string[])[] = [
  ['||', 'or'],
  ['&&', 'and'],
  ['==', '!=', 'eq', 'ne'],
  ['<', '>', '<=', '>=', 'lt', 'gt'],
  ['+', '-', '.'],
  ['*', '/', '%', 'x'],
];
const COMMANDS = new Set(['print', 'say', 'sleep', 'exit', 'die', 'warn']);
const FUNCTIONS = new Set(['bpi', 'time', 'int', 'sqrt', 'abs', 'length', 'uc', 'lc', 'join', 'not']);
const MODIFIERS = new Set(['if', 'unless', 'while', 'for', 'foreach']);
const ONE: PerlExpression = { kind: 'number', value: 1 };

/** Reads the Perl of one-liners; anything beyond is thrown out. */
class PerlParser {
  private at = 0;
  constructor(private readonly tokens: readonly PerlToken[]) {}

  statements(end?: string): PerlStatement[] {
    const all: PerlStatement[] = [];
    for (;;) {
      while (this.take(';'));
      if (this.at >= this.tokens.length && end === undefined) return all;
      if (end !== undefined && this.take(end)) return all;
      all.push(...this.statement());
    }
  }

  private get text(): string {
    const token = this.tokens[this.at] as PerlToken | undefined;
    return token && 'text' in token ? token.text : '';
  }

  private take(text: string): boolean {
    if (this.text !== text) return false;
    this.at++;
    return true;
  }

  private expect(text: string): void {
    if (!this.take(text)) throw new PerlUnknownError();
  }

  private block(): PerlStatement[] {
    this.expect('{');
    return this.statements('}');
  }

  private condition(): PerlExpression {
    this.expect('(');
    const condition = this.expression();
    this.expect(')');
    return condition;
  }

  private statement(): PerlStatement[] {
    if (this.take('use') || this.take('no')) {
      while (this.at < this.tokens.length && this.text !== ';') this.at++;
      return [];
    }
    if (this.take('if')) return [this.branch()];
    if (this.take('unless')) {
      const condition = this.condition();
      return [{ kind: 'if', condition, then: [], else: this.block() }];
    }
    if (this.take('while')) {
      const condition = this.text === '(' && this.tokens[this.at + 1] ? this.condition() : ONE;
      return [{ kind: 'while', condition, body: this.block() }];
    }
    if (this.take('for') || this.take('foreach')) {
      this.take('my');
      const name = this.text === '(' ? '_' : this.variable();
      this.expect('(');
      const [from, to] = this.range();
      this.expect(')');
      return [{ kind: 'for', name, from, to, body: this.block() }];
    }
    return [this.modified(this.simple())];
  }

  private branch(): PerlStatement {
    const condition = this.condition();
    const then = this.block();
    if (this.take('elsif')) return { kind: 'if', condition, then, else: [this.branch()] };
    return { kind: 'if', condition, then, else: this.take('else') ? this.block() : [] };
  }

  private range(): readonly [PerlExpression, PerlExpression] {
    const from = this.expression();
    this.expect('..');
    return [from, this.expression()];
  }

  private modified(statement: PerlStatement): PerlStatement {
    const body = [statement];
    if (this.take('if')) return { kind: 'if', condition: this.expression(), then: body, else: [] };
    if (this.take('unless')) return { kind: 'if', condition: this.expression(), then: [], else: body };
    if (this.take('while')) return { kind: 'while', condition: this.expression(), body };
    if (this.take('for') || this.take('foreach')) {
      const parenthesised = this.take('(');
      const [from, to] = this.range();
      if (parenthesised) this.expect(')');
      return { kind: 'for', name: '_', from, to, body };
    }
    return statement;
  }

  private variable(): string {
    const token = this.tokens[this.at++] as PerlToken | undefined;
    if (token?.kind !== 'variable') throw new PerlUnknownError();
    return token.name;
  }

  private simple(): PerlStatement {
    const word = this.text;
    if (COMMANDS.has(word)) {
      this.at++;
      return { kind: 'command', name: word, list: this.list() };
    }
    this.take('my');
    const name = this.variable();
    const variable: PerlExpression = { kind: 'variable', name };
    const changed = (operator: string, right: PerlExpression): PerlStatement => ({
      kind: 'assign',
      name,
      value: { kind: 'binary', operator, left: variable, right },
    });
    if (this.take('=')) return { kind: 'assign', name, value: this.expression() };
    for (const operator of ['+', '-', '*', '.'])
      if (this.take(`${operator}=`)) return changed(operator, this.expression());
    if (this.take('++')) return changed('+', ONE);
    if (this.take('--')) return changed('-', ONE);
    return { kind: 'assign', name, value: undefined };
  }

  /** Expressions with commas between them, in parentheses or not, up to the end of the statement. */
  private list(): PerlExpression[] {
    const start = this.at;
    if (this.take('(')) {
      const inside = this.items(')');
      if (this.take(')') && this.endsStatement()) return inside;
      this.at = start;
    }
    return this.items(';');
  }

  private endsStatement(): boolean {
    return this.at >= this.tokens.length || [';', '}'].includes(this.text) || MODIFIERS.has(this.text);
  }

  private items(end: string): PerlExpression[] {
    const items: PerlExpression[] = [];
    while (!this.endsStatement() && this.text !== end) {
      items.push(this.expression());
      if (!this.take(',')) break;
    }
    return items;
  }

  private expression(): PerlExpression {
    const condition = this.binary(0);
    if (!this.take('?')) return condition;
    const then = this.expression();
    this.expect(':');
    return { kind: 'choice', if: condition, then, else: this.expression() };
  }

  private binary(level: number): PerlExpression {
    if (level >= LEVELS.length) return this.power();
    let left = this.binary(level + 1);
    while (this.tokens[this.at] && LEVELS[level].includes(this.text)) {
      const operator = this.text;
      this.at++;
      left = { kind: 'binary', operator, left, right: this.binary(level + 1) };
    }
    return left;
  }

  private power(): PerlExpression {
    if (this.take('-'))
      return { kind: 'binary', operator: '-', left: { kind: 'number', value: 0 }, right: this.power() };
    if (this.take('!')) return { kind: 'call', name: 'not', list: [this.power()] };
    const left = this.primary();
    return this.take('**') ? { kind: 'binary', operator: '**', left, right: this.power() } : left;
  }

  private primary(): PerlExpression {
    if (this.take('(')) {
      const inside = this.expression();
      this.expect(')');
      return inside;
    }
    const token = this.tokens[this.at++] as PerlToken | undefined;
    if (token?.kind === 'text' || token?.kind === 'number' || token?.kind === 'variable') return token;
    if (token?.kind !== 'word' || !FUNCTIONS.has(token.text)) throw new PerlUnknownError();
    if (!this.take('(')) return { kind: 'call', name: token.text, list: token.text === 'time' ? [] : [this.power()] };
    const list = this.items(')');
    this.expect(')');
    return { kind: 'call', name: token.text, list };
  }
}

export const parsePerl = (source: string): readonly PerlStatement[] => new PerlParser(perlTokens(source)).statements();
