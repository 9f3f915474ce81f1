import { tokenizeAwk, type AwkToken } from './awk-lexer.js';
import { AwkSyntaxError, type AwkExpression, type AwkFunction, type AwkProgram, type AwkRule, type AwkStatement } from './awk-node.js'; // prettier-ignore

const ASSIGNMENTS = new Set(['=', '+=', '-=', '*=', '/=', '%=', '^=', '**=']);
const COMPARISONS = new Set(['<', '<=', '==', '!=', '>', '>=']);
const MAX_DEPTH = 300;

/** Parses a program. Throws {@link AwkSyntaxError}. */
export function parseAwk(source: string): AwkProgram {
  return new AwkParser(tokenizeAwk(source)).parseProgram();
}

class AwkParser {
  private index = 0;
  private depth = 0;
  /** Inside `print a, b > c` a `>` is a redirection, not a comparison. */
  private noGreater = false;

  constructor(private readonly tokens: readonly AwkToken[]) {}

  private get token(): AwkToken {
    return this.tokens[this.index];
  }

  private is(text: string): boolean {
    return (this.token.kind === 'operator' || this.token.kind === 'word') && this.token.text === text;
  }

  private accept(text: string): boolean {
    if (!this.is(text)) return false;
    this.index++;
    return true;
  }

  private fail(): never {
    const { token } = this;
    if (token.kind === 'end' || (!this.is('}') && this.tokens[this.index + 1]?.kind === 'end'))
      throw new AwkSyntaxError('missing } near end of file', token.line + 1);
    if (this.is('}') && this.openParentheses() > 0) throw new AwkSyntaxError('missing ) near }', token.line);
    const near = token.kind === 'newline' ? 'end of line' : token.text;
    throw new AwkSyntaxError(`syntax error at or near ${near}`, token.line);
  }

  private openParentheses(): number {
    let open = 0;
    for (const { kind, text } of this.tokens.slice(0, this.index))
      if (kind === 'operator') open += text === '(' ? 1 : text === ')' ? -1 : 0;
    return open;
  }

  private expect(text: string): void {
    if (!this.accept(text)) this.fail();
  }

  private skipNewlines(): void {
    while (this.token.kind === 'newline') this.index++;
  }

  private skipTerminators(): void {
    while (this.token.kind === 'newline' || this.is(';')) this.index++;
  }

  parseProgram(): AwkProgram {
    const rules: AwkRule[] = [];
    const functions = new Map<string, AwkFunction>();
    for (;;) {
      this.skipTerminators();
      if (this.token.kind === 'end') return { rules, functions };
      if (this.is('}')) {
        const { line } = this.token;
        throw new AwkSyntaxError(`extra '}'\nawk: line ${line}: syntax error at or near end of line`, line);
      }
      if (this.is('function') || this.is('func')) {
        const definition = this.parseFunction();
        functions.set(definition.name, definition);
      } else rules.push(this.parseRule());
    }
  }

  private parseFunction(): AwkFunction {
    this.index++;
    const name = this.token.text;
    this.index++;
    this.expect('(');
    const parameters: string[] = [];
    while (!this.accept(')')) {
      parameters.push(this.token.text);
      this.index++;
      if (this.accept(',')) this.skipNewlines();
    }
    this.skipNewlines();
    return { name, parameters, body: this.parseBlock() };
  }

  private parseRule(): AwkRule {
    if (this.accept('BEGIN')) return { pattern: 'BEGIN', body: this.parseBlock() };
    if (this.accept('END')) return { pattern: 'END', body: this.parseBlock() };
    if (this.is('{')) return { body: this.parseBlock() };
    const from = this.parseExpression();
    let to: AwkExpression | undefined;
    if (this.accept(',')) {
      this.skipNewlines();
      to = this.parseExpression();
    }
    const pattern = { from, ...(to ? { to } : {}) };
    if (this.is('{')) return { pattern, body: this.parseBlock() };
    if (this.token.kind !== 'newline' && !this.is(';')) this.fail();
    return { pattern };
  }

  private parseBlock(): AwkStatement {
    this.expect('{');
    const body: AwkStatement[] = [];
    for (;;) {
      this.skipTerminators();
      if (this.accept('}')) return { type: 'block', body };
      if (this.token.kind === 'end') this.fail();
      body.push(this.parseStatement());
    }
  }

  private endSimple(): void {
    if (this.is('}') || this.token.kind === 'end') return;
    if (this.token.kind === 'newline' || this.is(';')) this.index++;
    else this.fail();
  }

  private parseStatement(): AwkStatement {
    if (++this.depth > MAX_DEPTH) this.fail();
    try {
      return this.parseAnyStatement();
    } finally {
      this.depth--;
    }
  }

  private parseAnyStatement(): AwkStatement {
    if (this.is('{')) return this.parseBlock();
    if (this.accept(';')) return { type: 'block', body: [] };
    if (this.accept('if')) return this.parseIf();
    if (this.accept('while')) {
      this.expect('(');
      const test = this.parseExpression();
      this.expect(')');
      if (this.accept(';')) return { type: 'while', test, body: { type: 'block', body: [] } };
      this.skipNewlines();
      return { type: 'while', test, body: this.parseStatement() };
    }
    if (this.accept('do')) {
      this.skipNewlines();
      const body = this.parseStatement();
      this.skipTerminators();
      this.expect('while');
      this.expect('(');
      const test = this.parseExpression();
      this.expect(')');
      this.endSimple();
      return { type: 'do', test, body };
    }
    if (this.accept('for')) return this.parseFor();
    const statement = this.parseSimple();
    this.endSimple();
    return statement;
  }

  private parseIf(): AwkStatement {
    this.expect('(');
    const test = this.parseExpression();
    this.expect(')');
    this.skipNewlines();
    const then = this.parseStatement();
    const mark = this.index;
    this.skipTerminators();
    if (!this.accept('else')) {
      this.index = mark;
      return { type: 'if', test, then };
    }
    this.skipNewlines();
    return { type: 'if', test, then, otherwise: this.parseStatement() };
  }

  private parseFor(): AwkStatement {
    this.expect('(');
    if (
      this.token.kind === 'name' &&
      this.tokens[this.index + 1].text === 'in' &&
      this.tokens[this.index + 3]?.text === ')'
    ) {
      // prettier-ignore
      const variable = this.token.text;
      const array = this.tokens[this.index + 2].text;
      this.index += 4;
      this.skipNewlines();
      return { type: 'for-in', variable, array, body: this.parseStatement() };
    }
    const init = this.is(';') ? undefined : this.parseSimple();
    this.expect(';');
    this.skipNewlines();
    const test = this.is(';') ? undefined : this.parseExpression();
    this.expect(';');
    this.skipNewlines();
    const step = this.is(')') ? undefined : this.parseSimple();
    this.expect(')');
    const head = {
      type: 'for' as const,
      ...(init ? { init } : {}),
      ...(test ? { test } : {}),
      ...(step ? { step } : {}),
    };
    if (this.accept(';')) return { ...head, body: { type: 'block', body: [] } };
    this.skipNewlines();
    return { ...head, body: this.parseStatement() };
  }

  private parseSimple(): AwkStatement {
    for (const type of ['next', 'nextfile', 'break', 'continue'] as const) if (this.accept(type)) return { type };
    for (const type of ['exit', 'return'] as const)
      if (this.accept(type)) {
        const ends = this.token.kind === 'newline' || this.is(';') || this.is('}');
        return ends ? { type } : { type, value: this.parseExpression() };
      }
    if (this.accept('delete')) {
      const name = this.token.text;
      this.index++;
      if (!this.accept('[')) return { type: 'delete', name };
      const keys = this.parseList(']');
      return { type: 'delete', name, keys };
    }
    if (this.is('print') || this.is('printf')) return this.parsePrint();
    return { type: 'expression', expression: this.parseExpression() };
  }

  private parsePrint(): AwkStatement {
    const type = this.token.text === 'printf' ? 'printf' : 'print';
    this.index++;
    const before = this.noGreater;
    this.noGreater = true;
    let args: AwkExpression[] = [];
    if (!this.endsPrint()) args = this.parsePrintArguments();
    this.noGreater = before;
    const operator = ['>', '>>', '|'].find((text) => this.is(text));
    if (operator === undefined) return { type, args };
    this.index++;
    return { type, args, redirect: { operator, target: this.parseRedirectTarget() } };
  }

  /** `print > x ? "a" : "b"` writes to what the condition chooses, as in mawk. */
  private parseRedirectTarget(): AwkExpression {
    const before = this.noGreater;
    this.noGreater = true;
    const target = this.parseConditional();
    this.noGreater = before;
    return target;
  }

  private endsPrint(): boolean {
    return this.token.kind === 'newline' || [';', '}', '>', '>>', '|'].some((text) => this.is(text));
  }

  /** `print (a, b) > c`: parentheses around the whole list are no grouping. */
  private parsePrintArguments(): AwkExpression[] {
    const start = this.index;
    if (this.accept('(')) {
      this.noGreater = false;
      const args = this.parseList(')');
      this.noGreater = true;
      if (this.endsPrint() && args.length > 0) return args;
      this.index = start;
    }
    const args = [this.parseExpression()];
    while (this.accept(',')) {
      this.skipNewlines();
      args.push(this.parseExpression());
    }
    return args;
  }

  private parseList(end: string): AwkExpression[] {
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

  private parseConditional(): AwkExpression {
    const test = this.parseOr();
    if (!this.accept('?')) return test;
    this.skipNewlines();
    const then = this.parseExpression();
    this.skipNewlines();
    this.expect(':');
    this.skipNewlines();
    return { type: 'conditional', test, then, otherwise: this.parseExpression() };
  }

  private parseOr(): AwkExpression {
    let left = this.parseAnd();
    while (this.accept('||')) {
      this.skipNewlines();
      left = { type: 'binary', operator: '||', left, right: this.parseAnd() };
    }
    return left;
  }

  private parseAnd(): AwkExpression {
    let left = this.parseIn();
    while (this.accept('&&')) {
      this.skipNewlines();
      left = { type: 'binary', operator: '&&', left, right: this.parseIn() };
    }
    return left;
  }

  private parseIn(): AwkExpression {
    let left = this.parseMatch();
    while (this.accept('in')) {
      left = { type: 'in', keys: [left], name: this.token.text };
      this.index++;
    }
    return left;
  }

  private parseMatch(): AwkExpression {
    let left = this.parseComparison();
    while (this.is('~') || this.is('!~')) {
      const negated = this.is('!~');
      this.index++;
      left = { type: 'match', negated, left, right: this.parseComparison() };
    }
    return left;
  }

  private parseComparison(): AwkExpression {
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

  private parsePipedGetline(left: AwkExpression): AwkExpression {
    let node = left;
    while (this.is('|') && this.tokens[this.index + 1].text === 'getline') {
      this.index += 2;
      const target = this.optionalTarget();
      node = { type: 'getline', command: node, ...(target ? { target } : {}) };
    }
    return node;
  }

  private optionalTarget(): AwkExpression | undefined {
    return this.is('$') || this.token.kind === 'name' ? this.parseIncrement() : undefined;
  }

  private startsOperand(): boolean {
    const { token } = this;
    if (['number', 'string', 'regex', 'name', 'function-name'].includes(token.kind)) return true;
    return token.kind === 'operator' && ['$', '!', '(', '-', '+', '++', '--'].includes(token.text);
  }

  private parseConcatenation(forTarget: boolean): AwkExpression {
    let left = this.parseSum();
    // A sign after an operand is arithmetic, which parseSum has taken already.
    while (this.startsOperand() && !this.is('-') && !this.is('+') && !(forTarget && this.is('('))) {
      left = { type: 'binary', operator: ' ', left, right: this.parseSum() };
    }
    return left;
  }

  private parseSum(): AwkExpression {
    let left = this.parseProduct();
    while (this.is('+') || this.is('-')) {
      const operator = this.token.text;
      this.index++;
      left = { type: 'binary', operator, left, right: this.parseProduct() };
    }
    return left;
  }

  private parseProduct(): AwkExpression {
    let left = this.parseUnary();
    while (this.is('*') || this.is('/') || this.is('%')) {
      const operator = this.token.text;
      this.index++;
      left = { type: 'binary', operator, left, right: this.parseUnary() };
    }
    return left;
  }

  private parseUnary(): AwkExpression {
    for (const operator of ['!', '-', '+'])
      if (this.accept(operator)) return { type: 'unary', operator, operand: this.parseUnary() };
    return this.parsePower();
  }

  private parsePower(): AwkExpression {
    const left = this.parseIncrement();
    if (!this.accept('^') && !this.accept('**')) return left;
    const right = this.is('-') || this.is('+') || this.is('!') ? this.parseUnary() : this.parsePower();
    return { type: 'binary', operator: '^', left, right };
  }

  private parseIncrement(): AwkExpression {
    for (const [operator, by] of [
      ['++', 1],
      ['--', -1],
    ] as const)
      // prettier-ignore
      if (this.accept(operator)) return { type: 'step', by, prefix: true, target: this.parseIncrement() };
    const operand = this.parsePrimary();
    if (!['variable', 'element', 'field'].includes(operand.type)) return operand;
    if (this.accept('++')) return { type: 'step', by: 1, prefix: false, target: operand };
    if (this.accept('--')) return { type: 'step', by: -1, prefix: false, target: operand };
    return operand;
  }

  private parsePrimary(): AwkExpression {
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

  private parseIncrementOfField(): AwkExpression {
    for (const operator of ['-', '+', '!'])
      if (this.accept(operator)) return { type: 'unary', operator, operand: this.parseIncrementOfField() };
    for (const [operator, by] of [
      ['++', 1],
      ['--', -1],
    ] as const)
      // prettier-ignore
      if (this.accept(operator)) return { type: 'step', by, prefix: true, target: this.parsePrimary() };
    return this.parsePrimary();
  }

  private parseInBrackets(end: string): AwkExpression[] {
    const before = this.noGreater;
    this.noGreater = false;
    const list = this.parseList(end);
    this.noGreater = before;
    return list;
  }

  private parseCall(name: string): AwkExpression {
    this.expect('(');
    return { type: 'call', name, args: this.parseInBrackets(')') };
  }

  private parseGroup(): AwkExpression {
    const list = this.parseInBrackets(')');
    if (list.length === 1) return list[0];
    if (list.length > 1 && this.accept('in')) {
      const name = this.token.text;
      this.index++;
      return { type: 'in', keys: list, name };
    }
    return this.fail();
  }

  private parseGetline(): AwkExpression {
    const target = this.optionalTarget();
    const head = { type: 'getline' as const, ...(target ? { target } : {}) };
    if (!this.accept('<')) return head;
    return { ...head, from: this.parseConcatenation(true) };
  }
}
