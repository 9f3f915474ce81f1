import { MATH_LIBRARY } from './bc-library.js';
import type { BcArgument, BcExpression, BcFunction, BcStatement } from './bc-node.js';
import { relation, truth } from './bc-relation.js';
import { BcStorage, type BcArray } from './bc-storage.js';
import {
  ZERO,
  add,
  decimalText,
  divide,
  multiply,
  negate,
  raise,
  remainder,
  rescale,
  squareRoot,
  type Decimal,
} from './decimal.js';

/** A line that cannot be computed. */
export class BcRuntimeError extends Error {}

/** `halt`. */
export class BcEnd extends Error {}

class Leave extends Error {
  constructor(readonly kind: 'break' | 'continue') {
    super(kind);
  }
}

class Return extends Error {
  constructor(readonly value: Decimal) {
    super('return');
  }
}

const MOST_DIGITS = 100_000;
const MOST_CALLS = 400;
const MOST_ELEMENTS = 16_777_215;
const LINE_LENGTH = 68;
const ESCAPES: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', q: '"', r: '\r', t: '\t', '\\': '\\' }; // prettier-ignore

/** How long a number is, for what it costs to compute with it. */
const lengthOf = ({ units }: Decimal): number => 1 + units.toString(16).length;

/** Long numbers go over several lines of 70 characters. */
const folded = (text: string): string => text.replace(new RegExp(`.{${LINE_LENGTH}}(?=..)`, 'g'), '$&\\\n');

/** Runs what was read (GNU bc's execute.c, 1.07). Output gathers until it is taken. */
export class BcInterpreter {
  private last: Decimal = ZERO;
  private readonly storage: BcStorage;
  private readonly functions = new Map<string, BcFunction>();
  private calls = 0;
  private output = '';
  private warnings = '';
  /** Where GNU bc's code would be, for run-time errors. */
  private address = 0;
  private running = '(main)';

  constructor(
    private readonly mathLibrary: boolean,
    private readonly charge: (steps: number) => void,
  ) {
    this.storage = new BcStorage(mathLibrary ? 20 : 0);
  }

  define(definition: BcFunction): void {
    this.functions.set(definition.name, definition);
  }

  /** What was printed since the last time, and what was warned of. */
  takeOutput(): { readonly output: string; readonly warnings: string } {
    const taken = { output: this.output, warnings: this.warnings };
    this.output = '';
    this.warnings = '';
    return taken;
  }

  run(statements: readonly BcStatement[]): void {
    this.address = 0;
    this.running = '(main)';
    this.calls = 0;
    try {
      for (const statement of statements) this.execute(statement);
    } catch (error) {
      // Outside of a loop and of a function they do nothing.
      if (!(error instanceof Leave) && !(error instanceof Return)) throw error;
    }
  }

  private write(text: string): void {
    this.charge(text.length >> 4);
    this.output += text;
  }

  private printed(value: Decimal): string {
    this.last = value;
    return folded(decimalText(value, this.storage.outputBase));
  }

  private execute(statement: BcStatement): void {
    this.charge(1);
    switch (statement.type) {
      case 'expression': {
        const value = this.evaluate(statement.expression);
        this.address++;
        if (statement.prints && !this.isVoid(statement.expression)) this.write(`${this.printed(value)}\n`);
        return;
      }
      case 'string':
        this.write(statement.text);
        return;
      case 'print':
        for (const item of statement.items)
          this.write(
            typeof item === 'string'
              ? item.replace(/\\([abfnqrt\\])/g, (_, letter: string) => ESCAPES[letter])
              : this.printed(this.evaluate(item)),
          );
        return;
      case 'block':
        for (const each of statement.body) this.execute(each);
        return;
      case 'if':
        if (this.holds(statement.test)) this.execute(statement.then);
        else if (statement.otherwise) this.execute(statement.otherwise);
        return;
      case 'while':
        while (this.holds(statement.test) && this.goesOn(statement.body));
        return;
      case 'for':
        if (statement.first) this.evaluate(statement.first);
        while (!statement.test || this.holds(statement.test)) {
          if (!this.goesOn(statement.body)) return;
          if (statement.next) this.evaluate(statement.next);
        }
        return;
      case 'break':
      case 'continue':
        throw new Leave(statement.type);
      case 'return':
        throw new Return(statement.value ? this.evaluate(statement.value) : ZERO);
      case 'halt':
        throw new BcEnd();
    }
  }

  private isVoid(expression: BcExpression): boolean {
    return expression.type === 'call' && this.functions.get(expression.name)?.isVoid === true;
  }

  /** Runs a loop's body; false when it leaves the loop. */
  private goesOn(body: BcStatement): boolean {
    this.charge(1);
    try {
      this.execute(body);
      return true;
    } catch (error) {
      if (!(error instanceof Leave)) throw error;
      return error.kind === 'continue';
    }
  }

  private holds(test: BcExpression): boolean {
    return this.evaluate(test).units !== 0n;
  }

  private evaluate(expression: BcExpression): Decimal {
    this.charge(1);
    switch (expression.type) {
      case 'number':
        this.address += expression.size;
        return this.storage.number(expression.text);
      case 'last':
        return this.last;
      case 'variable':
      case 'element':
        this.address += 2;
        return this.read(expression);
      case 'binary':
        return this.binary(expression);
      case 'unary': {
        const value = this.evaluate(expression.operand);
        this.address++;
        return expression.operator === '-' ? negate(value) : truth(value.units === 0n);
      }
      case 'assign': {
        const { operator, place } = expression;
        const given = this.evaluate(expression.value);
        this.address += expression.size - expression.value.size;
        const value = operator === '=' ? given : this.apply(operator.charAt(0), this.read(place), given);
        this.store(place, value);
        return this.read(place);
      }
      case 'step': {
        const before = this.read(expression.place);
        this.address += expression.size;
        this.store(expression.place, add(before, { units: BigInt(expression.by), scale: 0 }));
        return expression.before ? this.read(expression.place) : before;
      }
      case 'call':
        return this.call(expression.name, expression.args);
    }
  }

  private binary({ operator, left, right }: Extract<BcExpression, { type: 'binary' }>): Decimal {
    const a = this.evaluate(left);
    if (operator === '') return a;
    if (operator === '&&' || operator === '||') {
      const decided = (a.units !== 0n) === (operator === '||');
      return truth(decided ? operator === '||' : this.holds(right));
    }
    const b = this.evaluate(right);
    this.address++;
    return this.apply(operator, a, b);
  }

  private apply(operator: string, a: Decimal, b: Decimal): Decimal {
    this.charge(1 + (lengthOf(a) * lengthOf(b)) / 4096);
    switch (operator) {
      case '+':
        return add(a, b);
      case '-':
        return add(a, negate(b));
      case '*':
        return multiply(a, b, this.storage.scale);
      case '/':
        return this.defined(divide(a, b, this.storage.scale));
      case '%':
        return this.defined(remainder(a, b, this.storage.scale));
      case '^':
        return this.raised(a, b);
      default:
        return relation(operator, a, b);
    }
  }

  private raised(a: Decimal, b: Decimal): Decimal {
    if (b.scale > 0 && b.units % 10n ** BigInt(b.scale) !== 0n) this.warn('non-zero scale in exponent');
    const exponent = Number(rescale(b, 0).units);
    const digits = Math.abs(exponent) * a.units.toString().length;
    if (digits > MOST_DIGITS) throw this.problem('exponent too large in raise');
    this.charge((digits * digits) / 4096);
    return this.defined(raise(a, exponent, this.storage.scale));
  }

  private warn(text: string): void {
    this.warnings += `Runtime warning (func=${this.running}, adr=${this.address}): ${text}\n`;
  }

  private problem(text: string): BcRuntimeError {
    return new BcRuntimeError(`Runtime error (func=${this.running}, adr=${this.address}): ${text}`);
  }

  private defined(value: Decimal | undefined, text = 'Divide by zero'): Decimal {
    if (!value) throw this.problem(text);
    return value;
  }

  private read(place: BcExpression): Decimal {
    if (place.type === 'element') return this.storage.array(place.name).get(this.index(place.index)) ?? ZERO;
    return place.type === 'variable' ? this.storage.read(place.name) : this.last;
  }

  private index(expression: BcExpression): number {
    const index = Number(rescale(this.evaluate(expression), 0).units);
    if (index < 0 || index > MOST_ELEMENTS) throw this.problem('Array subscript out of bounds.');
    return index;
  }

  private store(place: BcExpression, value: Decimal): void {
    if (place.type === 'element') this.storage.array(place.name).set(this.index(place.index), value);
    else if (place.type === 'variable') this.storage.write(place.name, value);
  }

  private call(name: string, args: readonly BcArgument[]): Decimal {
    const own = this.ownFunction(name, args);
    if (own) return own;
    const definition = this.functions.get(name);
    const library = this.mathLibrary ? MATH_LIBRARY.get(name) : undefined;
    if (!definition && !library) {
      for (const each of args) if (each.type !== 'array') this.evaluate(each);
      this.address += 2;
      throw this.problem(`Function ${name} not defined.`);
    }
    const values = args.map((each) => (each.type === 'array' ? this.storage.array(each.name) : this.evaluate(each)));
    if (definition) return this.enter(definition, values);
    const numbers = values.filter((value): value is Decimal => !(value instanceof Map));
    this.charge(10 + this.storage.scale * this.storage.scale);
    return library?.(numbers, this.storage.scale) ?? ZERO;
  }

  private ownFunction(name: string, args: readonly BcArgument[]): Decimal | undefined {
    if (name !== 'sqrt' && name !== 'scale' && name !== 'length') return undefined;
    const [given] = args;
    if (args.length === 0 || given.type === 'array') throw this.problem(`Function ${name} not defined.`);
    const value = this.evaluate(given);
    this.address += 2;
    if (name === 'sqrt') return this.defined(squareRoot(value, this.storage.scale), 'Square root of a negative number');
    const text = value.units.toString().replace('-', '');
    return { units: BigInt(name === 'scale' ? value.scale : Math.max(text.length, value.scale)), scale: 0 };
  }

  private enter({ name, parameters, autos, body }: BcFunction, values: readonly (Decimal | BcArray)[]): Decimal {
    this.address += 3 + Math.min(values.length, parameters.length);
    if (values.length !== parameters.length) throw this.problem('Parameter number mismatch');
    if (++this.calls > MOST_CALLS) throw this.problem('Function nesting too deep');
    const saved = [...parameters, ...autos].map((each) => this.storage.save(each));
    const caller = this.running;
    this.running = name;
    try {
      for (const each of autos) this.storage.bind(each, undefined);
      for (const [index, each] of parameters.entries()) this.storage.bind(each, values[index]);
      for (const statement of body) this.execute(statement);
      return ZERO;
    } catch (error) {
      if (error instanceof Return) return error.value;
      throw error;
    } finally {
      for (const restore of saved.reverse()) restore();
      this.running = caller;
      this.calls--;
    }
  }
}
