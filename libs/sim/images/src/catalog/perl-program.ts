import { reportUnsupported, sleep, type Coroutine, type Process, type Program } from '@seatrial/kernel';
import { digitsOfPi } from './perl-digits.js';
import { parsePerl } from './perl-parser.js';
import { PerlUnknownError, type PerlExpression, type PerlStatement, type PerlValue } from './perl-syntax.js';

/** Loading Math::BigFloat; digits beyond those it knows by heart are worked out. */
const START_MS = 40;
const KNOWN_DIGITS = 1000;
const MOST_DIGITS = 20_000;
const MS_FOR_2000 = 3300;
const DEFAULT_DIGITS = 40;

const shown = (value: PerlValue): string =>
  typeof value === 'number'
    ? Number.isInteger(value) && Math.abs(value) < 1e15
      ? String(value)
      : String(Number(value.toPrecision(15))).replace(/e([-+])(\d)$/, 'e$10$2')
    : (value ?? '');

const numeric = (value: PerlValue): number =>
  typeof value === 'number' ? value : Number.parseFloat(/^\s*[-+]?[\d.]+(?:e[-+]?\d+)?/i.exec(value ?? '')?.[0] ?? '0');

const isTrue = (value: PerlValue): boolean => value !== undefined && value !== '' && value !== 0 && value !== '0';

const flag = (value: boolean): PerlValue => (value ? 1 : '');

const OPERATORS: Readonly<Record<string, (a: PerlValue, b: PerlValue) => PerlValue>> = {
  '+': (a, b) => numeric(a) + numeric(b),
  '-': (a, b) => numeric(a) - numeric(b),
  '*': (a, b) => numeric(a) * numeric(b),
  '/': (a, b) => numeric(a) / numeric(b),
  '%': (a, b) => numeric(a) - numeric(b) * Math.floor(numeric(a) / numeric(b)),
  '**': (a, b) => numeric(a) ** numeric(b),
  '.': (a, b) => shown(a) + shown(b),
  x: (a, b) => shown(a).repeat(Math.min(Math.max(numeric(b), 0), 100_000)),
  '==': (a, b) => flag(numeric(a) === numeric(b)),
  '!=': (a, b) => flag(numeric(a) !== numeric(b)),
  '<': (a, b) => flag(numeric(a) < numeric(b)),
  '>': (a, b) => flag(numeric(a) > numeric(b)),
  '<=': (a, b) => flag(numeric(a) <= numeric(b)),
  '>=': (a, b) => flag(numeric(a) >= numeric(b)),
  eq: (a, b) => flag(shown(a) === shown(b)),
  ne: (a, b) => flag(shown(a) !== shown(b)),
  lt: (a, b) => flag(shown(a) < shown(b)),
  gt: (a, b) => flag(shown(a) > shown(b)),
};

/** Ends the script. */
class PerlExit {
  constructor(readonly code: number) {}
}

class PerlRun {
  private readonly variables = new Map<string, PerlValue>();
  /** Time that sums have taken and that has not passed yet. */
  private busyMs = 0;

  constructor(
    private readonly process: Process,
    private readonly options: PerlOptions,
  ) {}

  *run(statements: readonly PerlStatement[]): Coroutine<PerlExit | undefined> {
    for (const statement of statements) {
      const end = yield* this.one(statement);
      if (end) return end;
    }
    return undefined;
  }

  private *one(statement: PerlStatement): Coroutine<PerlExit | undefined> {
    this.process.machine.simulation.charge('steps', 1);
    if (statement.kind === 'command') return yield* this.command(statement.name, statement.list);
    if (statement.kind === 'assign') {
      if (statement.value) this.variables.set(statement.name, this.value(statement.value));
      return undefined;
    }
    if (statement.kind === 'if')
      return yield* this.run(isTrue(this.value(statement.condition)) ? statement.then : statement.else);
    if (statement.kind === 'while') {
      while (isTrue(this.value(statement.condition))) {
        const end = yield* this.run(statement.body);
        if (end) return end;
        this.process.machine.simulation.charge('steps', 1);
      }
      return undefined;
    }
    const last = numeric(this.value(statement.to));
    for (let index = numeric(this.value(statement.from)); index <= last; index++) {
      this.variables.set(statement.name, index);
      const end = yield* this.run(statement.body);
      if (end) return end;
    }
    return undefined;
  }

  private *command(name: string, list: readonly PerlExpression[]): Coroutine<PerlExit | undefined> {
    const { stdout, stderr } = this.process;
    const text = (list.length > 0 ? list.map((one) => shown(this.value(one))) : [shown(this.read('_'))]).join('');
    if (this.busyMs > 0) yield* sleep(this.busyMs);
    this.busyMs = 0;
    const complaint = (or: string): string => {
      const said = list.length === 0 ? or : text;
      return said.endsWith('\n') ? said : `${said} at -e line 1.\n`;
    };
    switch (name) {
      case 'exit':
        return new PerlExit(list.length === 0 ? 0 : numeric(text) & 255);
      case 'die':
        yield* stderr.write(complaint('Died'));
        return new PerlExit(255);
      case 'warn':
        yield* stderr.write(complaint("Warning: something's wrong"));
        return undefined;
      case 'sleep':
        yield* sleep(Math.trunc(numeric(text)) * 1000);
        return undefined;
      default:
        yield* stdout.write(text + (name === 'say' ? '\n' : '') + (this.options.lineEnds ? '\n' : ''));
        return undefined;
    }
  }

  private read(name: string): PerlValue {
    return name.startsWith('ENV ') ? this.process.env.get(name.slice(4)) : this.variables.get(name);
  }

  private value(expression: PerlExpression): PerlValue {
    switch (expression.kind) {
      case 'number':
        return expression.value;
      case 'variable':
        return this.read(expression.name);
      case 'text':
        return expression.parts.map(({ text, variable }) => text ?? shown(this.read(variable ?? ''))).join('');
      case 'choice':
        return this.value(isTrue(this.value(expression.if)) ? expression.then : expression.else);
      case 'call':
        return this.call(
          expression.name,
          expression.list.map((one) => this.value(one)),
        );
      case 'binary':
        return this.binary(expression.operator, expression.left, expression.right);
    }
  }

  private binary(operator: string, leftSide: PerlExpression, rightSide: PerlExpression): PerlValue {
    const left = this.value(leftSide);
    if (operator === '&&' || operator === 'and') return isTrue(left) ? this.value(rightSide) : left;
    if (operator === '||' || operator === 'or') return isTrue(left) ? left : this.value(rightSide);
    const result = OPERATORS[operator](left, this.value(rightSide));
    // With bignum numbers have 40 digits and more.
    if (this.options.big && typeof result === 'number' && !Number.isSafeInteger(result)) throw new PerlUnknownError();
    return result;
  }

  private call(name: string, list: readonly PerlValue[]): PerlValue {
    const [first] = list;
    switch (name) {
      case 'bpi':
        return this.pi(Math.trunc(numeric(first)) || DEFAULT_DIGITS);
      case 'time':
        return Math.floor(this.process.machine.simulation.now() / 1000);
      case 'int':
        return Math.trunc(numeric(first));
      case 'abs':
        return Math.abs(numeric(first));
      case 'sqrt':
        if (this.options.big) throw new PerlUnknownError();
        return Math.sqrt(numeric(first));
      case 'length':
        return shown(first).length;
      case 'uc':
        return shown(first).toUpperCase();
      case 'lc':
        return shown(first).toLowerCase();
      case 'not':
        return flag(!isTrue(first));
      default:
        return list.slice(1).map(shown).join(shown(first));
    }
  }

  private pi(digits: number): string {
    if (!this.options.big || digits < 0 || digits > MOST_DIGITS) throw new PerlUnknownError();
    if (digits > KNOWN_DIGITS) this.busyMs += MS_FOR_2000 * (digits / 2000) ** 2.5;
    return digitsOfPi(digits);
  }
}

interface PerlOptions {
  readonly script: string;
  /** `-l` */
  readonly lineEnds: boolean;
  /** bignum or a relative is loaded. */
  readonly big: boolean;
}

/** `-Mbignum=bpi -wle 'print bpi(9)'`; undefined for what is not simulated. */
function readOptions(words: readonly string[]): PerlOptions | undefined {
  let script: string | undefined;
  let lineEnds = false;
  let big = false;
  for (let i = 0; i < words.length; i++) {
    const word = words[i];
    if (/^-M(?:big(?:num|int|rat|float)(?:=.*)?|strict|warnings|5[.\d]*|feature=.*)$/.test(word)) {
      big ||= word.startsWith('-Mbig');
      continue;
    }
    const flags = /^-([wWXl]*)([eE]?)$/.exec(word);
    if (!flags || word === '-') return undefined;
    lineEnds ||= flags[1].includes('l');
    if (flags[2] !== '') script = (script === undefined ? '' : `${script}\n`) + (words[++i] ?? '');
  }
  return script === undefined ? undefined : { script, lineEnds, big };
}

/** perl(1), as far as jobs that work out π and other one-liners go. */
export const perlProgram: Program = function* (process: Process): Coroutine<number> {
  const options = readOptions(process.argv.slice(1));
  try {
    if (!options) throw new PerlUnknownError();
    const statements = parsePerl(options.script);
    yield* sleep(options.big ? START_MS : 2);
    const end = yield* new PerlRun(process, options).run(statements);
    return end?.code ?? 0;
  } catch (error) {
    if (!(error instanceof PerlUnknownError)) throw error;
    reportUnsupported(process.machine, `perl ${process.argv.slice(1).join(' ')}`);
    yield* process.stderr.write('perl: this script is not simulated\n');
    return 1;
  }
};
