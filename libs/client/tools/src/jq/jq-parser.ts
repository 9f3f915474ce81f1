import type { JqFunction, JqNode } from './jq-node.js';
import { JqTermParser } from './jq-term-parser.js';

const UPDATES = new Set(['=', '|=', '+=', '-=', '*=', '/=', '%=', '//=']);
const COMPARISONS = new Set(['==', '!=', '<', '<=', '>', '>=']);
/** Operators that a program can start with. */
const STARTS = new Set(['.', '..', '(', '[', '{', '-']);
const MAX_DEPTH = 300;

/** Parses a program (jq 1.6's grammar). Throws {@link JqSyntaxError}. */
export function parseJq(source: string): JqNode {
  const parser = new JqParser(source);
  return parser.parseProgram();
}

/** Parses a list of definitions. */
export function parseJqDefinitions(source: string): JqFunction[] {
  return new JqParser(source).parseDefinitions();
}

class JqParser extends JqTermParser {
  private depth = 0;

  parseProgram(): JqNode {
    if (this.atEnd()) return { type: 'identity' };
    if (this.atStray()) this.invalidStart();
    const { token } = this;
    if (token.kind === 'operator' && !STARTS.has(token.text)) this.unexpected(', expecting $end');
    const node = this.parsePipe();
    if (this.atStray()) this.invalidStart();
    if (!this.atEnd()) this.unexpected(', expecting $end');
    return node;
  }

  parseDefinitions(): JqFunction[] {
    const definitions: JqFunction[] = [];
    while (this.isWord('def')) definitions.push(this.parseDefinition());
    if (this.token.kind !== 'end') this.unexpected();
    return definitions;
  }

  protected parseDefinition(): JqFunction {
    this.expect('def');
    const name = this.token.kind === 'word' ? this.token.text : this.unexpected();
    this.index++;
    const parameters: string[] = [];
    if (this.accept('(')) {
      do {
        const { token } = this;
        if (token.kind === 'word') parameters.push(token.text);
        else if (token.kind === 'variable') parameters.push(`$${token.name}`);
        else this.unexpected();
        this.index++;
      } while (this.accept(';'));
      this.expect(')');
    }
    this.expect(':');
    const body = this.parsePipe();
    this.expect(';');
    return { name, parameters, body };
  }

  protected parsePipe(): JqNode {
    if (++this.depth > MAX_DEPTH) this.unexpected();
    try {
      if (this.isWord('def')) {
        const definition = this.parseDefinition();
        return { type: 'function', definition, rest: this.parsePipe() };
      }
      const left = this.parseComma();
      if (this.accept('as')) return this.parseBinding(left);
      return this.accept('|') ? { type: 'pipe', left, right: this.parsePipe() } : left;
    } finally {
      this.depth--;
    }
  }

  protected parseBinding(source: JqNode): JqNode {
    const patterns = [this.parsePattern()];
    while (this.accept('?//')) patterns.push(this.parsePattern());
    this.expect('|');
    return { type: 'bind', source, patterns, body: this.parsePipe() };
  }

  private parseComma(): JqNode {
    let left = this.parseUpdate();
    while (this.accept(',')) left = { type: 'comma', left, right: this.parseUpdate() };
    return left;
  }

  private parseUpdate(): JqNode {
    const left = this.parseAlternative();
    const { token } = this;
    if (token.kind !== 'operator' || !UPDATES.has(token.text)) return left;
    this.index++;
    return { type: 'update', operator: token.text, left, right: this.parseAlternative() };
  }

  private parseAlternative(): JqNode {
    const left = this.parseOr();
    return this.accept('//') ? { type: 'alternative', left, right: this.parseAlternative() } : left;
  }

  private parseOr(): JqNode {
    let left = this.parseAnd();
    while (this.accept('or')) left = { type: 'or', left, right: this.parseAnd() };
    return left;
  }

  private parseAnd(): JqNode {
    let left = this.parseComparison();
    while (this.accept('and')) left = { type: 'and', left, right: this.parseComparison() };
    return left;
  }

  private parseComparison(): JqNode {
    const left = this.parseSum();
    const { token } = this;
    if (token.kind !== 'operator' || !COMPARISONS.has(token.text)) return left;
    this.index++;
    const right = this.parseSum();
    if (this.token.kind === 'operator' && COMPARISONS.has(this.token.text)) this.unexpected();
    return { type: 'binary', operator: token.text, left, right };
  }

  private parseSum(): JqNode {
    let left = this.parseProduct();
    while (this.isOperator('+') || this.isOperator('-')) {
      const operator = this.isOperator('+') ? '+' : '-';
      this.index++;
      left = { type: 'binary', operator, left, right: this.parseProduct() };
    }
    return left;
  }

  private parseProduct(): JqNode {
    let left = this.parseUnary();
    for (;;) {
      const operator = ['*', '/', '%'].find((text) => this.isOperator(text));
      if (operator === undefined) return left;
      this.index++;
      left = { type: 'binary', operator, left, right: this.parseUnary() };
    }
  }

  private parseUnary(): JqNode {
    if (this.accept('-')) return { type: 'negate', operand: this.parseUnary() };
    if (this.accept('reduce')) return this.parseReduce();
    if (this.accept('foreach')) return this.parseForeach();
    if (this.accept('if')) return this.parsePostfix(this.parseIf());
    if (this.accept('try')) {
      const body = this.parsePostTry();
      return this.accept('catch') ? { type: 'try', body, handler: this.parsePostTry() } : { type: 'try', body };
    }
    if (this.accept('label')) {
      const name = this.variableName();
      this.expect('|');
      return { type: 'label', name, body: this.parsePipe() };
    }
    return this.parsePostfix(this.parseTerm());
  }

  private parsePostTry(): JqNode {
    if (this.accept('reduce')) return this.parseReduce();
    if (this.accept('foreach')) return this.parseForeach();
    if (this.accept('if')) return this.parsePostfix(this.parseIf());
    return this.parsePostfix(this.parseTerm());
  }

  private parseReduce(): JqNode {
    const source = this.parsePostfix(this.parseTerm(), false);
    this.expect('as');
    const pattern = this.parsePattern();
    this.expect('(');
    const init = this.parsePipe();
    this.expect(';');
    const update = this.parsePipe();
    this.expect(')');
    return this.parsePostfix({ type: 'reduce', source, pattern, init, update });
  }

  private parseForeach(): JqNode {
    const source = this.parsePostfix(this.parseTerm(), false);
    this.expect('as');
    const pattern = this.parsePattern();
    this.expect('(');
    const init = this.parsePipe();
    this.expect(';');
    const update = this.parsePipe();
    const extract = this.accept(';') ? this.parsePipe() : undefined;
    this.expect(')');
    return this.parsePostfix({ type: 'foreach', source, pattern, init, update, ...(extract ? { extract } : {}) });
  }

  private parseIf(start = this.index - 1): JqNode {
    const test = this.parsePipe();
    this.expect('then');
    const { at } = this.tokens[start];
    return this.foreseen("Possibly unterminated 'if' statement", at, () => this.parseBranches(test, start));
  }

  private parseBranches(test: JqNode, start: number): JqNode {
    const then = this.parsePipe();
    if (this.accept('elif')) return { type: 'if', test, then, otherwise: this.parseIf(start) };
    this.expect('else');
    const otherwise = this.parsePipe();
    this.expect('end');
    return { type: 'if', test, then, otherwise };
  }

  protected interpolated(source: string, offset: number): JqNode {
    return new JqParser(source, offset, this.whole).parseInterpolation();
  }

  private parseInterpolation(): JqNode {
    const node = this.parsePipe();
    if (this.token.kind !== 'end') this.unexpected();
    return node;
  }

  protected parseObjectValue(): JqNode {
    let value: JqNode = this.parseAlternativeWithoutComma();
    while (this.accept('|')) value = { type: 'pipe', left: value, right: this.parseAlternativeWithoutComma() };
    return value;
  }

  private parseAlternativeWithoutComma(): JqNode {
    return this.parseAlternative();
  }
}
