import { compareStrings, goJson, isJsonObject } from '@seatrial/kernel';

function scalar(value: unknown): string {
  if (typeof value === 'string') return goJson(value);
  return typeof value === 'number' || typeof value === 'boolean' ? goJsonNumber(value) : 'null';
}

const goJsonNumber = (value: number | boolean): string => {
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value) && Math.abs(value) < 2 ** 63)
    return BigInt(value).toString();
  return String(value);
};

const members = (object: Readonly<Record<string, unknown>>): [string, unknown][] =>
  Object.entries(object)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => compareStrings(a, b));

/** JSON as Go's json.Marshal prints a map: compact, keys sorted, `<`, `>` and `&` escaped. */
export function toCompactJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(toCompactJson).join(',')}]`;
  if (!isJsonObject(value)) return scalar(value);
  return `{${members(value)
    .map(([key, item]) => `${goJson(key)}:${toCompactJson(item)}`)
    .join(',')}}`;
}

/** JSON as Go's json.Marshal prints a struct: compact, members as they stand. */
export function toStructJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(toStructJson).join(',')}]`;
  if (!isJsonObject(value)) return scalar(value);
  return `{${Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .map(([key, item]) => `${goJson(key)}:${toStructJson(item)}`)
    .join(',')}}`;
}

/** JSON as `kubectl -o json` prints it: indented by four spaces, keys sorted; ends with a line break. */
export function toJson(value: unknown, indent = '    '): string {
  return `${indented(value, '\n', indent)}\n`;
}

function indented(value: unknown, lineStart: string, indent: string): string {
  const inner = lineStart + indent;
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    return `[${value.map((item) => inner + indented(item, inner, indent)).join(',')}${lineStart}]`;
  }
  if (!isJsonObject(value)) return scalar(value);
  const entries = members(value);
  if (entries.length === 0) return '{}';
  return `{${entries.map(([key, item]) => `${inner}${goJson(key)}: ${indented(item, inner, indent)}`).join(',')}${lineStart}}`;
}
