import { versionFits } from '../chart/version-constraint.js';
import { compareStrings, isJsonObject, jsonEqual, setOwn } from '@seatrial/kernel';
import { toCompactJson, toJson, toYaml, yamlToJson } from '@seatrial/manifest';
import { FunctionFailure, isTrue, templateFunction, typeName, type FunctionTable } from '@seatrial/template';
import { textOf } from './sprig-text.js';
import { coalesceValues, plainValues } from '../values/values.js';

type Map = Record<string, unknown>;

/** cast.ToInt64. */
function integer(value: unknown): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? BigInt(Math.trunc(value)) : 0n;
  if (typeof value === 'boolean') return value ? 1n : 0n;
  const match = typeof value === 'string' ? /^[+-]?\d{1,18}/.exec(value) : null;
  return match ? BigInt(match[0]) : 0n;
}

const float = (value: unknown): number =>
  typeof value === 'bigint' ? Number(value) : typeof value === 'number' ? value : Number(textOf(value)) || 0;

const fold = (call: (sum: bigint, value: bigint) => bigint) =>
  templateFunction(['any'], (...values: unknown[]) => values.map(integer).reduce(call), 'any');

const divide = (a: bigint, b: bigint): bigint => {
  if (b === 0n) throw new FunctionFailure('runtime error: integer divide by zero');
  return a / b;
};

const list = (value: unknown, name: string): unknown[] => {
  if (Array.isArray(value)) return value as unknown[];
  throw new FunctionFailure(`Cannot ${name} on type ${value === null ? 'invalid' : typeName(value)}`);
};

const keysOf = (map: Map | null): string[] => Object.keys(map ?? {}).sort(compareStrings);

function dict(...pairs: unknown[]): Map {
  const map: Map = {};
  for (let i = 0; i < pairs.length; i += 2) setOwn(map, textOf(pairs[i]), i + 1 < pairs.length ? pairs[i + 1] : '');
  return map;
}

function dig(...path: unknown[]): unknown {
  if (path.length < 3) throw new FunctionFailure('dig needs at least three arguments');
  const map = path.at(-1);
  const fallback = path.at(-2);
  let value: unknown = map;
  for (const key of path.slice(0, -2)) {
    if (!isJsonObject(value) || !Object.hasOwn(value, textOf(key))) return fallback;
    value = value[textOf(key)];
  }
  return value;
}

const copy = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(copy)
    : isJsonObject(value)
      ? Object.entries(value).reduce<Map>((map, [key, item]) => {
          setOwn(map, key, copy(item));
          return map;
        }, {})
      : value;

const parsedYaml = (text: string): unknown => {
  const parsed = yamlToJson(text);
  return parsed.ok ? parsed.value : { Error: `error converting YAML to JSON: ${parsed.error}` };
};

const yaml = (value: unknown): string => toYaml(plainValues(value)).replace(/\n$/, '');

function until(...bounds: unknown[]): bigint[] {
  const [first, second, third] = bounds.map(integer);
  const [start, end] = second === undefined ? [0n, first] : [first, second];
  const step = third ?? (end < start ? -1n : 1n);
  const result: bigint[] = [];
  for (let i = start; step !== 0n && (step > 0n ? i < end : i > end) && result.length < 100_000; i += step)
    result.push(i);
  return result;
}

const KINDS: Readonly<Record<string, string>> = {
  '[]interface {}': 'slice',
  'map[string]interface {}': 'map',
  '<nil>': 'invalid',
};
/** `typeOf`: whole numbers come from `--set`, which makes int64, more often than from a template, where they are int. */
const type = (value: unknown): string => (typeof value === 'bigint' ? 'int64' : typeName(value));
const kind = (value: unknown): string => KINDS[type(value)] ?? type(value);

/** Sprig's functions on numbers, lists, dictionaries and types, and Helm's own conversions. */
export const SPRIG_DATA: FunctionTable = {
  add: fold((a, b) => a + b),
  add1: templateFunction(1, (value: unknown) => integer(value) + 1n),
  all: templateFunction([], (...values: unknown[]) => values.every(isTrue), 'any'),
  any: templateFunction([], (...values: unknown[]) => values.some(isTrue), 'any'),
  append: templateFunction(2, (values: unknown, item: unknown) => [...list(values, 'push'), item]),
  atoi: templateFunction(['string'], integer),
  ceil: templateFunction(1, (value: unknown) => Math.ceil(float(value))),
  coalesce: templateFunction([], (...values: unknown[]) => values.find(isTrue) ?? null, 'any'),
  compact: templateFunction(1, (values: unknown) => list(values, 'compact').filter(isTrue)),
  concat: templateFunction([], (...lists: unknown[]) => lists.flatMap((values) => list(values, 'concat')), 'any'),
  deepCopy: templateFunction(1, copy),
  deepEqual: templateFunction(2, (a: unknown, b: unknown) => jsonEqual(plainValues(a), plainValues(b))),
  dict: templateFunction([], dict, 'any'),
  dig: templateFunction([], dig, 'any'),
  div: templateFunction(2, (a: unknown, b: unknown) => divide(integer(a), integer(b))),
  empty: templateFunction(1, (value: unknown) => !isTrue(value)),
  first: templateFunction(1, (values: unknown) => list(values, 'find first')[0] ?? null),
  float64: templateFunction(1, float),
  floor: templateFunction(1, (value: unknown) => Math.floor(float(value))),
  fromJson: templateFunction(['string'], parsedYaml),
  fromJsonArray: templateFunction(['string'], parsedYaml),
  fromYaml: templateFunction(['string'], parsedYaml),
  fromYamlArray: templateFunction(['string'], parsedYaml),
  get: templateFunction(['map', 'string'], (map: Map, key: string) => (Object.hasOwn(map, key) ? map[key] : '')),
  has: templateFunction(
    2,
    (item: unknown, values: unknown) =>
      Array.isArray(values) && values.some((value) => jsonEqual(plainValues(value), plainValues(item))),
  ),
  hasKey: templateFunction(
    ['map', 'string'],
    (map: Map | null, key: string) => map !== null && Object.hasOwn(map, key),
  ),
  initial: templateFunction(1, (values: unknown) => list(values, 'find initial').slice(0, -1)),
  int: templateFunction(1, integer),
  int64: templateFunction(1, integer),
  keys: templateFunction([], (...maps: Map[]) => maps.flatMap(keysOf), 'map'),
  kindIs: templateFunction(['string', 'any'], (name: string, value: unknown) =>
    [kind(value), typeName(value)].includes(name),
  ),
  kindOf: templateFunction(1, kind),
  last: templateFunction(1, (values: unknown) => list(values, 'find last').at(-1) ?? null),
  list: templateFunction([], (...values: unknown[]) => values, 'any'),
  max: fold((a, b) => (a > b ? a : b)),
  merge: templateFunction(
    ['map'],
    (target: Map, ...others: Map[]) =>
      others.reduce((merged, other) => Object.assign(merged, coalesceValues(merged, other)), target),
    'map',
  ),
  mergeOverwrite: templateFunction(
    ['map'],
    (target: Map, ...others: Map[]) =>
      others.reduce((merged, other) => Object.assign(merged, coalesceValues(other, merged)), target),
    'map',
  ),
  min: fold((a, b) => (a < b ? a : b)),
  mod: templateFunction(2, (a: unknown, b: unknown) => integer(a) - divide(integer(a), integer(b)) * integer(b)),
  mul: fold((a, b) => a * b),
  mustToJson: templateFunction(1, (value: unknown) => toCompactJson(plainValues(value))),
  mustToYaml: templateFunction(1, yaml),
  omit: templateFunction(
    ['map'],
    (map: Map, ...names: string[]) => Object.fromEntries(Object.entries(map).filter(([key]) => !names.includes(key))),
    'string',
  ),
  pick: templateFunction(
    ['map'],
    (map: Map, ...names: string[]) => Object.fromEntries(Object.entries(map).filter(([key]) => names.includes(key))),
    'string',
  ),
  pluck: templateFunction(
    ['string'],
    (key: string, ...maps: Map[]) => maps.filter((map) => Object.hasOwn(map, key)).map((map) => map[key]),
    'map',
  ),
  prepend: templateFunction(2, (values: unknown, item: unknown) => [item, ...list(values, 'prepend')]),
  rest: templateFunction(1, (values: unknown) => list(values, 'find rest').slice(1)),
  reverse: templateFunction(1, (values: unknown) => [...list(values, 'find reverse')].reverse()),
  round: templateFunction(['any', 'int'], (value: unknown, digits: bigint) =>
    Number(float(value).toFixed(Math.min(Math.max(Number(digits), 0), 20))),
  ),
  semverCompare: templateFunction(['string', 'string'], versionFits),
  seq: templateFunction(
    [],
    (...bounds: unknown[]) => {
      const [a, b, c] = bounds.map(integer);
      const [start, end, step] = c !== undefined ? [a, c, b] : b !== undefined ? [a, b, 1n] : [1n, a, 1n];
      return until(start, step > 0n ? end + 1n : end - 1n, step).join(' ');
    },
    'any',
  ),
  set: templateFunction(['map', 'string', 'any'], (map: Map, key: string, value: unknown) => {
    setOwn(map, key, value);
    return map;
  }),
  sortAlpha: templateFunction(1, (values: unknown) => list(values, 'sort').map(textOf).sort(compareStrings)),
  sub: templateFunction(2, (a: unknown, b: unknown) => integer(a) - integer(b)),
  toDecimal: templateFunction(1, (value: unknown) => BigInt(Number.parseInt(textOf(value), 8) || 0)),
  toJson: templateFunction(1, (value: unknown) => toCompactJson(plainValues(value))),
  toPrettyJson: templateFunction(1, (value: unknown) => toJson(plainValues(value), '  ').replace(/\n$/, '')),
  toRawJson: templateFunction(1, (value: unknown) => JSON.stringify(plainValues(value))),
  toYaml: templateFunction(1, yaml),
  toYamlPretty: templateFunction(1, yaml),
  tuple: templateFunction([], (...values: unknown[]) => values, 'any'),
  typeIs: templateFunction(['string', 'any'], (name: string, value: unknown) =>
    [type(value), typeName(value)].includes(name),
  ),
  typeOf: templateFunction(1, type),
  uniq: templateFunction(1, (values: unknown) =>
    list(values, 'find uniq').filter(
      (value, i, all) => all.findIndex((other) => jsonEqual(plainValues(other), plainValues(value))) === i,
    ),
  ),
  unset: templateFunction(['map', 'string'], (map: Map, key: string) => {
    Reflect.deleteProperty(map, key);
    return map;
  }),
  until: templateFunction(['int'], (count: bigint) => until(count)),
  untilStep: templateFunction(['int', 'int', 'int'], (start: bigint, end: bigint, step: bigint) =>
    until(start, end, step),
  ),
  values: templateFunction(['map'], (map: Map) => keysOf(map).map((key) => map[key])),
  without: templateFunction(
    ['any'],
    (values: unknown, ...gone: unknown[]) =>
      list(values, 'without').filter(
        (value) => !gone.some((other) => jsonEqual(plainValues(other), plainValues(value))),
      ),
    'any',
  ),
};
