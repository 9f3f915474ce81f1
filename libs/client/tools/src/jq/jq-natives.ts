import { utf8Length } from '@seatrial/kernel';
import { describe, splitText } from './jq-arithmetic.js';
import { type JqNative } from './jq-evaluator.js';
import { FILTERS, range } from './jq-filters.js';
import { arrayOf, combinations, valueNative } from './jq-native.js';
import { JqError } from './jq-node.js';
import { parseJsonText } from './jq-json.js';
import { textOf } from './jq-format.js';
import { mathNatives } from './jq-math.js';
import { DATE_NATIVES } from './jq-dates.js';
import { REGEX_NATIVES } from './jq-regex.js';
import {
  COMPACT,
  compareValues,
  copiesOf,
  deletePaths,
  getPath,
  indicesOf,
  isObject,
  isTruthy,
  jsonText,
  setPath,
  sortedKeys,
  spendForText,
  typeName,
  type JqPath,
} from './jq-value.js';

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
  if (Array.isArray(a) && Array.isArray(b))
    return b.every((wanted) => a.some((item) => typeName(item) === typeName(wanted) && contains(item, wanted)));
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
  'tostring/0': valueNative((value, _, machine) => {
    spendForText(value, machine.context.charge);
    return textOf(value);
  }),
  'tonumber/0': valueNative(toNumber),
  'tojson/0': valueNative((value, _, machine) => {
    spendForText(value, machine.context.charge);
    const text = jsonText(value, COMPACT);
    machine.context.hold(text.length);
    return text;
  }),
  'fromjson/0': valueNative((value) => {
    const parsed = parseJsonText(typeof value === 'string' ? value : '');
    if (typeof value !== 'string') throw new JqError(`${describe(value)} only strings can be parsed`);
    if (!parsed.ok) throw new JqError(`${parsed.error} (while parsing '${value}')`);
    return parsed.value;
  }),
  'sort/0': valueNative((value) => [...arrayOf(value, 'sorted, as it is not an array')].sort(compareValues)),
  'min/0': valueNative((value) =>
    arrayOf(value, 'iterated').reduce<unknown>(
      (best, item, index) => (index === 0 || compareValues(item, best) < 0 ? item : best),
      null,
    ),
  ),
  'max/0': valueNative((value) =>
    arrayOf(value, 'iterated').reduce<unknown>(
      (best, item, index) => (index === 0 || compareValues(item, best) >= 0 ? item : best),
      null,
    ),
  ),
  'unique/0': valueNative((value) =>
    [...arrayOf(value, 'sorted, as it is not an array')]
      .sort(compareValues)
      .filter((item, index, all) => index === 0 || compareValues(all[index - 1], item) !== 0),
  ),
  'reverse/0': valueNative((value) => {
    if (typeof value === 'string') return [...value].reverse().join('');
    return value === null ? [] : [...arrayOf(value, 'reversed, as it is not an array')].reverse();
  }),
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
  'implode/0': valueNative((value) =>
    arrayOf(value, 'imploded, must be an array of codepoints')
      .map((code) => String.fromCodePoint(Number(code)))
      .join(''),
  ),
  'split/1': valueNative((value, [separator]) => {
    if (typeof value !== 'string' || typeof separator !== 'string')
      throw new JqError('split input and separator must be strings');
    return splitText(value, separator);
  }),
  'ascii_downcase/0': valueNative((value) =>
    textArgument(value, 'ascii_downcase').replace(/[A-Z]/g, (char) => char.toLowerCase()),
  ),
  'ascii_upcase/0': valueNative((value) =>
    textArgument(value, 'ascii_upcase').replace(/[a-z]/g, (char) => char.toUpperCase()),
  ),
  'ltrimstr/1': valueNative((value, [part]) =>
    typeof value === 'string' && typeof part === 'string' && value.startsWith(part) ? value.slice(part.length) : value,
  ),
  'rtrimstr/1': valueNative((value, [part]) =>
    typeof value === 'string' && typeof part === 'string' && part !== '' && value.endsWith(part)
      ? value.slice(0, -part.length)
      : value,
  ),
  'startswith/1': valueNative((value, [part]) => {
    if (typeof value !== 'string' || typeof part !== 'string') throw new JqError('startswith() requires string inputs');
    return value.startsWith(part);
  }),
  'endswith/1': valueNative((value, [part]) => {
    if (typeof value !== 'string' || typeof part !== 'string') throw new JqError('endswith() requires string inputs');
    return value.endsWith(part);
  }),
  'indices/1': valueNative((value, [part]) => indices(value, part)),
  'setpath/2': valueNative((value, [path, replacement], machine) => {
    if (!Array.isArray(path)) throw new JqError('Path must be specified as an array');
    machine.context.charge(copiesOf(value, path as JqPath));
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

/** Builtins that are not written in jq, by `name/arity`. */
export const NATIVES: ReadonlyMap<string, JqNative> = new Map([
  ...Object.entries(values),
  ...Object.entries(FILTERS),
  ...Object.entries(mathNatives()),
  ...Object.entries(DATE_NATIVES),
  ...Object.entries(REGEX_NATIVES),
]);
