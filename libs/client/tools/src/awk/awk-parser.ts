import { AwkExpressionParser, MAX_DEPTH } from './awk-expression-parser.js';
import { tokenizeAwk } from './awk-lexer.js';
import {
  AwkSyntaxError,
  type AwkExpression,
  type AwkFunction,
  type AwkProgram,
  type AwkRule,
  type AwkStatement,
} from './awk-node.js';

/** Parses a program. Throws {@link AwkSyntaxError}. */
export function parseAwk(source: string): AwkProgram {
  return new AwkParser(tokenizeAwk(source)).parseProgram();
}

/** Parses rules, functions and statements. */
class AwkParser extends AwkExpressionParser {
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
}
