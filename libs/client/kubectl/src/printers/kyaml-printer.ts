import { isJsonObject, type JsonObject, type JsonValue } from '@seatrial/kernel';

const PLAIN_KEY = /^[A-Za-z_][A-Za-z0-9_-]*$/;
const AMBIGUOUS = new Set(['y', 'n', 'yes', 'no', 'on', 'off', 'true', 'false', 'null']);

function quoted(text: string, indent: string): string {
  if (!text.includes('\n')) return JSON.stringify(text);
  const lines = text.split('\n');
  const last = lines.pop() ?? '';
  const escaped = (line: string): string =>
    JSON.stringify(line)
      .slice(1, -1)
      .replace(/^(?=[ \t])/, '\\');
  const body = lines.map((line) => `${indent}   ${escaped(line)}\\n\\\n`).join('');
  return `"\\\n${body}${indent}   ${escaped(last)}"`;
}

const keyText = (key: string): string =>
  PLAIN_KEY.test(key) && !AMBIGUOUS.has(key.toLowerCase()) ? key : JSON.stringify(key);

function list(items: readonly JsonValue[], indent: string, sorted: boolean): string {
  if (items.length === 0) return '[]';
  if (items.every(isJsonObject)) return `[${items.map((item) => render(item, indent, sorted)).join(', ')}]`;
  const inner = `${indent}  `;
  return `[\n${items.map((item) => `${inner}${render(item, inner, sorted)},\n`).join('')}${indent}]`;
}

function render(value: JsonValue, indent: string, sorted: boolean): string {
  if (typeof value === 'string') return quoted(value, indent);
  if (Array.isArray(value)) return list(value, indent, sorted);
  if (!isJsonObject(value)) return JSON.stringify(value);
  const keys = Object.keys(value).filter((key) => value[key] !== undefined);
  if (sorted) keys.sort();
  if (keys.length === 0) return '{}';
  const inner = `${indent}  `;
  return `{\n${keys.map((key) => `${inner}${keyText(key)}: ${render(value[key] ?? null, inner, sorted)},\n`).join('')}${indent}}`;
}

/** An object as KYAML (sigs.k8s.io/yaml/kyaml): YAML in flow style, strings quoted, trailing commas, `---` first. */
export const toKyaml = (object: JsonObject, sorted = true): string => `---\n${render(object, '', sorted)}\n`;
