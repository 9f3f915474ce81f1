import { compareStrings } from '@seatrial/kernel';
import { JqError } from './jq-node.js';

export type JqObject = Readonly<Record<string, unknown>>;
export type JqPath = readonly unknown[];

export function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'object' ? 'object' : typeof value;
}

export function isObject(value: unknown): value is JqObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isTruthy(value: unknown): boolean {
  return value !== null && value !== false;
}

const ORDER = ['null', 'false', 'true', 'number', 'string', 'array', 'object'];

function rank(value: unknown): number {
  return ORDER.indexOf(typeof value === 'boolean' ? String(value) : typeName(value));
}

/** Code points decide, not UTF-16 units. */
function compareText(a: string, b: string): number {
  return compareStrings(a, b);
}

export function sortedKeys(value: JqObject): string[] {
  return Object.keys(value).sort(compareText);
}

/** jq's total order. */
export function compareValues(a: unknown, b: unknown): number {
  const difference = rank(a) - rank(b);
  if (difference !== 0) return difference;
  if (typeof a === 'number' && typeof b === 'number') return a < b ? -1 : a === b ? 0 : 1;
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  if (Array.isArray(a) && Array.isArray(b)) return compareArrays(a, b);
  if (!isObject(a) || !isObject(b)) return 0;
  const keysA = sortedKeys(a);
  const keysB = sortedKeys(b);
  const byKeys = compareArrays(keysA, keysB);
  if (byKeys !== 0) return byKeys;
  return compareArrays(
    keysA.map((key) => a[key]),
    keysB.map((key) => b[key]),
  );
}

function compareArrays(a: readonly unknown[], b: readonly unknown[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const result = compareValues(a[i], b[i]);
    if (result !== 0) return result;
  }
  return a.length - b.length;
}

/** A number as jq 1.6 prints it (17 significant digits at most, exponents from 1e17 on). */
export function numberText(value: number): string {
  if (Number.isNaN(value)) return 'null';
  if (!Number.isFinite(value)) return value > 0 ? '1.7976931348623157e+308' : '-1.7976931348623157e+308';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [mantissa, exponentText] = Math.abs(value).toExponential().split('e');
  const digits = mantissa.replace('.', '');
  const point = Number(exponentText) + 1;
  const sign = value < 0 ? '-' : '';
  // The thresholds of jv_dtoa's freedtoa formatting.
  if (point <= -4 || point > digits.length + 15) {
    const exponent = point - 1;
    const power = `${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
    return `${sign}${mantissa}e${power}`;
  }
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  if (point >= digits.length) return sign + digits.padEnd(point, '0');
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

export interface JsonStyle {
  readonly indent: string;
  readonly sortKeys: boolean;
  readonly ascii?: boolean;
  readonly colors?: boolean;
}

export const COMPACT: JsonStyle = { indent: '', sortKeys: false };

export function stringText(text: string, ascii = false): string {
  const quoted = JSON.stringify(text).replace(/\u007f/g, '\\u007f');

  return ascii
    ? quoted.replace(/[^\x00-\x7f]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
    : quoted;
}

const COLORS = {
  null: '1;30',
  false: '0;39',
  true: '0;39',
  number: '0;39',
  string: '0;32',
  array: '1;39',
  object: '1;39',
};

/** JSON text of a value. */
export function jsonText(value: unknown, style: JsonStyle, level = 0): string {
  const paint = (text: string, kind: keyof typeof COLORS): string =>
    style.colors ? `\u001b[${COLORS[kind]}m${text}\u001b[0m` : text;
  if (value === null || value === undefined) return paint('null', 'null');
  if (typeof value === 'number') return paint(numberText(value), 'number');
  if (typeof value === 'boolean') return paint(String(value), value ? 'true' : 'false');
  if (typeof value === 'string') return paint(stringText(value, style.ascii), 'string');
  if (style.colors) return coloredContainer(value, style, level);
  const inner = style.indent === '' ? '' : `\n${style.indent.repeat(level + 1)}`;
  const outer = style.indent === '' ? '' : `\n${style.indent.repeat(level)}`;
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    return `[${value.map((item) => inner + jsonText(item, style, level + 1)).join(',')}${outer}]`;
  }
  const object = value as JqObject;
  const keys = style.sortKeys ? sortedKeys(object) : Object.keys(object);
  if (keys.length === 0) return '{}';
  const colon = style.indent === '' ? ':' : ': ';
  return `{${keys.map((key) => inner + stringText(key, style.ascii) + colon + jsonText(object[key], style, level + 1)).join(',')}${outer}}`;
}

function coloredContainer(value: unknown, style: JsonStyle, level: number): string {
  const start = '\u001b[1;39m';
  const reset = '\u001b[0m';
  const inner = style.indent === '' ? '' : `\n${style.indent.repeat(level + 1)}`;
  const outer = style.indent === '' ? '' : `\n${style.indent.repeat(level)}`;
  if (Array.isArray(value)) {
    if (value.length === 0) return `${start}[]${reset}`;
    const items = value.map((item) => `${inner}${jsonText(item, style, level + 1)}`);
    return `${start}[${items.join(`${start},`)}${start}${outer}${start}]${reset}`;
  }
  const object = value as JqObject;
  const keys = style.sortKeys ? sortedKeys(object) : Object.keys(object);
  if (keys.length === 0) return `${start}{}${reset}`;
  const colon = style.indent === '' ? ':' : ': ';
  const items = keys.map((key) => {
    const name = `${inner}${reset}\u001b[34;1m${stringText(key)}${reset}`;
    return `${name}${start}${colon}${reset}${jsonText(object[key], style, level + 1)}`;
  });
  return `${start}{${items.join(`${start},`)}${start}${outer}${start}}${reset}`;
}

/** Spends steps for what is written of a value: parts that it shares are written again and again. */
export function spendForText(value: unknown, charge: (steps: number) => void): void {
  const waiting = [value];
  for (let next = waiting.pop(); waiting.length > 0 || next !== undefined; next = waiting.pop()) {
    if (typeof next === 'string') charge(1 + (next.length >> 4));
    else if (next !== null && typeof next === 'object') {
      const members = Array.isArray(next) ? (next as unknown[]) : Object.values(next);
      charge(1 + members.length);
      for (const member of members) if (typeof member === 'string' || typeof member === 'object') waiting.push(member);
    }
  }
}

/** The beginning of a value: as many members as can be seen in a short text. */
function beginningOf(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return value.slice(0, SHORT_TEXT);
  if (value === null || typeof value !== 'object') return value;
  // Deeper than the text is long.
  if (depth > SHORT_TEXT) return Array.isArray(value) ? [] : {};
  if (Array.isArray(value)) return value.slice(0, SHORT_TEXT).map((item) => beginningOf(item, depth + 1));
  const members = Object.entries(value).slice(0, SHORT_TEXT);
  return Object.fromEntries(members.map(([key, item]) => [key, beginningOf(item, depth + 1)]));
}

const SHORT_TEXT = 16;

/** A value in an error message: cut after 11 characters. */
export function shortText(value: unknown): string {
  const text = jsonText(beginningOf(value), COMPACT);
  return text.length > 14 ? `${text.slice(0, 11)}...` : text;
}

/** `.[key]`. */
export function indexValue(target: unknown, key: unknown): unknown {
  if (isObject(target) && typeof key === 'string') return Object.hasOwn(target, key) ? target[key] : null;
  if (Array.isArray(target) && typeof key === 'number') {
    const index = Math.floor(key);
    return (target[index < 0 ? target.length + index : index] as unknown) ?? null;
  }
  if (target === null && (typeof key === 'string' || typeof key === 'number' || key === null)) return null;
  if (isObject(key) && (Array.isArray(target) || typeof target === 'string' || target === null))
    return sliceValue(target, key.start ?? null, key.end ?? null);
  if (Array.isArray(target) && Array.isArray(key)) return indicesOf(target, key);
  if (typeof key === 'string' && !isObject(target))
    throw new JqError(`Cannot index ${typeName(target)} with string "${key}"`);
  throw new JqError(`Cannot index ${typeName(target)} with ${typeName(key)}`);
}

export function sliceBounds(length: number, from: unknown, to: unknown): [number, number] {
  if ((from !== null && typeof from !== 'number') || (to !== null && typeof to !== 'number'))
    throw new JqError('Start and end indices of an array slice must be numbers');
  const clamp = (value: number): number => Math.max(0, Math.min(length, value < 0 ? value + length : value));
  const start = clamp(Math.floor(from ?? 0));
  return [start, Math.max(start, clamp(Math.ceil(to ?? length)))];
}

export function sliceValue(target: unknown, from: unknown, to: unknown): unknown {
  if (target === null) return null;
  if (typeof target === 'string') {
    const characters = [...target];
    const [start, end] = sliceBounds(characters.length, from, to);
    return characters.slice(start, end).join('');
  }
  if (!Array.isArray(target)) throw new JqError(`Cannot index ${typeName(target)} with object`);
  const [start, end] = sliceBounds(target.length, from, to);
  return target.slice(start, end);
}

export function indicesOf(target: readonly unknown[], part: readonly unknown[]): number[] {
  if (part.length === 0) return [];
  const found: number[] = [];
  for (let i = 0; i + part.length <= target.length; i++)
    if (part.every((item, offset) => compareValues(item, target[i + offset]) === 0)) found.push(i);
  return found;
}

export function getPath(value: unknown, path: JqPath): unknown {
  let current = value;
  for (const key of path) {
    if (current === null) return null;
    current = indexValue(current, key);
  }
  return current;
}

/** What it takes to copy a value on the way to a place in it. */
export function copiesOf(value: unknown, path: JqPath): number {
  let current = value;
  let cost = 1;
  for (const key of path) {
    if (current === null || typeof current !== 'object') break;
    cost += weightOf(current) >> 4;
    if (typeof key !== 'string' && typeof key !== 'number') break;
    current = (current as Readonly<Record<string, unknown>>)[key];
  }
  return cost;
}

/** How many members a value has. */
export function weightOf(value: unknown): number {
  return Array.isArray(value) ? value.length : isObject(value) ? 12 * Object.keys(value).length : 0;
}

export function setPath(value: unknown, path: JqPath, replacement: unknown, at = 0): unknown {
  if (at >= path.length) return replacement;
  const key = path[at];
  if (typeof key === 'string') {
    if (value !== null && !isObject(value)) throw new JqError(`Cannot index ${typeName(value)} with "${key}"`);
    const object = value ?? {};
    const inner = Object.hasOwn(object, key) ? object[key] : null;
    return { ...object, [key]: setPath(inner, path, replacement, at + 1) };
  }
  if (typeof key === 'number') return setIndex(value, key, path, replacement, at);
  if (isObject(key)) return setSlice(value, key, path, replacement, at);
  throw new JqError(`Invalid path component of type ${typeName(key)}`);
}

const MAX_INDEX = 1_000_000;

function setIndex(value: unknown, key: number, path: JqPath, replacement: unknown, at: number): unknown {
  if (value !== null && !Array.isArray(value)) throw new JqError(`Cannot index ${typeName(value)} with number`);
  const array: unknown[] = value === null ? [] : [...(value as unknown[])];
  const index = key < 0 ? array.length + Math.floor(key) : Math.floor(key);
  if (index < 0) throw new JqError('Out of bounds negative array index');
  if (index > MAX_INDEX) throw new JqError('Array index too large');
  while (array.length < index) array.push(null);
  array[index] = setPath(array[index] ?? null, path, replacement, at + 1);
  return array;
}

function setSlice(value: unknown, key: JqObject, path: JqPath, replacement: unknown, at: number): unknown {
  if (value !== null && !Array.isArray(value))
    throw new JqError(`Cannot update field at object index of ${typeName(value)}`);
  const array = (value ?? []) as unknown[];
  const [start, end] = sliceBounds(array.length, key.start ?? null, key.end ?? null);
  const inner = setPath(array.slice(start, end), path, replacement, at + 1);
  if (!Array.isArray(inner)) throw new JqError('A slice of an array can only be assigned another array');
  return [...array.slice(0, start), ...(inner as unknown[]), ...array.slice(end)];
}

export function deletePaths(value: unknown, paths: readonly JqPath[]): unknown {
  const sorted = [...paths].sort((a, b) => compareValues(b, a));
  return sorted.reduce<unknown>((current, path) => deletePath(current, path, 0), value);
}

function deletePath(value: unknown, path: JqPath, at: number): unknown {
  if (value === null || path.length === 0) return null;
  const key = path[at];
  const last = at === path.length - 1;
  if (isObject(value) && typeof key === 'string') {
    if (!Object.hasOwn(value, key)) return value;
    if (!last) return { ...value, [key]: deletePath(value[key], path, at + 1) };
    const { [key]: _removed, ...rest } = value;
    return rest;
  }
  if (Array.isArray(value) && typeof key === 'number') {
    const index = key < 0 ? value.length + key : key;
    if (index < 0 || index >= value.length) return value;
    const copy = [...(value as unknown[])];
    if (last) copy.splice(index, 1);
    else copy[index] = deletePath(copy[index], path, at + 1);
    return copy;
  }
  if (Array.isArray(value) && isObject(key)) {
    const [start, end] = sliceBounds(value.length, key.start ?? null, key.end ?? null);
    return [...(value as unknown[]).slice(0, start), ...(value as unknown[]).slice(end)];
  }
  throw new JqError(
    `Cannot delete field at ${typeof key === 'string' ? 'object' : 'array'} index of ${typeName(value)}`,
  );
}
