import type { Coroutine } from '@seatrial/kernel';
import { compileExpression, type Expression } from '../text/regular-expression.js';
import { errorText, type Tool } from '../tool/tool.js';
import { callBuiltin } from './awk-builtins.js';
import { AwkRuntimeError, type AwkExpression, type AwkProgram, type AwkRule, type AwkStatement } from './awk-node.js';
import { AwkRecord } from './awk-record.js';
import { AwkStreams, type LineSource } from './awk-streams.js';
import { compareAwk, formatAwk, inputValue, toBoolean, toNumber, toText, type AwkValue } from './awk-value.js'; // prettier-ignore

export type AwkArray = Map<string, AwkValue>;
type Cell = { value: AwkValue; array?: AwkArray };

class ExitSignal extends Error {}
class NextSignal extends Error {
  constructor(readonly file: boolean) {
    super('next');
  }
}
class LoopSignal extends Error {
  constructor(readonly kind: 'break' | 'continue') {
    super(kind);
  }
}
class ReturnSignal extends Error {
  constructor(readonly value: AwkValue) {
    super('return');
  }
}

const MAX_CALLS = 400;

/** Runs a parsed program over its input. */
export class AwkInterpreter {
  readonly globals = new Map<string, Cell>();
  private frames: Map<string, Cell>[] = [];
  readonly record: AwkRecord;
  readonly streams: AwkStreams;
  private exitStatus = 0;
  private readonly ranges = new Set<AwkRule>();
  private main: LineSource | undefined;
  private fileIndex = 1;
  seed = 0;

  constructor(
    readonly tool: Tool,
    private readonly program: AwkProgram,
  ) {
    this.record = new AwkRecord(
      () => this.text('FS'),
      () => this.text('OFS'),
      () => this.text('CONVFMT'),
    );
    this.streams = new AwkStreams(tool);
    for (const [name, value] of Object.entries({
      FS: ' ',
      OFS: ' ',
      ORS: '\n',
      RS: '\n',
      NR: 0,
      FNR: 0,
      SUBSEP: '\u001c',
      CONVFMT: '%.6g',
      OFMT: '%.6g',
      RSTART: 0,
      RLENGTH: -1,
      FILENAME: '',
    }))
      // prettier-ignore
      this.globals.set(name, { value });
  }

  text(name: string): string {
    return toText(this.globals.get(name)?.value, '%.6g');
  }

  private cell(name: string): Cell {
    const frame = this.frames.at(-1);
    const local = frame?.get(name);
    if (local) return local;
    let cell = this.globals.get(name);
    if (!cell) {
      cell = { value: undefined };
      this.globals.set(name, cell);
    }
    return cell;
  }

  array(name: string): AwkArray {
    const cell = this.cell(name);
    cell.array ??= new Map();
    return cell.array;
  }

  getVariable(name: string): AwkValue {
    return name === 'NF' && !this.frames.at(-1)?.has('NF') ? this.record.count : this.cell(name).value;
  }

  setVariable(name: string, value: AwkValue): void {
    if (name === 'NF') this.record.setCount(Math.trunc(toNumber(value)));
    else this.cell(name).value = value;
  }

  toText(value: AwkValue): string {
    return toText(value, this.text('CONVFMT'));
  }

  *run(): Coroutine<number> {
    try {
      yield* this.runRules('BEGIN');
      const readsInput = this.program.rules.some((rule) => rule.pattern !== 'BEGIN');
      if (readsInput) yield* this.runRecords();
    } catch (error) {
      if (error instanceof AwkRuntimeError) return yield* this.explain(error);
      if (!(error instanceof ExitSignal)) throw error;
      yield* this.streams.closeAll();
      return yield* this.finish(true);
    }
    return yield* this.finish(false);
  }

  private *explain({ message }: AwkRuntimeError): Coroutine<number> {
    yield* this.streams.closeAll();
    const place = ['FNR', 'NR'].map((name) => `${name}=${this.text(name)}`).join(' ');
    yield* this.tool.err(`awk: run time error: ${message}\n\tFILENAME="${this.text('FILENAME')}" ${place}\n`);
    return 2;
  }

  /** awk's sprintf; a format that wants more than it is given ends mawk. */
  format(name: string, values: readonly AwkValue[]): string {
    const format = this.toText(values[0]);
    const lenient = this.tool.machine.programs.has('busybox');
    const onMissing = (): never => {
      throw new AwkRuntimeError(`not enough arguments passed to ${name}("${format}")`);
    };
    return formatAwk(format, values.slice(1), this.text('CONVFMT'), lenient ? undefined : onMissing);
  }

  private *finish(exited: boolean): Coroutine<number> {
    try {
      if (!exited || this.program.rules.some((rule) => rule.pattern === 'END')) yield* this.runRules('END');
    } catch (error) {
      if (error instanceof AwkRuntimeError) return yield* this.explain(error);
      if (!(error instanceof ExitSignal)) throw error;
    }
    yield* this.streams.closeAll();
    return this.exitStatus;
  }

  private *runRules(which: 'BEGIN' | 'END'): Coroutine<void> {
    for (const rule of this.program.rules) if (rule.pattern === which && rule.body) yield* this.execute(rule.body);
  }

  private *runRecords(): Coroutine<void> {
    for (;;) {
      const line = yield* this.nextMainRecord();
      if (line === undefined) return;
      this.record.set(line);
      try {
        for (const rule of this.program.rules) yield* this.applyRule(rule);
      } catch (error) {
        if (!(error instanceof NextSignal)) throw error;
        if (error.file) this.main = undefined;
      }
    }
  }

  private *applyRule(rule: AwkRule): Coroutine<void> {
    if (rule.pattern === 'BEGIN' || rule.pattern === 'END') return;
    if (rule.pattern && !(yield* this.selects(rule, rule.pattern))) return;
    if (rule.body) yield* this.execute(rule.body);
    else yield* this.tool.out(this.toText(this.record.get(0)) + this.text('ORS'));
  }

  private *selects(rule: AwkRule, pattern: { from: AwkExpression; to?: AwkExpression }): Coroutine<boolean> {
    if (!pattern.to) return toBoolean(yield* this.evaluate(pattern.from));
    if (!this.ranges.has(rule)) {
      if (!toBoolean(yield* this.evaluate(pattern.from))) return false;
      this.ranges.add(rule);
    }
    if (toBoolean(yield* this.evaluate(pattern.to))) this.ranges.delete(rule);
    return true;
  }

  /** The next record of the files of ARGV (assignments among them take effect), or of standard input. */
  private *nextMainRecord(): Coroutine<string | undefined> {
    for (;;) {
      if (!this.main && !(yield* this.openNext())) return undefined;
      const line = this.main && (yield* this.readRecord(this.main));
      if (line !== undefined) {
        this.globals.set('NR', { value: toNumber(this.globals.get('NR')?.value) + 1 });
        this.globals.set('FNR', { value: toNumber(this.globals.get('FNR')?.value) + 1 });
        return line;
      }
      this.main = undefined;
    }
  }

  private usedStdin = false;

  private *openNext(): Coroutine<boolean> {
    const argv = this.array('ARGV');
    const count = toNumber(this.globals.get('ARGC')?.value);
    while (this.fileIndex < count) {
      const operand = this.toText(argv.get(String(this.fileIndex++)));
      const assignment = /^([A-Za-z_]\w*)=([^]*)$/.exec(operand);
      if (operand === '') continue;
      if (assignment) {
        this.setVariable(assignment[1], inputValue(assignment[2]));
        continue;
      }
      this.usedStdin = true;
      this.setVariable('FILENAME', operand);
      this.setVariable('FNR', 0);
      if (operand === '-') {
        this.main = this.stdin();
        return true;
      }
      const content = this.tool.readFile(operand);
      if (!content.ok) {
        yield* this.tool.complain(`cannot open ${operand} (${errorText(content.error)})`);
        this.exitStatus = 2;
        throw new ExitSignal();
      }
      this.main = { rest: content.value, more: none };
      return true;
    }
    if (this.usedStdin) return false;
    this.usedStdin = true;
    this.main = this.stdin();
    return true;
  }

  private stdin(): LineSource {
    const { stdin } = this.tool.process;
    return { rest: '', more: () => stdin.read() };
  }

  *readRecord(source: LineSource): Coroutine<string | undefined> {
    const separator = this.text('RS');
    this.tool.charge(1);
    for (;;) {
      const found = this.findEnd(source.rest, separator);
      if (found) {
        const line = source.rest.slice(0, found[0]);
        source.rest = source.rest.slice(found[1]);
        return line;
      }
      const piece = yield* source.more();
      if (piece === undefined) break;
      source.rest += piece;
    }
    if (source.rest === '') return undefined;
    const line = source.rest;
    source.rest = '';
    const stripped = separator === '' ? line.replace(/\n+$/, '') : line;
    return stripped === '' && separator === '' ? undefined : stripped;
  }

  private findEnd(text: string, separator: string): [number, number] | undefined {
    if (separator === '') {
      const found = /\n\n+/.exec(text.replace(/^\n+/, (run) => ' '.repeat(run.length)));
      return found ? [found.index, found.index + found[0].length] : undefined;
    }
    if (separator.length === 1) {
      const end = text.indexOf(separator);
      return end < 0 ? undefined : [end, end + 1];
    }
    const match = this.expression(separator).find(text);
    return match && match.end > match.start ? [match.start, match.end] : undefined;
  }

  expression(source: string): Expression {
    const compiled = compileExpression(source, { extended: true });
    if (compiled.ok) return compiled.value;
    const literal = compileExpression(source, { extended: true, fixed: true });
    if (literal.ok) return literal.value;
    throw new ExitSignal();
  }

  private *execute(statement: AwkStatement): Coroutine<void> {
    this.tool.charge(1);
    switch (statement.type) {
      case 'block':
        for (const inner of statement.body) yield* this.execute(inner);
        return;
      case 'expression':
        yield* this.evaluate(statement.expression);
        return;
      case 'print':
      case 'printf':
        yield* this.print(statement);
        return;
      case 'if':
        if (toBoolean(yield* this.evaluate(statement.test))) yield* this.execute(statement.then);
        else if (statement.otherwise) yield* this.execute(statement.otherwise);
        return;
      case 'while':
        while (toBoolean(yield* this.evaluate(statement.test))) if (yield* this.loopBody(statement.body)) return;
        return;
      case 'do':
        do if (yield* this.loopBody(statement.body)) return;
        while (toBoolean(yield* this.evaluate(statement.test)));
        return;
      case 'for':
        if (statement.init) yield* this.execute(statement.init);
        while (!statement.test || toBoolean(yield* this.evaluate(statement.test))) {
          if (yield* this.loopBody(statement.body)) return;
          if (statement.step) yield* this.execute(statement.step);
        }
        return;
      case 'for-in':
        for (const key of [...this.array(statement.array).keys()]) {
          this.setVariable(statement.variable, inputValue(key));
          if (yield* this.loopBody(statement.body)) return;
        }
        return;
      case 'delete':
        if (statement.keys) this.array(statement.name).delete(yield* this.key(statement.keys));
        else this.array(statement.name).clear();
        return;
      default:
        yield* this.leave(statement);
    }
  }

  private *leave(statement: AwkStatement): Coroutine<void> {
    switch (statement.type) {
      case 'next':
      case 'nextfile':
        throw new NextSignal(statement.type === 'nextfile');
      case 'break':
      case 'continue':
        throw new LoopSignal(statement.type);
      case 'exit':
        if (statement.value) this.exitStatus = toNumber(yield* this.evaluate(statement.value)) & 255;
        throw new ExitSignal();
      case 'return':
        throw new ReturnSignal(statement.value ? yield* this.evaluate(statement.value) : undefined);
    }
  }

  /** True when the loop is left. */
  private *loopBody(body: AwkStatement): Coroutine<boolean> {
    try {
      yield* this.execute(body);
    } catch (error) {
      if (!(error instanceof LoopSignal)) throw error;
      return error.kind === 'break';
    }
    return false;
  }

  private *print(statement: Extract<AwkStatement, { type: 'print' | 'printf' }>): Coroutine<void> {
    const values: AwkValue[] = [];
    for (const arg of statement.args) values.push(yield* this.evaluate(arg));
    let text: string;
    if (statement.type === 'printf') text = this.format('printf', values);
    else {
      const shown = values.length === 0 ? [this.record.get(0)] : values;
      text = shown.map((value) => toText(value, this.text('OFMT'))).join(this.text('OFS')) + this.text('ORS');
    }
    if (!statement.redirect) yield* this.tool.out(text);
    else {
      const target = this.toText(yield* this.evaluate(statement.redirect.target));
      yield* this.streams.write(statement.redirect.operator, target, text);
    }
  }

  private *key(keys: readonly AwkExpression[]): Coroutine<string> {
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

  private element(name: string, key: string): AwkValue {
    const array = this.array(name);
    if (!array.has(key)) array.set(key, undefined);
    return array.get(key);
  }

  /** The source of an expression: a literal's own, otherwise the text of a value. */
  *pattern(node: AwkExpression): Coroutine<string> {
    return node.type === 'regex' ? node.source : this.toText(yield* this.evaluate(node));
  }

  private *binary(node: Extract<AwkExpression, { type: 'binary' }>): Coroutine<AwkValue> {
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
  private calculate(operator: string, a: number, b: number): number {
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

  private *assignment(node: Extract<AwkExpression, { type: 'assign' }>): Coroutine<AwkValue> {
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

  private *call(node: Extract<AwkExpression, { type: 'call' }>): Coroutine<AwkValue> {
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

  private isArrayLike(name: string): boolean {
    const cell = this.cell(name);
    return cell.array !== undefined || (cell.value === undefined && name !== 'NF');
  }

  private *getline(node: Extract<AwkExpression, { type: 'getline' }>): Coroutine<AwkValue> {
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

function* none(): Coroutine<undefined> {
  return undefined;
}
