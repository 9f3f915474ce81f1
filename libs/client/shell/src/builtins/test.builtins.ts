import type { Coroutine } from '@seatrial/kernel';
import { compareIntegers } from '../evaluation/condition.js';
import { compareFiles, testUnary } from '../evaluation/file-test.js';
import type { Shell } from '../evaluation/shell.js';
import { complainAs, defineBuiltin, type Builtin } from './builtin.js';

const UNARY = /^-[abcdefghknoprstuvwxzGLNORS]$/;
const BINARY = new Set(['=', '==', '!=', '<', '>', '-eq', '-ne', '-lt', '-le', '-gt', '-ge', '-nt', '-ot', '-ef']);

class TestFailure extends Error {}

/** test(1): POSIX's rules by the number of arguments, then the grammar with `-a` and `-o`. */
class TestExpression {
  private position = 0;

  constructor(
    private readonly shell: Shell,
    private readonly args: readonly string[],
  ) {}

  evaluate(): boolean {
    const { args } = this;
    if (args.length === 0) return false;
    if (args.length === 1) return args[0] !== '';
    if (args.length === 2) return this.two();
    if (args.length === 3 && BINARY.has(args[1])) return this.binary(args[0], args[1], args[2]);
    if (args.length === 4 && args[0] === '!') return !new TestExpression(this.shell, args.slice(1)).evaluate();
    const result = this.or();
    if (this.position < args.length) {
      const unexpected = args.length === 3 ? `${args[1]}: binary operator expected` : 'too many arguments';
      throw new TestFailure(this.shell.flavour === 'ash' ? `${args[this.position]}: unknown operand` : unexpected);
    }
    return result;
  }

  private two(): boolean {
    const [operator, operand] = this.args;
    if (operator === '!') return operand === '';
    if (UNARY.test(operator)) return testUnary(this.shell, operator, operand);
    if (this.shell.flavour !== 'ash') throw new TestFailure(`${operator}: unary operator expected`);
    throw new TestFailure(BINARY.has(operand) ? `${operand}: argument expected` : `${operator}: unknown operand`);
  }

  private or(): boolean {
    let value = this.and();
    while (this.args[this.position] === '-o') {
      this.position++;
      const right = this.and();
      value ||= right;
    }
    return value;
  }

  private and(): boolean {
    let value = this.primary();
    while (this.args[this.position] === '-a') {
      this.position++;
      const right = this.primary();
      value &&= right;
    }
    return value;
  }

  private primary(): boolean {
    const { args } = this;
    const first = args.at(this.position);
    if (first === undefined || this.position >= args.length) throw new TestFailure('argument expected');
    const operator = args[this.position + 1];
    if (operator !== undefined && BINARY.has(operator) && this.position + 2 < args.length) {
      this.position += 3;
      return this.binary(first, operator, args[this.position - 1]);
    }
    this.position++;
    if (first === '!') return !this.primary();
    if (first === '(') {
      const value = this.or();
      if (args[this.position++] !== ')') throw new TestFailure("`)' expected");
      return value;
    }
    if (UNARY.test(first) && this.position < args.length) return testUnary(this.shell, first, args[this.position++]);
    return first !== '';
  }

  private binary(left: string, operator: string, right: string): boolean {
    switch (operator) {
      case '=':
      case '==':
        return left === right;
      case '!=':
        return left !== right;
      case '<':
        return left < right;
      case '>':
        return left > right;
      case '-nt':
      case '-ot':
      case '-ef':
        return compareFiles(this.shell, operator, left, right);
      default:
        return compareIntegers(operator, this.integer(left), this.integer(right));
    }
  }

  private integer(text: string): bigint {
    if (/^\s*[-+]?\d+\s*$/.test(text)) return BigInt(text.trim().replace(/^\+/, ''));
    throw new TestFailure(
      this.shell.flavour === 'ash' ? `${text}: bad number` : `${text}: integer expression expected`,
    );
  }
}

function* runTest(shell: Shell, name: string, args: readonly string[]): Coroutine<number> {
  try {
    return new TestExpression(shell, args).evaluate() ? 0 : 1;
  } catch (error) {
    if (!(error instanceof TestFailure)) throw error;
    return yield* complainAs(shell, name, error.message, 2);
  }
}

const test = defineBuiltin({
  name: 'test',
  ash: true,
  *run(shell, args) {
    return yield* runTest(shell, 'test', args);
  },
});

const bracket = defineBuiltin({
  name: '[',
  ash: true,
  *run(shell, args) {
    if (args.at(-1) !== ']')
      return yield* complainAs(shell, '[', shell.flavour === 'ash' ? 'missing ]' : "missing `]'", 2);
    return yield* runTest(shell, '[', args.slice(0, -1));
  },
});

/** `[[` where the shell has no such keyword (busybox): like `[`. */
const doubleBracket = defineBuiltin({
  name: '[[',
  ash: true,
  *run(shell, args) {
    if (args.at(-1) !== ']]') return yield* complainAs(shell, '[[', 'missing ]]', 2);
    return yield* runTest(shell, '[[', args.slice(0, -1));
  },
});

export const TEST_BUILTINS: readonly Builtin[] = [bracket, doubleBracket, test];
