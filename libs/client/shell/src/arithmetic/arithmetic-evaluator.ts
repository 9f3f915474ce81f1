import { ArithmeticFailure, type ArithmeticNode, type ArithmeticTarget } from './arithmetic-node.js';
import { parseArithmetic } from './arithmetic-parser.js';

/** The variables of the shell, as arithmetic sees them. */
export interface ArithmeticScope {
  /** The text of a variable; undefined when it is unset. May throw when unset variables are errors. */
  read(target: ArithmeticTarget): string | undefined;
  write(target: ArithmeticTarget, value: string): void;
  charge(steps: number): void;
}

const MAX_DEPTH = 50;
const cache = new Map<string, ArithmeticNode>();
const CACHE_SIZE = 500;

/** The value of an expression, in 64 bits. Throws {@link ArithmeticFailure}. An empty expression is 0. */
export function evaluateArithmetic(text: string, scope: ArithmeticScope, depth = 0): bigint {
  if (text.trim() === '') return 0n;
  if (depth > MAX_DEPTH) throw new ArithmeticFailure('expression recursion level exceeded');
  let node = cache.get(text);
  if (!node) {
    node = parseArithmetic(text);
    if (cache.size > CACHE_SIZE) cache.clear();
    cache.set(text, node);
  }
  return new Evaluation(scope, depth).value(node);
}

class Evaluation {
  constructor(
    private readonly scope: ArithmeticScope,
    private readonly depth: number,
  ) {}

  value(node: ArithmeticNode): bigint {
    this.scope.charge(1);
    switch (node.type) {
      case 'number':
        return node.value;
      case 'variable':
        return this.read(node.target);
      case 'unary':
        return this.unary(node.operator, this.value(node.operand));
      case 'binary':
        return this.binary(node);
      case 'step': {
        const before = this.read(node.target);
        const after = BigInt.asIntN(64, before + node.by);
        this.scope.write(node.target, String(after));
        return node.prefix ? after : before;
      }
      case 'assign': {
        const right = this.value(node.value);
        const result =
          node.operator === '='
            ? right
            : calculate(node.operator.slice(0, -1), this.read(node.target), right, node.rest);
        this.scope.write(node.target, String(result));
        return result;
      }
      case 'conditional':
        return this.value(this.value(node.test) === 0n ? node.otherwise : node.then);
    }
  }

  private read(target: ArithmeticTarget): bigint {
    const text = this.scope.read(target);
    if (text === undefined || text === '') return 0n;
    if (/^-?[1-9]\d{0,17}$|^0$/.test(text)) return BigInt(text);
    return evaluateArithmetic(text, this.scope, this.depth + 1);
  }

  private unary(operator: string, operand: bigint): bigint {
    if (operator === '!') return operand === 0n ? 1n : 0n;
    if (operator === '~') return ~operand;
    return operator === '-' ? BigInt.asIntN(64, -operand) : operand;
  }

  private binary(node: Extract<ArithmeticNode, { type: 'binary' }>): bigint {
    const left = this.value(node.left);
    if (node.operator === '&&') return left !== 0n && this.value(node.right) !== 0n ? 1n : 0n;
    if (node.operator === '||') return left !== 0n || this.value(node.right) !== 0n ? 1n : 0n;
    return calculate(node.operator, left, this.value(node.right), node.rest);
  }
}

const COMPARISONS: Readonly<Record<string, (a: bigint, b: bigint) => boolean>> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

function calculate(operator: string, a: bigint, b: bigint, rest: string): bigint {
  const compare = COMPARISONS[operator];
  if (compare) return compare(a, b) ? 1n : 0n;
  return BigInt.asIntN(64, calculateNumber(operator, a, b, rest));
}

function calculateNumber(operator: string, a: bigint, b: bigint, rest: string): bigint {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
    case '%':
      if (b === 0n) throw new ArithmeticFailure(`division by 0 (error token is "${rest}")`);
      return operator === '/' ? a / b : a % b;
    case '**':
      if (b < 0n) throw new ArithmeticFailure(`exponent less than 0 (error token is "${rest}")`);
      return power(a, b);
    case '<<':
      return a << (b & 63n);
    case '>>':
      return a >> (b & 63n);
    case '&':
      return a & b;
    case '|':
      return a | b;
    case '^':
      return a ^ b;
    default:
      return b; // the comma
  }
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = base;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = BigInt.asIntN(64, result * square);
    square = BigInt.asIntN(64, square * square);
  }
  return result;
}
