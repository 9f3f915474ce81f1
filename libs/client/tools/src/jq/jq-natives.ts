import { utf8Length } from '@seatrial/kernel';
import { describe, splitText } from './jq-arithmetic.js';
import { type JqMachine, type JqNative } from './jq-evaluator.js';
import { iterate, result, type JqItem, type JqScope, type JqStream } from './jq-stream.js';
import { JqError, type JqNode } from './jq-node.js';
import { parseJsonText } from './jq-json.js';
import { textOf } from './jq-format.js';
import { DATE_NATIVES } from './jq-dates.js';
import { REGEX_NATIVES } from './jq-regex.js';
import { COMPACT, compareValues, deletePaths, getPath, indicesOf, isObject, isTruthy, jsonText, setPath, sortedKeys, typeName, type JqPath } from './jq-value.js'; // prettier-ignore

/** A function of the input and the values of its arguments; runs once for each combination of these. */
export function valueNative(
  compute: (value: unknown, args: readonly unknown[], machine: JqMachine) => unknown,
): JqNative {
  return function* (machine, item, args, scope) {
    for (const values of combinations(machine, args, item.value, scope))
      yield result(item, compute(item.value, values, machine));
  };
}

function* combinations(
  machine: JqMachine,
  args: readonly JqNode[],
  value: unknown,
  scope: JqScope,
): Generator<unknown[], void> {
  if (args.length === 0) {
    yield [];
    return;
  }
  for (const rest of combinations(machine, args.slice(1), value, scope))
    for (const first of machine.values(args[0], value, scope)) yield [first, ...rest];
}

function arrayOf(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new JqError(`${describe(value)} cannot be ${what}`);
  return value;
}

function length(value: unknown): unknown {
  if (value === null) return 0;
  if (typeof value === 'string') return [...value].length;
  if (typeof value === 'number') return Math.abs(value);
  if (Array.isArray(value)) return value.length;
  if (isObject(value)) return Object.keys(value).length;
  throw new JqError(`${describe(value)} has no length`);
}

function keys(value: unknown, sorted: boolean): unknown[] {
  if (Array.isArray(value)) return value.map((_, index) => index);
  if (isObject(value)) return sorted ? sortedKeys(value) : Object.keys(value);
  throw new JqError(`${describe(value)} has no keys`);
}

function has(value: unknown, key: unknown): boolean {
  if (isObject(value) && typeof key === 'string') return Object.hasOwn(value, key);
  if (Array.isArray(value) && typeof key === 'number') return key >= 0 && key < value.length;
  throw new JqError(`Cannot check whether ${typeName(value)} has a ${typeName(key)} key`);
}

function contains(a: unknown, b: unknown): boolean {
  if (isObject(a) && isObject(b))
    return Object.keys(b).every((key) => Object.hasOwn(a, key) && contains(a[key], b[key]));
  if (Array.isArray(a) && Array.isArray(b)) return b.every((wanted) => a.some((item) => typeName(item) === typeName(wanted) && contains(item, wanted))); // prettier-ignore
  if (typeof a === 'string' && typeof b === 'string') return a.includes(b);
  if (typeName(a) === typeName(b) && (a === null || typeof a !== 'object')) return compareValues(a, b) === 0;
  throw new JqError(`${describe(a)} and ${describe(b)} cannot have their containment checked`);
}

function flatten(value: readonly unknown[], depth: number): unknown[] {
  return value.flatMap((item) => (Array.isArray(item) && depth > 0 ? flatten(item as unknown[], depth - 1) : [item]));
}

function indices(value: unknown, part: unknown): unknown {
  if (value === null) return null;
  if (typeof value === 'string' && typeof part === 'string') {
    const found: number[] = [];
    if (part === '') return null;
    for (let at = value.indexOf(part); at >= 0; at = value.indexOf(part, at + 1))
      found.push([...value.slice(0, at)].length);
    return found;
  }
  if (Array.isArray(value)) return indicesOf(value, Array.isArray(part) ? (part as unknown[]) : [part]);
  throw new JqError(`Cannot determine indices of ${typeName(part)} in ${typeName(value)}`);
}

function toNumber(value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'string') {
    const parsed = parseJsonText(value);
    if (parsed.ok && typeof parsed.value === 'number') return parsed.value;
    throw new JqError(parsed.ok ? `Cannot be parsed as a number` : `${parsed.error} (while parsing '${value}')`);
  }
  throw new JqError(`${describe(value)} cannot be parsed as a number`);
}

function textArgument(value: unknown, name: string): string {
  if (typeof value === 'string') return value;
  throw new JqError(`${name} input must be a string`);
}

/** `sort_by(f)`, `group_by(f)`: elements with their keys, in order. */
function keyed(machine: JqMachine, item: JqItem, node: JqNode, scope: JqScope, what: string) {
  const entries = arrayOf(item.value, what).map((value) => ({ value, key: [...machine.values(node, value, scope)] }));
  machine.context.charge(entries.length * 4);
  return entries.sort((a, b) => compareValues(a.key, b.key));
}

const values: Readonly<Record<string, JqNative>> = {
  'not/0': valueNative((value) => !isTruthy(value)),
  'length/0': valueNative(length),
  'utf8bytelength/0': valueNative((value) => {
    if (typeof value !== 'string') throw new JqError(`${describe(value)} only strings have UTF-8 byte length`);
    return utf8Length(value);
  }),
  'keys/0': valueNative((value) => keys(value, true)),
  'keys_unsorted/0': valueNative((value) => keys(value, false)),
  'has/1': valueNative((value, [key]) => has(value, key)),
  'contains/1': valueNative((value, [other]) => contains(value, other)),
  'type/0': valueNative(typeName),
  'tostring/0': valueNative(textOf),
  'tonumber/0': valueNative(toNumber),
  'tojson/0': valueNative((value) => jsonText(value, COMPACT)),
  'fromjson/0': valueNative((value) => {
    const parsed = parseJsonText(typeof value === 'string' ? value : '');
    if (typeof value !== 'string') throw new JqError(`${describe(value)} only strings can be parsed`);
    if (!parsed.ok) throw new JqError(`${parsed.error} (while parsing '${value}')`);
    return parsed.value;
  }),
  'sort/0': valueNative((value) => [...arrayOf(value, 'sorted, as it is not an array')].sort(compareValues)),
  'min/0': valueNative((value) => arrayOf(value, 'iterated').reduce<unknown>((best, item, index) => (index === 0 || compareValues(item, best) < 0 ? item : best), null)), // prettier-ignore
  'max/0': valueNative((value) => arrayOf(value, 'iterated').reduce<unknown>((best, item, index) => (index === 0 || compareValues(item, best) >= 0 ? item : best), null)), // prettier-ignore
  'unique/0': valueNative((value) => [...arrayOf(value, 'sorted, as it is not an array')].sort(compareValues).filter((item, index, all) => index === 0 || compareValues(all[index - 1], item) !== 0)), // prettier-ignore
  'reverse/0': valueNative((value) => (typeof value === 'string' ? [...value].reverse().join('') : value === null ? [] : [...arrayOf(value, 'reversed, as it is not an array')].reverse())), // prettier-ignore
  'flatten/0': valueNative((value) => flatten(arrayOf(value, 'flattened'), 1000)),
  'flatten/1': valueNative((value, [depth]) => {
    if (typeof depth !== 'number' || depth < 0) throw new JqError('flatten depth must not be negative');
    return flatten(arrayOf(value, 'flattened'), depth);
  }),
  'range/1': function* (machine, item, args, scope) {
    for (const to of machine.values(args[0], item.value, scope)) yield* range(machine, item, 0, to, 1);
  },
  'range/2': function* (machine, item, args, scope) {
    for (const [from, to] of combinations(machine, args, item.value, scope)) yield* range(machine, item, from, to, 1);
  },
  'range/3': function* (machine, item, args, scope) {
    for (const [from, to, by] of combinations(machine, args, item.value, scope))
      yield* range(machine, item, from, to, by);
  },
  'explode/0': valueNative((value) => [...textArgument(value, 'explode')].map((char) => char.codePointAt(0))),
  'implode/0': valueNative((value) => arrayOf(value, 'imploded, must be an array of codepoints').map((code) => String.fromCodePoint(Number(code))).join('')), // prettier-ignore
  'split/1': valueNative((value, [separator]) => {
    if (typeof value !== 'string' || typeof separator !== 'string') throw new JqError('split input and separator must be strings'); // prettier-ignore
    return splitText(value, separator);
  }),
  'ascii_downcase/0': valueNative((value) => textArgument(value, 'ascii_downcase').replace(/[A-Z]/g, (char) => char.toLowerCase())), // prettier-ignore
  'ascii_upcase/0': valueNative((value) => textArgument(value, 'ascii_upcase').replace(/[a-z]/g, (char) => char.toUpperCase())), // prettier-ignore
  'ltrimstr/1': valueNative((value, [part]) => (typeof value === 'string' && typeof part === 'string' && value.startsWith(part) ? value.slice(part.length) : value)), // prettier-ignore
  'rtrimstr/1': valueNative((value, [part]) => (typeof value === 'string' && typeof part === 'string' && part !== '' && value.endsWith(part) ? value.slice(0, -part.length) : value)), // prettier-ignore
  'startswith/1': valueNative((value, [part]) => {
    if (typeof value !== 'string' || typeof part !== 'string') throw new JqError('startswith() requires string inputs');
    return value.startsWith(part);
  }),
  'endswith/1': valueNative((value, [part]) => {
    if (typeof value !== 'string' || typeof part !== 'string') throw new JqError('endswith() requires string inputs');
    return value.endsWith(part);
  }),
  'indices/1': valueNative((value, [part]) => indices(value, part)),
  'setpath/2': valueNative((value, [path, replacement]) => {
    if (!Array.isArray(path)) throw new JqError('Path must be specified as an array');
    return setPath(value, path as JqPath, replacement);
  }),
  'delpaths/1': valueNative((value, [paths]) => {
    if (!Array.isArray(paths)) throw new JqError('Paths must be specified as an array');
    return deletePaths(value, paths as JqPath[]);
  }),
  'infinite/0': valueNative(() => Number.POSITIVE_INFINITY),
  'nan/0': valueNative(() => Number.NaN),
  'isinfinite/0': valueNative((value) => Math.abs(Number(value)) === Number.POSITIVE_INFINITY),
  'isnan/0': valueNative((value) => Number.isNaN(value)),
  'isnormal/0': valueNative((value) => typeof value === 'number' && Number.isFinite(value) && value !== 0),
  'null/0': valueNative(() => null),
  'true/0': valueNative(() => true),
  'false/0': valueNative(() => false),
  'builtins/0': valueNative((_, __, machine) => [...machine.context.natives.keys()]),
  'input_filename/0': valueNative(() => null),
  'now/0': valueNative((_, __, machine) => machine.context.now()),
  'getpath/1': function* (machine, item, args, scope) {
    for (const path of machine.values(args[0], item.value, scope)) {
      if (!Array.isArray(path)) throw new JqError('Path must be specified as an array');
      const value = getPath(item.value, path as JqPath);
      yield item.path === undefined ? { value } : { value, path: [...(item.path ?? []), ...(path as JqPath)] };
    }
  },
};

function* range(machine: JqMachine, item: JqItem, from: unknown, to: unknown, by: unknown): JqStream {
  if (typeof from !== 'number' || typeof to !== 'number' || typeof by !== 'number') throw new JqError('Range bounds must be numeric'); // prettier-ignore
  if (by === 0) return;
  for (let value = from; by > 0 ? value < to : value > to; value += by) {
    machine.context.charge(1);
    yield result(item, value);
  }
}

const filters: Readonly<Record<string, JqNative>> = {
  *'empty/0'() {
    // No output.
  },
  *'error/1'(machine, item, args, scope) {
    for (const value of machine.values(args[0], item.value, scope)) throw new JqError(value);
  },
  *'path/1'(machine, item, args, scope) {
    for (const found of machine.paths(args[0], item.value, scope)) yield result(item, found.path);
  },
  *'first/1'(machine, item, args, scope) {
    for (const found of machine.run(args[0], item, scope)) {
      yield found;
      return;
    }
  },
  *'first/0'(_, item) {
    for (const found of at(item, 0)) yield found;
  },
  *'last/0'(_, item) {
    for (const found of at(item, -1)) yield found;
  },
  *'last/1'(machine, item, args, scope) {
    let last: JqItem | undefined;
    for (const found of machine.run(args[0], item, scope)) last = found;
    if (last) yield last;
  },
  *'nth/1'(machine, item, args, scope) {
    for (const index of machine.values(args[0], item.value, scope)) yield* at(item, Number(index));
  },
  *'nth/2'(machine, item, args, scope) {
    for (const index of machine.values(args[0], item.value, scope)) {
      if (Number(index) < 0) throw new JqError('Out of bounds negative array index');
      let left = Number(index);
      for (const found of machine.run(args[1], item, scope))
        if (left-- === 0) {
          yield found;
          break;
        }
    }
  },
  *'limit/2'(machine, item, args, scope) {
    for (const count of machine.values(args[0], item.value, scope)) {
      let left = Number(count);
      if (left < 0) left = Infinity;
      for (const found of machine.run(args[1], item, scope)) {
        yield found;
        if (--left <= 0) break;
      }
    }
  },
  *'until/2'(machine, item, args, scope) {
    let current = item;
    while (!isTruthy(machine.first(args[0], current.value, scope))) {
      let next: JqItem | undefined;
      for (const found of machine.run(args[1], current, scope)) {
        next = found;
        break;
      }
      if (!next) return;
      current = next;
    }
    yield current;
  },
  *'while/2'(machine, item, args, scope) {
    let current: JqItem | undefined = item;
    while (current && isTruthy(machine.first(args[0], current.value, scope))) {
      yield current;
      const before: JqItem = current;
      current = undefined;
      for (const found of machine.run(args[1], before, scope)) {
        current = found;
        break;
      }
    }
  },
  *'isempty/1'(machine, item, args, scope) {
    for (const _ of machine.run(args[0], { value: item.value }, scope)) {
      yield result(item, false);
      return;
    }
    yield result(item, true);
  },
  *'sort_by/1'(machine, item, args, scope) {
    yield result(
      item,
      keyed(machine, item, args[0], scope, 'sorted, as it is not an array').map((entry) => entry.value),
    );
  },
  *'group_by/1'(machine, item, args, scope) {
    const groups: { key: unknown; values: unknown[] }[] = [];
    for (const { key, value } of keyed(machine, item, args[0], scope, 'grouped, as it is not an array')) {
      const last = groups.at(-1);
      if (last && compareValues(last.key, key) === 0) last.values.push(value);
      else groups.push({ key, values: [value] });
    }
    yield result(item, groups.map((group) => group.values)); // prettier-ignore
  },
  *'input/0'(machine, item) {
    const next = machine.context.nextInput();
    if (!next) throw new JqError('No more inputs');
    yield result(item, next.value);
  },
  *'inputs/0'(machine, item) {
    for (let next = machine.context.nextInput(); next; next = machine.context.nextInput())
      yield result(item, next.value);
  },
  *'debug/0'(machine, item) {
    machine.context.stderr(`["DEBUG:",${jsonText(item.value, COMPACT)}]\n`);
    yield item;
  },
  *'stderr/0'(machine, item) {
    machine.context.stderr(jsonText(item.value, COMPACT));
    yield item;
  },
  *'halt/0'() {
    throw new JqHalt(0, undefined);
  },
  *'halt_error/1'(machine, item, args, scope) {
    throw new JqHalt(Number(machine.first(args[0], item.value, scope)), item.value);
  },
};

/** `halt` and `halt_error`: the program ends at once. */
export class JqHalt extends Error {
  constructor(
    readonly status: number,
    readonly value: unknown,
  ) {
    super('halt');
  }
}

function* at(item: JqItem, index: number): JqStream {
  if (item.value !== null && !Array.isArray(item.value))
    throw new JqError(`Cannot index ${typeName(item.value)} with number`);
  const list = [...iterate({ ...item, value: item.value ?? [] }, () => undefined)];
  yield list.at(index) ?? result(item, null);
}

const MATH: readonly ('floor' | 'sqrt' | 'ceil' | 'round' | 'exp' | 'log' | 'log2' | 'log10' | 'sin' | 'cos' | 'tan' | 'asin' | 'acos' | 'atan' | 'cbrt' | 'trunc')[] = ['floor', 'sqrt', 'ceil', 'round', 'exp', 'log', 'log2', 'log10', 'sin', 'cos', 'tan', 'asin', 'acos', 'atan', 'cbrt', 'trunc']; // prettier-ignore

function mathNatives(): Record<string, JqNative> {
  const natives: Record<string, JqNative> = {};
  const number = (value: unknown): number => {
    if (typeof value !== 'number') throw new JqError(`${describe(value)} number required`);
    return value;
  };
  for (const name of MATH) natives[`${name}/0`] = valueNative((value) => Math[name](number(value)));
  natives['fabs/0'] = valueNative((value) => Math.abs(number(value)));
  natives['exp10/0'] = valueNative((value) => 10 ** number(value));
  natives['exp2/0'] = valueNative((value) => 2 ** number(value));
  natives['pow/2'] = valueNative((_, [base, exponent]) => number(base) ** number(exponent));
  natives['log/2'] = valueNative((_, [base, value]) => Math.log(number(value)) / Math.log(number(base)));
  natives['fmin/2'] = valueNative((_, [a, b]) => Math.min(number(a), number(b)));
  natives['fmax/2'] = valueNative((_, [a, b]) => Math.max(number(a), number(b)));
  natives['fmod/2'] = valueNative((_, [a, b]) => number(a) % number(b));
  return natives;
}

/** Builtins that are not written in jq, by `name/arity`. */
export const NATIVES: ReadonlyMap<string, JqNative> = new Map([
  ...Object.entries(values),
  ...Object.entries(filters),
  ...Object.entries(mathNatives()),
  ...Object.entries(DATE_NATIVES),
  ...Object.entries(REGEX_NATIVES),
]);
