import type { Coroutine } from '@seatrial/kernel';
import { defineCommand } from '../command.js';
import { errorText, toolProgram, type Tool } from '../tool/tool.js';
import { ZERO, add, compare, decimalText, divide, multiply, negate, parseDecimal, raise, remainder, rescale, squareRoot, type Decimal } from './decimal.js'; // prettier-ignore

/** A statement cannot be read, or cannot be computed. */
class BcFailure extends Error {
  constructor(
    readonly kind: 'syntax' | 'runtime',
    text: string,
  ) {
    super(text);
  }
}

const TOKEN = /\s*(\d*\.?\d+|\d+\.|[A-F]+|[a-z][a-z0-9_]*|[-+*/%^]=|[<>=!]=|&&|\|\||[-+*/%^()<>=!])/y;
const MOST_DIGITS = 100_000;
const COMPARISONS = ['<', '>', '<=', '>=', '==', '!='];
const truth = (value: boolean): Decimal => ({ units: value ? 1n : 0n, scale: 0 });

/** Arithmetic of bc (POSIX, GNU's names): variables, `scale`, `ibase`, `obase`, `sqrt`, `length`. */
class Calculator {
  scale: number;
  outputBase = 10;
  private inputBase = 10;
  private readonly variables = new Map<string, Decimal>();
  private tokens: string[] = [];
  private at = 0;
  private depth = 0;

  constructor(mathLibrary: boolean) {
    this.scale = mathLibrary ? 20 : 0;
  }

  /** The value of a statement; undefined when it prints nothing. */
  statement(text: string): Decimal | undefined {
    this.tokens = [];
    TOKEN.lastIndex = 0;
    const trimmed = text.trim();
    while (TOKEN.lastIndex < trimmed.length) {
      const found = TOKEN.exec(trimmed);
      if (!found) throw new BcFailure('syntax', 'syntax error');
      this.tokens.push(found[1]);
    }
    this.at = 0;
    const assigns = /^[a-z]/.test(this.tokens[0] ?? '') && /^[-+*/%^]?=$/.test(this.tokens[1] ?? '');
    const value = this.expression();
    if (this.at < this.tokens.length) throw new BcFailure('syntax', 'syntax error');
    return assigns ? undefined : value;
  }

  private peek(): string | undefined {
    return this.tokens.at(this.at);
  }

  private take(...wanted: readonly string[]): string | undefined {
    const token = this.at < this.tokens.length ? this.tokens[this.at] : undefined;
    if (token === undefined || !wanted.includes(token)) return undefined;
    this.at++;
    return token;
  }

  private expression(): Decimal {
    if (++this.depth > 200) throw new BcFailure('syntax', 'syntax error');
    const name = this.peek() ?? '';
    const operator = this.at + 1 < this.tokens.length ? this.tokens[this.at + 1] : '';
    const value =
      /^[a-z]/.test(name) && /^[-+*/%^]?=$/.test(operator) ? this.assignment(name, operator) : this.either();
    this.depth--;
    return value;
  }

  private assignment(name: string, operator: string): Decimal {
    this.at += 2;
    const given = this.expression();
    const value = operator === '=' ? given : this.apply(operator.charAt(0), this.variable(name), given);
    const whole = Number(rescale(value, 0).units);
    if (name === 'scale') this.scale = Math.max(0, Math.min(whole, MOST_DIGITS));
    else if (name === 'ibase') this.inputBase = Math.max(2, Math.min(whole, 16));
    else if (name === 'obase') this.outputBase = Math.max(2, Math.min(whole, 36));
    else this.variables.set(name, value);
    return value;
  }

  private either(): Decimal {
    let left = this.comparison();
    for (let operator = this.take('&&', '||'); operator; operator = this.take('&&', '||')) {
      const right = this.comparison();
      const [a, b] = [left.units !== 0n, right.units !== 0n];
      left = truth(operator === '&&' ? a && b : a || b);
    }
    return left;
  }

  private comparison(): Decimal {
    const left = this.sum();
    const operator = this.take(...COMPARISONS);
    if (operator === undefined) return left;
    const order = compare(left, this.sum());
    const results: Readonly<Record<string, boolean>> = { '<': order < 0, '>': order > 0, '<=': order <= 0, '>=': order >= 0, '==': order === 0, '!=': order !== 0 }; // prettier-ignore
    return truth(results[operator]);
  }

  private sum(): Decimal {
    let left = this.product();
    for (let operator = this.take('+', '-'); operator; operator = this.take('+', '-'))
      left = this.apply(operator, left, this.product());
    return left;
  }

  private product(): Decimal {
    let left = this.power();
    for (let operator = this.take('*', '/', '%'); operator; operator = this.take('*', '/', '%'))
      left = this.apply(operator, left, this.power());
    return left;
  }

  private power(): Decimal {
    const base = this.primary();
    return this.take('^') ? this.apply('^', base, this.power()) : base;
  }

  private apply(operator: string, a: Decimal, b: Decimal): Decimal {
    if (operator === '+') return add(a, b);
    if (operator === '-') return add(a, negate(b));
    if (operator === '*') return multiply(a, b, this.scale);
    if (operator === '^') {
      const exponent = Number(rescale(b, 0).units);
      if (Math.abs(exponent) * a.units.toString().length > MOST_DIGITS)
        throw new BcFailure('runtime', 'exponent too large in raise');
      return this.defined(raise(a, exponent, this.scale));
    }
    return this.defined(operator === '/' ? divide(a, b, this.scale) : remainder(a, b, this.scale));
  }

  private defined(value: Decimal | undefined, text = 'Divide by zero'): Decimal {
    if (!value) throw new BcFailure('runtime', text);
    return value;
  }

  private primary(): Decimal {
    if (this.take('-')) return negate(this.primary());
    if (this.take('!')) return truth(this.primary().units === 0n);
    if (this.take('(')) return this.closed(this.expression());
    const token = this.peek();
    if (token === undefined || this.at >= this.tokens.length) throw new BcFailure('syntax', 'syntax error');
    this.at++;
    if (/^[\d.]/.test(token) || /^[A-F]/.test(token)) return this.number(token);
    if (!/^[a-z]/.test(token)) throw new BcFailure('syntax', 'syntax error');
    return this.take('(') ? this.call(token, this.closed(this.expression())) : this.variable(token);
  }

  private closed(value: Decimal): Decimal {
    if (!this.take(')')) throw new BcFailure('syntax', 'syntax error');
    return value;
  }

  private number(token: string): Decimal {
    if (/^[\d.]+$/.test(token) && this.inputBase === 10) return parseDecimal(token);
    const digits = [...token].map((digit) => BigInt(Number.parseInt(digit, 16) || 0));
    return { units: digits.reduce((sum, digit) => sum * BigInt(this.inputBase) + digit, 0n), scale: 0 };
  }

  private call(name: string, value: Decimal): Decimal {
    if (name === 'sqrt') return this.defined(squareRoot(value, this.scale), 'Square root of a negative number');
    if (name === 'scale') return { units: BigInt(value.scale), scale: 0 };
    if (name === 'length') return { units: BigInt(value.units.toString().replace('-', '').length), scale: 0 };
    throw new BcFailure('runtime', `Function ${name} not defined.`);
  }

  private variable(name: string): Decimal {
    if (name === 'scale') return { units: BigInt(this.scale), scale: 0 };
    if (name === 'ibase' || name === 'obase')
      return { units: BigInt(name === 'ibase' ? this.inputBase : this.outputBase), scale: 0 };
    return this.variables.get(name) ?? ZERO;
  }
}

/** Long numbers go over several lines of 70 characters. */
const folded = (text: string): string => `${text.replace(/.{68}(?=..)/g, '$&\\\n')}\n`;

function* calculate(tool: Tool, calculator: Calculator, source: string, text: string): Coroutine<boolean> {
  const lines = text
    .replace(/\/\*[\s\S]*?\*\//g, ' ')
    .replace(/\\\n/g, '')
    .split('\n');
  for (const [index, line] of lines.entries())
    for (const statement of line.replace(/#.*/, '').split(';')) {
      const word = statement.trim();
      if (word === '') continue;
      if (word === 'quit' || word === 'halt') return false;
      tool.charge(1 + (word.length >> 3));
      const quoted = /^(?:print\s+)?"([^"]*)"$/.exec(word);
      if (quoted) {
        yield* tool.out(quoted[1].replaceAll('\\n', '\n'));
        continue;
      }
      try {
        const value = calculator.statement(word);
        if (value) yield* tool.out(folded(decimalText(value, calculator.outputBase)));
      } catch (error) {
        if (!(error instanceof BcFailure)) throw error;
        if (error.kind === 'syntax') yield* tool.err(`(${source}) ${index + 1}: ${error.message}\n`);
        else yield* tool.err(`Runtime error (func=(main), adr=3): ${error.message}\n`);
      }
    }
  return true;
}

/** `bc`: arithmetic without functions of one's own; loops and conditions are not simulated. */
export const bc = defineCommand({
  name: 'bc',
  program: toolProgram(function* (tool) {
    const { flags, operands } = yield* tool.options('-l --mathlib, -q --quiet, -s --standard, -w --warn, -i --interactive'); // prettier-ignore
    const calculator = new Calculator(flags.has('l'));
    for (const path of operands) {
      const text = tool.readFile(path);
      if (!text.ok) return yield* tool.die(`File ${path} is unavailable: ${errorText(text.error)}`);
      if (!(yield* calculate(tool, calculator, path, text.value))) return 0;
    }
    yield* calculate(tool, calculator, 'standard_in', yield* tool.readStdin());
    return 0;
  }),
});
