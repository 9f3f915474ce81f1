import { goEntries, goNumber, goQuote, goSimple, isJsonObject, type GoNumbers } from '@seatrial/kernel';

/** A JSON value as fmt's `%#v` prints it: `map[string]interface {}{"a":1, "b":[]interface {}{"x"}}`. */
export function goSyntax(value: unknown, numbers: GoNumbers = 'int64'): string {
  if (value === null || value === undefined) return 'interface {}(nil)';
  if (typeof value === 'string') return goQuote(value);
  if (typeof value === 'number') return goNumber(value, numbers);
  if (Array.isArray(value)) return `[]interface {}{${value.map((item) => goSyntax(item, numbers)).join(', ')}}`;
  if (isJsonObject(value)) {
    return `map[string]interface {}{${goEntries(value)
      .map(([key, item]) => `${goQuote(key)}:${goSyntax(item, numbers)}`)
      .join(', ')}}`;
  }
  return goSimple(value);
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
