import { compareStrings, isJsonObject } from '../json.js';
import { goFloat } from './go-number.js';

/** How Go types the numbers of a JSON value: as unstructured objects have them, or as encoding/json decodes them. */
export type GoNumbers = 'int64' | 'float64';

/** An object's members in the order in which fmt prints a map. */
export const goEntries = (object: Readonly<Record<string, unknown>>): [string, unknown][] =>
  Object.entries(object)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => compareStrings(a, b));

/** What is neither text nor number nor made of parts. */
export const goSimple = (value: unknown): string =>
  typeof value === 'bigint' ? value.toString() : value === true ? 'true' : 'false';

/** A number as fmt prints it. */
export function goNumber(value: number, numbers: GoNumbers): string {
  return numbers === 'int64' && Number.isSafeInteger(value) ? String(value) : goFloat(value);
}

/** A JSON value as fmt's `%v` prints it: `map[a:1 b:[x y]]`, `<nil>`. */
export function goPlain(value: unknown, numbers: GoNumbers = 'int64'): string {
  if (value === null || value === undefined) return '<nil>';
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return goNumber(value, numbers);
  if (Array.isArray(value)) return `[${value.map((item) => goPlain(item, numbers)).join(' ')}]`;
  if (isJsonObject(value)) {
    return `map[${goEntries(value)
      .map(([key, item]) => `${key}:${goPlain(item, numbers)}`)
      .join(' ')}]`;
  }
  return goSimple(value);
}
