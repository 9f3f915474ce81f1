import { utf8Length, type Coroutine } from '@seatrial/kernel';
import type { AwkEvaluator } from './awk-evaluator.js';
import type { AwkExpression } from './awk-node.js';
import { splitByExpression, splitFields } from './awk-record.js';
import { inputValue, toNumber, type AwkValue } from './awk-value.js';
import { formatDate } from '@seatrial/shell';

/** Calls a builtin function; an unknown one ends the program as mawk does at parse time. */
export function* callBuiltin(awk: AwkEvaluator, name: string, args: readonly AwkExpression[]): Coroutine<AwkValue> {
  switch (name) {
    case 'length':
      return yield* length(awk, args);
    case 'split':
      return yield* split(awk, args);
    case 'sub':
    case 'gsub':
      return yield* substitute(awk, args, name === 'gsub');
    case 'match': {
      const text = awk.toText(yield* awk.evaluate(args[0]));
      const expression = awk.expression(yield* awk.pattern(args[1]));
      const found = expression.find(text);
      awk.tool.charge(expression.takeCost());
      awk.setVariable('RSTART', found ? found.start + 1 : 0);
      awk.setVariable('RLENGTH', found ? found.end - found.start : -1);
      return found ? found.start + 1 : 0;
    }
  }
  const values: AwkValue[] = [];
  for (const arg of args) values.push(yield* awk.evaluate(arg));
  return yield* callOnValues(awk, name, values);
}

function* callOnValues(awk: AwkEvaluator, name: string, values: readonly AwkValue[]): Coroutine<AwkValue> {
  const text = (index: number): string => awk.toText(values[index]);
  const number = (index: number): number => toNumber(values[index]);
  switch (name) {
    case 'substr':
      return substring(text(0), number(1), values.length > 2 ? number(2) : undefined);
    case 'index':
      return text(0).indexOf(text(1)) + 1;
    case 'tolower':
      return asciiCase(text(0), 'toLowerCase');
    case 'toupper':
      return asciiCase(text(0), 'toUpperCase');
    case 'sprintf':
      return awk.format('sprintf', values);
    case 'int':
      return Math.trunc(number(0));
    case 'sqrt':
      return Math.sqrt(number(0));
    case 'exp':
      return Math.exp(number(0));
    case 'log':
      return Math.log(number(0));
    case 'sin':
      return Math.sin(number(0));
    case 'cos':
      return Math.cos(number(0));
    case 'atan2':
      return Math.atan2(number(0), number(1));
    case 'rand':
      return awk.tool.machine.simulation.random
        .split(`awk/${awk.tool.machine.hostname}/${String(awk.tool.process.pid)}/${String(awk.seed++)}`)
        .fraction();
    case 'srand': {
      const before = awk.seed;
      awk.seed = values.length > 0 ? number(0) : Math.floor(awk.tool.machine.simulation.now() / 1000);
      return before;
    }
    case 'system':
      return yield* awk.streams.run(text(0));
    case 'close':
      return yield* awk.streams.close(text(0));
    case 'fflush':
      yield* awk.streams.flush();
      return 0;
    case 'systime':
      return Math.floor(awk.tool.machine.simulation.now() / 1000);
    case 'strftime':
      return formatDate(
        values.length > 0 ? text(0) : '%c',
        values.length > 1 ? number(1) * 1000 : awk.tool.machine.simulation.now(),
      );
    default:
      yield* awk.streams.flush();
      return yield* awk.tool.die(`line 2: function ${name} never defined`, 2);
  }
}

function* length(awk: AwkEvaluator, args: readonly AwkExpression[]): Coroutine<AwkValue> {
  // mawk counts bytes, busybox characters.
  const size = (text: string): number =>
    awk.tool.machine.programs.has('busybox') ? [...text].length : utf8Length(text);
  if (args.length === 0) return size(awk.toText(awk.record.get(0)));
  const [arg] = args;
  if (arg.type === 'variable' && awk.globals.get(arg.name)?.array) return awk.array(arg.name).size;
  return size(awk.toText(yield* awk.evaluate(arg)));
}

/** mawk and busybox know the letters of ASCII only. */
function asciiCase(text: string, change: 'toLowerCase' | 'toUpperCase'): string {
  return text.replace(/[A-Za-z]+/g, (letters) => letters[change]());
}

/** Positions count from 1; mawk counts a start before the text as one step less than POSIX does. */
function substring(text: string, start: number, size: number | undefined): string {
  const characters = [...text];
  const given = Math.round(start);
  const from = Math.max(1, given);
  const longer = given < 1 ? -given : 0;
  const to =
    size === undefined ? characters.length + 1 : from + Math.max(0, Math.round(size)) + (size > 0 ? longer : 0);
  return characters.slice(Math.max(0, from - 1), Math.max(0, to - 1)).join('');
}

function* split(awk: AwkEvaluator, args: readonly AwkExpression[]): Coroutine<AwkValue> {
  const text = awk.toText(yield* awk.evaluate(args[0]));
  const target = args[1];
  if (target.type !== 'variable') return 0;
  const separator = args.at(2);
  let pieces: string[];
  if (separator?.type === 'regex' && separator.source !== ' ')
    pieces = text === '' ? [] : splitByExpression(text, awk.expression(separator.source));
  else pieces = splitFields(text, separator ? awk.toText(yield* awk.evaluate(separator)) : awk.text('FS'));
  const array = awk.array(target.name);
  array.clear();
  for (const [index, piece] of pieces.entries()) array.set(String(index + 1), inputValue(piece));
  return pieces.length;
}

/** `&` is what matched, `\&` an ampersand. */
function expand(replacement: string, matched: string): string {
  return replacement.replace(
    /\\(\\|&)|&/g,
    (text, escaped: string | undefined) => escaped ?? (text === '&' ? matched : text),
  );
}

function* substitute(awk: AwkEvaluator, args: readonly AwkExpression[], all: boolean): Coroutine<AwkValue> {
  const expression = awk.expression(yield* awk.pattern(args[0]));
  const replacement = awk.toText(yield* awk.evaluate(args[1]));
  const target: AwkExpression = args.at(2) ?? { type: 'field', index: { type: 'number', value: 0 } };
  const text = awk.toText(yield* awk.evaluate(target));
  let result = '';
  let from = 0;
  let count = 0;
  while (from <= text.length) {
    const match = expression.find(text, from);
    awk.tool.charge(expression.takeCost());
    if (!match) break;
    const empty = match.end === match.start;
    result += text.slice(from, match.start) + expand(replacement, text.slice(match.start, match.end));
    count++;
    from = match.end;
    if (empty) {
      result += text.slice(from, from + 1);
      from++;
    }
    if (!all) break;
  }
  if (count === 0) return 0;
  yield* awk.assign(target, result + text.slice(from));
  return count;
}
