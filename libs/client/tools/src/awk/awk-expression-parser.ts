import { AwkSyntaxError, type AwkExpression } from './awk-node.js';
import { AwkTokenReader } from './awk-token-reader.js';

const ASSIGNMENTS = new Set(['=', '+=', '-=', '*=', '/=', '%=', '^=', '**=']);
const COMPARISONS = new Set(['<', '<=', '==', '!=', '>', '>=']);
export const MAX_DEPTH = 300;

/** Parses expressions, by falling precedence. */
export class AwkExpressionParser extends AwkTokenReader {
  protected depth = 0;

  /** Inside `print a, b > c` a `>` is a redirection, not a comparison. */
  protected noGreater = false;

  protected parseList(end: string): AwkExpression[] {
    const items: AwkExpression[] = [];
    this.skipNewlines();
    while (!this.accept(end)) {
      items.push(this.parseExpression());
      this.skipNewlines();
      if (!this.is(end)) this.expect(',');
      this.skipNewlines();
    }
    return items;
  }

  parseExpression(): AwkExpression {
    if (++this.depth > MAX_DEPTH) this.fail();
    try {
      const left = this.parseConditional();
      const target = left.type === 'variable' || left.type === 'element' || left.type === 'field';
      if (!target || this.token.kind !== 'operator' || !ASSIGNMENTS.has(this.token.text)) return left;
      const operator = this.token.text;
      this.index++;
      this.skipNewlines();
      return { type: 'assign', operator, target: left, value: this.parseExpression() };
    } finally {
      this.depth--;
    }
  }

  protected parseConditional(): AwkExpression {
    const test = this.parseOr();
    if (!this.accept('?')) return test;
    this.skipNewlines();
    const then = this.parseExpression();
    this.skipNewlines();
    this.expect(':');
    this.skipNewlines();
    return { type: 'conditional', test, then, otherwise: this.parseExpression() };
  }

  protected parseOr(): AwkExpression {
    let left = this.parseAnd();
    while (this.accept('||')) {
      this.skipNewlines();
      left = { type: 'binary', operator: '||', left, right: this.parseAnd() };
    }
    return left;
  }

  protected parseAnd(): AwkExpression {
    let left = this.parseIn();
    while (this.accept('&&')) {
      this.skipNewlines();
      left = { type: 'binary', operator: '&&', left, right: this.parseIn() };
    }
    return left;
  }

  protected parseIn(): AwkExpression {
    let left = this.parseMatch();
    while (this.accept('in')) {
      left = { type: 'in', keys: [left], name: this.token.text };
      this.index++;
    }
    return left;
  }

  protected parseMatch(): AwkExpression {
    let left = this.parseComparison();
    while (this.is('~') || this.is('!~')) {
      const negated = this.is('!~');
      this.index++;
      left = { type: 'match', negated, left, right: this.parseComparison() };
    }
    return left;
  }

  protected parseComparison(): AwkExpression {
    const left = this.parseConcatenation(false);
    const { token } = this;
    // In a print `>` always writes to a file.
    if (this.noGreater && this.is('>=')) throw new AwkSyntaxError('syntax error at or near =', token.line);
    if (token.kind !== 'operator' || !COMPARISONS.has(token.text) || (this.noGreater && token.text === '>')) {
      return this.parsePipedGetline(left);
    }
    this.index++;
    return { type: 'binary', operator: token.text, left, right: this.parseConcatenation(false) };
  }

  protected parsePipedGetline(left: AwkExpression): AwkExpression {
    let node = left;
    while (this.is('|') && this.tokens[this.index + 1].text === 'getline') {
      this.index += 2;
      const target = this.optionalTarget();
      node = { type: 'getline', command: node, ...(target ? { target } : {}) };
    }
    return node;
  }

  protected optionalTarget(): AwkExpression | undefined {
    return this.is('$') || this.token.kind === 'name' ? this.parseIncrement() : undefined;
  }

  protected startsOperand(): boolean {
    const { token } = this;
    if (['number', 'string', 'regex', 'name', 'function-name'].includes(token.kind)) return true;
    return token.kind === 'operator' && ['$', '!', '(', '-', '+', '++', '--'].includes(token.text);
  }

  protected parseConcatenation(forTarget: boolean): AwkExpression {
    let left = this.parseSum();
    // A sign after an operand is arithmetic, which parseSum has taken already.
    while (this.startsOperand() && !this.is('-') && !this.is('+') && !(forTarget && this.is('('))) {
      left = { type: 'binary', operator: ' ', left, right: this.parseSum() };
    }
    return left;
  }

  protected parseSum(): AwkExpression {
    let left = this.parseProduct();
    while (this.is('+') || this.is('-')) {
      const operator = this.token.text;
      this.index++;
      left = { type: 'binary', operator, left, right: this.parseProduct() };
    }
    return left;
  }

  protected parseProduct(): AwkExpression {
    let left = this.parseUnary();
    while (this.is('*') || this.is('/') || this.is('%')) {
      const operator = this.token.text;
      this.index++;
      left = { type: 'binary', operator, left, right: this.parseUnary() };
    }
    return left;
  }

  protected parseUnary(): AwkExpression {
    for (const operator of ['!', '-', '+'])
      if (this.accept(operator)) return { type: 'unary', operator, operand: this.parseUnary() };
    return this.parsePower();
  }

  protected parsePower(): AwkExpression {
    const left = this.parseIncrement();
    if (!this.accept('^') && !this.accept('**')) return left;
    const right = this.is('-') || this.is('+') || this.is('!') ? this.parseUnary() : this.parsePower();
    return { type: 'binary', operator: '^', left, right };
  }

  protected parseIncrement(): AwkExpression {
    for (const [operator, by] of [
      ['++', 1],
      ['--', -1],
    ] as const)
      if (this.accept(operator)) return { type: 'step', by, prefix: true, target: this.parseIncrement() };
    const operand = this.parsePrimary();
    if (!['variable', 'element', 'field'].includes(operand.type)) return operand;
    if (this.accept('++')) return { type: 'step', by: 1, prefix: false, target: operand };
    if (this.accept('--')) return { type: 'step', by: -1, prefix: false, target: operand };
    return operand;
  }

  protected parsePrimary(): AwkExpression {
    const { token } = this;
    this.index++;
    switch (token.kind) {
      case 'number':
        return { type: 'number', value: Number(token.text) };
      case 'string':
        return { type: 'string', value: token.text };
      case 'regex':
        return { type: 'regex', source: token.text };
      case 'function-name':
        return this.parseCall(token.text);
      case 'name':
        if (this.accept('[')) return { type: 'element', name: token.text, keys: this.parseInBrackets(']') };
        if (token.text === 'length') return { type: 'call', name: 'length', args: [] };
        return { type: 'variable', name: token.text };
      default:
        if (token.text === '$') return { type: 'field', index: this.parseIncrementOfField() };
        if (token.text === '(') return this.parseGroup();
        if (token.text === 'getline') return this.parseGetline();
        this.index--;
        return this.fail();
    }
  }

  protected parseIncrementOfField(): AwkExpression {
    for (const operator of ['-', '+', '!'])
      if (this.accept(operator)) return { type: 'unary', operator, operand: this.parseIncrementOfField() };
    for (const [operator, by] of [
      ['++', 1],
      ['--', -1],
    ] as const)
      if (this.accept(operator)) return { type: 'step', by, prefix: true, target: this.parsePrimary() };
    return this.parsePrimary();
  }

  protected parseInBrackets(end: string): AwkExpression[] {
    const before = this.noGreater;
    this.noGreater = false;
    const list = this.parseList(end);
    this.noGreater = before;
    return list;
  }

  protected parseCall(name: string): AwkExpression {
    this.expect('(');
    return { type: 'call', name, args: this.parseInBrackets(')') };
  }

  protected parseGroup(): AwkExpression {
    const list = this.parseInBrackets(')');
    if (list.length === 1) return list[0];
    if (list.length > 1 && this.accept('in')) {
      const name = this.token.text;
      this.index++;
      return { type: 'in', keys: list, name };
    }
    return this.fail();
  }

  protected parseGetline(): AwkExpression {
    const target = this.optionalTarget();
    const head = { type: 'getline' as const, ...(target ? { target } : {}) };
    if (!this.accept('<')) return head;
    return { ...head, from: this.parseConcatenation(true) };
  }
}
