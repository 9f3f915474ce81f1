import { compareStrings, type Coroutine } from '@seatrial/kernel';
import { defineCommand } from '../command.js';
import { compileExpression } from '../text/regular-expression.js';
import { toolProgram, type Tool } from '../tool/tool.js';

const LEVELS: readonly (readonly string[])[] = [['|'], ['&'], ['<', '<=', '=', '==', '!=', '>=', '>'], ['+', '-'], ['*', '/', '%'], [':']]; // prettier-ignore
const INTEGER = /^-?\d+$/;

class ExprFailure extends Error {}

/** expr(1): words are operands and operators. */
class ExprParser {
  private index = 0;

  constructor(
    private readonly words: readonly string[],
    private readonly quote: (text: string) => string,
  ) {}

  parse(): string {
    const value = this.level(0);
    if (this.index < this.words.length)
      throw new ExprFailure(`syntax error: unexpected argument ${this.quote(this.words[this.index])}`);
    return value;
  }

  private level(depth: number): string {
    if (depth >= LEVELS.length) return this.primary();
    let left = this.level(depth + 1);
    while (this.index < this.words.length && LEVELS[depth].includes(this.words[this.index])) {
      const operator = this.words[this.index++];
      left = this.apply(operator, left, this.level(depth + 1));
    }
    return left;
  }

  private apply(operator: string, left: string, right: string): string {
    const truth = (text: string): boolean => text !== '' && text !== '0';
    if (operator === '|') return truth(left) ? left : truth(right) ? right : '0';
    if (operator === '&') return truth(left) && truth(right) ? left : '0';
    if (operator === ':') return this.match(left, right);
    if ('+-*/%'.includes(operator)) return this.calculate(operator, left, right);
    const numbers = INTEGER.test(left) && INTEGER.test(right);
    const order = numbers ? Number(BigInt(left) - BigInt(right)) : compareStrings(left, right);
    const holds: Readonly<Record<string, boolean>> = {
      '<': order < 0,
      '<=': order <= 0,
      '=': order === 0,
      '==': order === 0,
      '!=': order !== 0,
      '>=': order >= 0,
      '>': order > 0,
    };
    return holds[operator] ? '1' : '0';
  }

  private calculate(operator: string, left: string, right: string): string {
    if (!INTEGER.test(left) || !INTEGER.test(right)) throw new ExprFailure('non-integer argument');
    const [a, b] = [BigInt(left), BigInt(right)];
    if ('/%'.includes(operator) && b === 0n) throw new ExprFailure('division by zero');
    return String(
      operator === '+' ? a + b : operator === '-' ? a - b : operator === '*' ? a * b : operator === '/' ? a / b : a % b,
    );
  }

  private match(text: string, source: string): string {
    const compiled = compileExpression(source, { extended: false });
    const found = compiled.ok ? compiled.value.find(text) : undefined;
    const starts = found?.start === 0 ? found : undefined;
    if (source.includes('\\(')) return starts?.groups[1] ?? '';
    return String(starts?.end ?? 0);
  }

  private primary(): string {
    const word = this.words.at(this.index++);
    if (word === undefined || this.index > this.words.length)
      throw new ExprFailure(`syntax error: missing argument after ${this.quote(this.words.at(-1) ?? '')}`);
    if (word === '(') {
      const value = this.level(0);
      if (this.words[this.index++] !== ')')
        throw new ExprFailure(`syntax error: expecting ')' after ${this.quote(value)}`);
      return value;
    }
    if (word === 'length') return String([...this.primary()].length);
    if (word === 'substr') {
      const [text, from, size] = [this.primary(), Number(this.primary()), Number(this.primary())];
      return text.slice(Math.max(0, from - 1), Math.max(0, from - 1 + size));
    }
    if (word === 'index') {
      const [text, characters] = [this.primary(), this.primary()];
      return String([...text].findIndex((char) => characters.includes(char)) + 1);
    }
    return word === 'match' ? this.match(this.primary(), this.primary()) : word;
  }
}

function* runExpr(tool: Tool): Coroutine<number> {
  if (tool.args.length === 0) {
    yield* tool.err("expr: missing operand\nTry 'expr --help' for more information.\n");
    return 2;
  }
  try {
    const value = new ExprParser(tool.args, (text) => tool.quote(text)).parse();
    yield* tool.out(`${value}\n`);
    return value === '' || value === '0' ? 1 : 0;
  } catch (error) {
    if (!(error instanceof ExprFailure)) throw error;
    yield* tool.complain(error.message);
    return 2;
  }
}

export const expr = defineCommand({ name: 'expr', program: toolProgram(runExpr) });
