import { versionFits } from '../chart/version-constraint.js';
import { compareStrings, isJsonObject, setOwn } from '@seatrial/kernel';
import { toCompactJson, toIndentedYaml, toJson, toYaml } from '@seatrial/manifest';
import { FunctionFailure, isTrue, templateFunction, typeName, type FunctionTable } from '@seatrial/template';
import { PARSING } from './sprig-parsing.js';
import { textOf } from './sprig-text.js';
import { coalesceValues, plainValues } from '../values/values.js';

type Map = Record<string, unknown>;

const KINDS: Readonly<Record<string, string>> = {
  '[]interface {}': 'slice',
  'map[string]interface {}': 'map',
  '<nil>': 'invalid',
  'time.Time': 'struct',
  'engine.files': 'map',
};
/** `typeOf`: whole numbers come from `--set`, which makes int64, more often than from a template, where they are int. */
const type = (value: unknown): string => (typeof value === 'bigint' ? 'int64' : typeName(value));
const kind = (value: unknown): string => {
  const name = type(value);
  return KINDS[name] ?? (name.startsWith('*') ? 'ptr' : name);
};

const NIL_POINTER = 'runtime error: invalid memory address or nil pointer dereference';

/** The items of a list; Go's reflection stumbles over nil. */
export function itemsOf(value: unknown, complaint: (kind: string) => string): unknown[] {
  if (Array.isArray(value)) return value as unknown[];
  throw new FunctionFailure(value === null || value === undefined ? NIL_POINTER : complaint(kind(value)));
}

const list = (value: unknown, name: string): unknown[] => itemsOf(value, (kind) => `Cannot ${name} on type ${kind}`);

const keysOf = (map: Map | null): string[] => Object.keys(map ?? {}).sort(compareStrings);

function dict(...pairs: unknown[]): Map {
  const map: Map = {};
  for (let i = 0; i < pairs.length; i += 2) setOwn(map, textOf(pairs[i]), i + 1 < pairs.length ? pairs[i + 1] : '');
  return map;
}

function dig(...path: unknown[]): unknown {
  if (path.length < 3) throw new FunctionFailure('dig needs at least three arguments');
  const fallback = path.at(-2);
  let value = path.at(-1);
  for (const key of path.slice(0, -2)) {
    if (typeof key !== 'string')
      throw new FunctionFailure(`interface conversion: interface {} is ${typeText(key)}, not string`);
    if (!isJsonObject(value))
      throw new FunctionFailure(
        `interface conversion: interface {} is ${typeText(value)}, not map[string]interface {}`,
      );
    if (!Object.hasOwn(value, key)) return fallback;
    value = value[key];
  }
  return value;
}

const typeText = (value: unknown): string => (value === null || value === undefined ? 'nil' : typeName(value));

/** reflect.DeepEqual: a whole number of the template's is none of the values', which are floats. */
function same(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, at) => same(item, (b as unknown[])[at]));
  if (isJsonObject(a) && isJsonObject(b)) {
    const keys = Object.keys(a);
    return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && same(a[key], b[key]));
  }
  return a === b || (a ?? null) === (b ?? null);
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

const yaml = (value: unknown): string => toYaml(plainValues(value)).replace(/\n$/, '');

/** Sprig's functions on lists, dictionaries and types, and Helm's own conversions. */
export const SPRIG_DATA: FunctionTable = {
  all: templateFunction([], (...values: unknown[]) => values.every(isTrue), 'any'),
  any: templateFunction([], (...values: unknown[]) => values.some(isTrue), 'any'),
  append: templateFunction(2, (values: unknown, item: unknown) => [...list(values, 'push'), item]),
  coalesce: templateFunction([], (...values: unknown[]) => values.find(isTrue) ?? null, 'any'),
  compact: templateFunction(1, (values: unknown) => list(values, 'compact').filter(isTrue)),
  concat: templateFunction(
    [],
    (...lists: unknown[]) => lists.flatMap((values) => itemsOf(values, (kind) => `Cannot concat type ${kind} as list`)),
    'any',
  ),
  deepCopy: templateFunction(1, (value: unknown) => {
    if (value === null) throw new FunctionFailure('reflect: call of reflect.Value.Type on zero Value');
    return copy(value);
  }),
  deepEqual: templateFunction(2, same),
  dict: templateFunction([], dict, 'any'),
  dig: templateFunction([], dig, 'any'),
  empty: templateFunction(1, (value: unknown) => !isTrue(value)),
  first: templateFunction(1, (values: unknown) => list(values, 'find first')[0] ?? null),
  ...PARSING,
  get: templateFunction(['map', 'string'], (map: Map | null, key: string) =>
    map !== null && Object.hasOwn(map, key) ? map[key] : '',
  ),
  has: templateFunction(
    2,
    (item: unknown, values: unknown) => values !== null && list(values, 'find has').some((value) => same(value, item)),
  ),
  hasKey: templateFunction(
    ['map', 'string'],
    (map: Map | null, key: string) => map !== null && Object.hasOwn(map, key),
  ),
  initial: templateFunction(1, (values: unknown) => list(values, 'find initial').slice(0, -1)),
  keys: templateFunction([], (...maps: Map[]) => maps.flatMap(keysOf), 'map'),
  kindIs: templateFunction(['string', 'any'], (name: string, value: unknown) =>
    [kind(value), typeName(value)].includes(name),
  ),
  kindOf: templateFunction(1, kind),
  last: templateFunction(1, (values: unknown) => list(values, 'find last').at(-1) ?? null),
  list: templateFunction([], (...values: unknown[]) => values, 'any'),
  merge: templateFunction(
    ['map'],
    (target: Map | null, ...others: (Map | null)[]) =>
      others.reduce<Map>((merged, other) => Object.assign(merged, coalesceValues(merged, other ?? {})), target ?? {}),
    'map',
  ),
  mergeOverwrite: templateFunction(
    ['map'],
    (target: Map | null, ...others: (Map | null)[]) =>
      others.reduce<Map>((merged, other) => Object.assign(merged, coalesceValues(other ?? {}, merged)), target ?? {}),
    'map',
  ),
  mustToJson: templateFunction(1, (value: unknown) => toCompactJson(plainValues(value))),
  mustToYaml: templateFunction(1, yaml),
  omit: templateFunction(
    ['map'],
    (map: Map | null, ...names: string[]) =>
      Object.fromEntries(Object.entries(map ?? {}).filter(([key]) => !names.includes(key))),
    'string',
  ),
  pick: templateFunction(
    ['map'],
    (map: Map | null, ...names: string[]) =>
      Object.fromEntries(Object.entries(map ?? {}).filter(([key]) => names.includes(key))),
    'string',
  ),
  pluck: templateFunction(
    ['string'],
    (key: string, ...maps: (Map | null)[]) =>
      maps.flatMap((map) => (map !== null && Object.hasOwn(map, key) ? [map[key]] : [])),
    'map',
  ),
  prepend: templateFunction(2, (values: unknown, item: unknown) => [item, ...list(values, 'prepend')]),
  rest: templateFunction(1, (values: unknown) => list(values, 'find rest').slice(1)),
  reverse: templateFunction(1, (values: unknown) => [...list(values, 'find reverse')].reverse()),
  semverCompare: templateFunction(['string', 'string'], versionFits),
  set: templateFunction(['map', 'string', 'any'], (map: Map | null, key: string, value: unknown) => {
    if (map === null) throw new FunctionFailure('assignment to entry in nil map');
    setOwn(map, key, value);
    return map;
  }),
  sortAlpha: templateFunction(1, (values: unknown) =>
    Array.isArray(values) ? values.map(textOf).sort(compareStrings) : [values === null ? '<nil>' : textOf(values)],
  ),
  toJson: templateFunction(1, (value: unknown) => toCompactJson(plainValues(value))),
  toPrettyJson: templateFunction(1, (value: unknown) => toJson(plainValues(value), '  ').replace(/\n$/, '')),
  toRawJson: templateFunction(1, (value: unknown) => JSON.stringify(plainValues(value))),
  toYaml: templateFunction(1, yaml),
  toYamlPretty: templateFunction(1, (value: unknown) => toIndentedYaml(plainValues(value)).replace(/\n$/, '')),
  tuple: templateFunction([], (...values: unknown[]) => values, 'any'),
  typeIs: templateFunction(['string', 'any'], (name: string, value: unknown) =>
    [type(value), typeName(value)].includes(name),
  ),
  typeOf: templateFunction(1, type),
  uniq: templateFunction(1, (values: unknown) =>
    list(values, 'find uniq').filter((value, i, all) => all.findIndex((other) => same(other, value)) === i),
  ),
  unset: templateFunction(['map', 'string'], (map: Map | null, key: string) => {
    if (map !== null) Reflect.deleteProperty(map, key);
    return map;
  }),
  values: templateFunction(['map'], (map: Map | null) => keysOf(map).map((key) => map?.[key])),
  without: templateFunction(
    ['any'],
    (values: unknown, ...gone: unknown[]) =>
      list(values, 'find without').filter((value) => !gone.some((other) => same(other, value))),
    'any',
  ),
};
