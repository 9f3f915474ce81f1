import { BcCursor, BcQuit } from './bc-cursor.js';
import type { BcArgument, BcExpression, BcFunction, BcItem, BcName, BcStatement } from './bc-node.js';

const RELATIONS = ['==', '<=', '>=', '!=', '<', '>'];
const ASSIGNMENTS = ['=', '+=', '-=', '*=', '/=', '%=', '^='];
const MOST_NESTED = 200;

/** GNU bc's grammar (bc.y, 1.07): a line of statements or a function at a time. */
export class BcParser extends BcCursor {
  private depth = 0;

  /** The next line or function; undefined at the end. */
  item(): BcItem | undefined {
    this.depth = 0;
    this.start = this.at;
    if (this.is('end')) return undefined;
    if (this.isName('define')) return { type: 'function', definition: this.definition() };
    const statements: BcStatement[] = [];
    while (!this.is('newline')) {
      if (this.take(';') !== undefined) continue;
      statements.push(this.statement());
      if (!this.is('newline') && !this.isOperator(';')) this.fail();
    }
    this.at++;
    return { type: 'line', statements };
  }

  private definition(): BcFunction {
    this.at++;
    const isVoid = this.isName('void');
    if (isVoid) this.at++;
    const { text: name, kind } = this.peek;
    if (kind !== 'name') this.fail();
    this.at++;
    this.expect('(');
    const parameters = this.isOperator(')') ? [] : this.names();
    this.expect(')');
    this.skipNewlines();
    this.expect('{');
    this.skipBreaks();
    const autos: BcName[] = [];
    while (this.isName('auto')) {
      this.at++;
      autos.push(...this.names());
      this.skipBreaks();
    }
    const body = this.blockBody();
    return { name, parameters, autos, body, isVoid };
  }

  private names(): BcName[] {
    const names: BcName[] = [];
    do {
      this.take('*');
      const { text, kind } = this.peek;
      if (kind !== 'name') this.fail();
      this.at++;
      const isArray = this.take('[') !== undefined;
      if (isArray) this.expect(']');
      names.push({ name: text, isArray });
    } while (this.take(','));
    return names;
  }

  /** Statements up to the brace that closes, which is taken. */
  private blockBody(): BcStatement[] {
    const body: BcStatement[] = [];
    for (;;) {
      this.skipBreaks();
      if (this.take('}')) return body;
      body.push(this.statement());
      if (!this.isOperator('}', ';') && this.peek.kind !== 'newline') this.fail();
    }
  }

  private statement(): BcStatement {
    if (++this.depth > MOST_NESTED) this.fail();
    try {
      return this.bareStatement();
    } finally {
      this.depth--;
    }
  }

  private bareStatement(): BcStatement {
    const { kind, text } = this.peek;
    if (kind === 'string') {
      this.at++;
      return { type: 'string', text };
    }
    if (this.take('{')) return { type: 'block', body: this.blockBody() };
    if (kind === 'name')
      switch (text) {
        case 'if':
          return this.condition();
        case 'while': {
          this.at++;
          this.expect('(');
          const test = this.expression();
          this.expect(')');
          return { type: 'while', test, body: this.bodyStatement() };
        }
        case 'for':
          return this.loop();
        case 'print':
          return this.print();
        case 'return': {
          this.at++;
          if (this.peek.kind === 'newline' || this.isOperator(';', '}')) return { type: 'return' };
          return { type: 'return', value: this.expression() };
        }
        case 'quit':
          throw new BcQuit();
        case 'break':
        case 'continue':
        case 'halt':
          this.at++;
          return { type: text };
      }
    const expression = this.expression();
    return { type: 'expression', expression, prints: expression.type !== 'assign' };
  }

  private bodyStatement(): BcStatement {
    this.skipNewlines();
    return this.statement();
  }

  private condition(): BcStatement {
    this.at++;
    this.expect('(');
    const test = this.expression();
    this.expect(')');
    const then = this.bodyStatement();
    // `else` stands on the line on which the first part ends, perhaps behind its semicolon.
    const start = this.at;
    this.take(';');
    if (!this.isName('else')) {
      this.at = start;
      return { type: 'if', test, then };
    }
    this.at++;
    return { type: 'if', test, then, otherwise: this.bodyStatement() };
  }

  private loop(): BcStatement {
    this.at++;
    this.expect('(');
    const part = (end: string): BcExpression | undefined => {
      if (this.take(end)) return undefined;
      const expression = this.expression();
      this.expect(end);
      return expression;
    };
    const first = part(';');
    const test = part(';');
    const next = part(')');
    const body = this.bodyStatement();
    return { type: 'for', ...(first && { first }), ...(test && { test }), ...(next && { next }), body };
  }

  private print(): BcStatement {
    this.at++;
    const items: (BcExpression | string)[] = [];
    do {
      const { kind, text } = this.peek;
      if (kind === 'string') {
        this.at++;
        items.push(text);
      } else items.push(this.expression());
    } while (this.take(','));
    return { type: 'print', items };
  }

  private expression(): BcExpression {
    if (++this.depth > MOST_NESTED) this.fail();
    try {
      return this.either();
    } finally {
      this.depth--;
    }
  }

  private chain(operators: readonly string[], next: () => BcExpression, joint = 1): BcExpression {
    let left = next();
    for (let operator = this.take(...operators); operator; operator = this.take(...operators)) {
      const right = next();
      left = { type: 'binary', operator, left, right, size: left.size + right.size + joint };
    }
    return left;
  }

  private either(): BcExpression {
    return this.chain(['||'], () => this.chain(['&&'], () => this.negation(), 8), 8);
  }

  private negation(): BcExpression {
    if (!this.take('!')) return this.relation();
    const operand = this.negation();
    return { type: 'unary', operator: '!', operand, size: operand.size + 1 };
  }

  private relation(): BcExpression {
    return this.chain(RELATIONS, () => this.assignment());
  }

  private assignment(): BcExpression {
    const place = this.chain(['+', '-'], () => this.chain(['*', '/', '%'], () => this.power()));
    const operator = this.isOperator(...ASSIGNMENTS) ? this.take(...ASSIGNMENTS) : undefined;
    if (operator === undefined) return place;
    if (place.type !== 'variable' && place.type !== 'element') {
      this.at--;
      this.fail();
    }
    const value = this.assignment();
    return { type: 'assign', operator, place, value, size: value.size + (operator === '=' ? 2 : 5) };
  }

  private power(): BcExpression {
    const left = this.sign();
    if (!this.take('^')) return left;
    const right = this.power();
    return { type: 'binary', operator: '^', left, right, size: left.size + right.size + 1 };
  }

  private sign(): BcExpression {
    if (this.take('-')) {
      const operand = this.sign();
      return { type: 'unary', operator: '-', operand, size: operand.size + 1 };
    }
    const step = this.take('++', '--');
    const by = step === '++' ? 1 : -1;
    const operand = this.primary();
    if (step !== undefined) {
      if (operand.type !== 'variable' && operand.type !== 'element') this.fail();
      return { type: 'step', by, before: true, place: operand, size: 4 };
    }
    if (operand.type !== 'variable' && operand.type !== 'element') return operand;
    const after = this.take('++', '--');
    return after === undefined
      ? operand
      : { type: 'step', by: after === '++' ? 1 : -1, before: false, place: operand, size: 4 };
  }

  private primary(): BcExpression {
    const { kind, text } = this.peek;
    if (this.take('(')) {
      const inner = this.expression();
      this.expect(')');
      // In parentheses an assignment is a value like any other.
      return inner.type === 'assign'
        ? { type: 'binary', operator: '', left: inner, right: inner, size: inner.size + 1 }
        : inner;
    }
    if (this.take('.')) return { type: 'last', size: 2 };
    if (kind === 'number') {
      this.at++;
      return { type: 'number', text, size: sizeOf(text) };
    }
    if (kind !== 'name' || RESERVED.has(text)) return this.fail();
    this.at++;
    if (this.take('[')) {
      const index = this.expression();
      this.expect(']');
      return { type: 'element', name: text, index, size: index.size + 2 };
    }
    if (this.take('(')) return this.call(text);
    return text === 'last' ? { type: 'last', size: 2 } : { type: 'variable', name: text, size: 2 };
  }

  private call(name: string): BcExpression {
    const args: BcArgument[] = [];
    if (!this.take(')')) {
      do args.push(this.argument());
      while (this.take(','));
      this.expect(')');
    }
    const size = args.reduce((sum, each) => sum + (each.type === 'array' ? 2 : each.size), 0);
    return { type: 'call', name, args, size: size + 2 };
  }

  private argument(): BcArgument {
    const start = this.at;
    const { kind, text } = this.peek;
    if (kind === 'name') {
      this.at++;
      if (this.take('[') && this.take(']')) return { type: 'array', name: text };
      this.at = start;
    }
    return this.expression();
  }
}

const RESERVED = new Set(['auto', 'break', 'continue', 'define', 'else', 'for', 'halt', 'if', 'print', 'quit', 'return', 'while', 'void']); // prettier-ignore

function sizeOf(text: string): number {
  const stripped = text.replace(/^0+(?=.)/, '');
  return stripped === '0' || stripped === '1' ? 1 : stripped.length + 2;
}
