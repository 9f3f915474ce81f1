import type { Coroutine } from '@seatrial/kernel';
import { callBuiltin } from './awk-builtins.js';
import { AwkInput } from './awk-input.js';
import type { AwkExpression, AwkStatement } from './awk-node.js';
import { AwkRecord } from './awk-record.js';
import { ExitSignal, ReturnSignal } from './awk-signals.js';
import { compareAwk, inputValue, toBoolean, toNumber, type AwkValue } from './awk-value.js';
import type { Cell } from './awk-variables.js';

const MAX_CALLS = 400;

/** Evaluates expressions; functions run statements, which is for {@link AwkEvaluator.execute} to do. */
export abstract class AwkEvaluator extends AwkInput {
  protected abstract execute(statement: AwkStatement): Coroutine<void>;

  seed = 0;

  protected *key(keys: readonly AwkExpression[]): Coroutine<string> {
    const parts: string[] = [];
    for (const key of keys) parts.push(this.toText(yield* this.evaluate(key)));
    return parts.join(this.text('SUBSEP'));
  }

  *evaluate(node: AwkExpression): Coroutine<AwkValue> {
    this.tool.charge(1);
    switch (node.type) {
      case 'number':
      case 'string':
        return node.value;
      case 'regex':
        return Number(this.expression(node.source).test(this.toText(this.record.get(0))));
      case 'variable':
        return this.getVariable(node.name);
      case 'element':
        return this.element(node.name, yield* this.key(node.keys));
      case 'field':
        return this.record.get(AwkRecord.index(yield* this.evaluate(node.index)));
      case 'unary': {
        const value = yield* this.evaluate(node.operand);
        if (node.operator === '!') return Number(!toBoolean(value));
        return node.operator === '-' ? -toNumber(value) : toNumber(value);
      }
      case 'binary':
        return yield* this.binary(node);
      case 'match': {
        const text = this.toText(yield* this.evaluate(node.left));
        return Number(this.expression(yield* this.pattern(node.right)).test(text) !== node.negated);
      }
      case 'in':
        return Number(this.array(node.name).has(yield* this.key(node.keys)));
      case 'conditional':
        return yield* this.evaluate(toBoolean(yield* this.evaluate(node.test)) ? node.then : node.otherwise);
      case 'assign':
        return yield* this.assignment(node);
      case 'step': {
        const before = toNumber(yield* this.evaluate(node.target));
        yield* this.assign(node.target, before + node.by);
        return node.prefix ? before + node.by : before;
      }
      case 'call':
        return yield* this.call(node);
      case 'getline':
        return yield* this.getline(node);
    }
  }

  protected element(name: string, key: string): AwkValue {
    const array = this.array(name);
    if (!array.has(key)) array.set(key, undefined);
    return array.get(key);
  }

  /** The source of an expression: a literal's own, otherwise the text of a value. */
  *pattern(node: AwkExpression): Coroutine<string> {
    return node.type === 'regex' ? node.source : this.toText(yield* this.evaluate(node));
  }

  protected *binary(node: Extract<AwkExpression, { type: 'binary' }>): Coroutine<AwkValue> {
    const { operator } = node;
    const left = yield* this.evaluate(node.left);
    if (operator === '&&') return Number(toBoolean(left) && toBoolean(yield* this.evaluate(node.right)));
    if (operator === '||') return Number(toBoolean(left) || toBoolean(yield* this.evaluate(node.right)));
    const right = yield* this.evaluate(node.right);
    if (operator === ' ') return this.toText(left) + this.toText(right);
    const order = (): number => compareAwk(left, right, this.text('CONVFMT'));
    switch (operator) {
      case '<':
        return Number(order() < 0);
      case '<=':
        return Number(order() <= 0);
      case '==':
        return Number(order() === 0);
      case '!=':
        return Number(order() !== 0);
      case '>':
        return Number(order() > 0);
      case '>=':
        return Number(order() >= 0);
      default:
        return this.calculate(operator, toNumber(left), toNumber(right));
    }
  }

  /** As mawk: a division by zero is infinite, not an error. */
  protected calculate(operator: string, a: number, b: number): number {
    switch (operator) {
      case '+':
        return a + b;
      case '-':
        return a - b;
      case '*':
        return a * b;
      case '/':
        return a / b;
      case '%':
        return a % b;
      default:
        return a ** b;
    }
  }

  protected *assignment(node: Extract<AwkExpression, { type: 'assign' }>): Coroutine<AwkValue> {
    const right = yield* this.evaluate(node.value);
    if (node.operator === '=') {
      yield* this.assign(node.target, right);
      return right;
    }
    const operator = node.operator.slice(0, -1).replace('**', '^');
    const left = toNumber(yield* this.evaluate(node.target));
    const value = this.calculate(operator, left, toNumber(right));
    yield* this.assign(node.target, value);
    return value;
  }

  *assign(target: AwkExpression, value: AwkValue): Coroutine<void> {
    if (target.type === 'variable') this.setVariable(target.name, value);
    else if (target.type === 'element') this.array(target.name).set(yield* this.key(target.keys), value);
    else if (target.type === 'field') this.record.setField(AwkRecord.index(yield* this.evaluate(target.index)), value);
  }

  protected *call(node: Extract<AwkExpression, { type: 'call' }>): Coroutine<AwkValue> {
    const definition = this.program.functions.get(node.name);
    if (!definition) return yield* callBuiltin(this, node.name, node.args);
    if (this.frames.length >= MAX_CALLS) {
      yield* this.tool.complain('function call nesting too deep');
      throw new ExitSignal();
    }
    const frame = new Map<string, Cell>();
    for (const [index, parameter] of definition.parameters.entries()) {
      const arg = node.args.at(index);
      if (index >= node.args.length || arg === undefined) frame.set(parameter, { value: undefined });
      else if (arg.type === 'variable' && this.isArrayLike(arg.name)) {
        const cell = this.cell(arg.name);
        // A name that is nothing yet may become an array inside the function.
        cell.array ??= new Map();
        frame.set(parameter, { value: cell.value, array: cell.array });
      } else frame.set(parameter, { value: yield* this.evaluate(arg) });
    }
    this.frames.push(frame);
    try {
      yield* this.execute(definition.body);
      return undefined;
    } catch (error) {
      if (error instanceof ReturnSignal) return error.value;
      throw error;
    } finally {
      this.frames.pop();
    }
  }

  protected *getline(node: Extract<AwkExpression, { type: 'getline' }>): Coroutine<AwkValue> {
    let line: string | undefined;
    const other = node.command ?? node.from;
    if (other) {
      const name = this.toText(yield* this.evaluate(other));
      const source = yield* this.streams.source(name, node.command !== undefined);
      if (!source) return -1;
      line = yield* this.readRecord(source);
      if (line !== undefined && node.command) this.setVariable('NR', toNumber(this.getVariable('NR')) + 1);
    } else line = yield* this.nextMainRecord();
    if (line === undefined) return 0;
    if (node.target) yield* this.assign(node.target, inputValue(line));
    else this.record.set(line);
    return 1;
  }
}
