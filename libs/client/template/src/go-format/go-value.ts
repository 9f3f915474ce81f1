import { compareStrings, isJsonObject } from '@seatrial/kernel';
import { goFloat } from './go-number.js';
import { goQuote } from './go-quote.js';

/** How Go types the numbers of a JSON value: as unstructured objects have them, or as encoding/json decodes them. */
export type GoNumbers = 'int64' | 'float64';

const entriesOf = (object: Readonly<Record<string, unknown>>): [string, unknown][] =>
  Object.entries(object)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => compareStrings(a, b));

const simple = (value: unknown): string =>
  typeof value === 'bigint' ? value.toString() : value === true ? 'true' : 'false';

function number(value: number, numbers: GoNumbers): string {
  return numbers === 'int64' && Number.isSafeInteger(value) ? String(value) : goFloat(value);
}

/** A JSON value as fmt's `%v` prints it: `map[a:1 b:[x y]]`, `<nil>`. */
export function goPlain(value: unknown, numbers: GoNumbers = 'int64'): string {
  if (value === null || value === undefined) return '<nil>';
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return number(value, numbers);
  if (Array.isArray(value)) return `[${value.map((item) => goPlain(item, numbers)).join(' ')}]`;
  if (isJsonObject(value)) {
    return `map[${entriesOf(value)
      .map(([key, item]) => `${key}:${goPlain(item, numbers)}`)
      .join(' ')}]`;
  }
  return simple(value);
}

/** A JSON value as fmt's `%#v` prints it: `map[string]interface {}{"a":1, "b":[]interface {}{"x"}}`. */
export function goSyntax(value: unknown, numbers: GoNumbers = 'int64'): string {
  if (value === null || value === undefined) return 'interface {}(nil)';
  if (typeof value === 'string') return goQuote(value);
  if (typeof value === 'number') return number(value, numbers);
  if (Array.isArray(value)) return `[]interface {}{${value.map((item) => goSyntax(item, numbers)).join(', ')}}`;
  if (isJsonObject(value)) {
    return `map[string]interface {}{${entriesOf(value)
      .map(([key, item]) => `${goQuote(key)}:${goSyntax(item, numbers)}`)
      .join(', ')}}`;
  }
  return simple(value);
}

/** The name of a JSON value's Go type, as fmt's `%T` prints it. */
export function goTypeName(value: unknown, numbers: GoNumbers = 'int64'): string {
  if (value === null || value === undefined) return '<nil>';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'bigint') return 'int';
  if (typeof value === 'number') return numbers === 'int64' && Number.isInteger(value) ? 'int64' : 'float64';
  return Array.isArray(value) ? '[]interface {}' : 'map[string]interface {}';
}
