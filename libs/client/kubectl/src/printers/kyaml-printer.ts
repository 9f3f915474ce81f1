import { isJsonObject, type JsonObject, type JsonValue } from '@seatrial/kernel';

/** What a YAML parser might take for something else than text (kyaml.go isTypeAmbiguous). */
const AMBIGUOUS_WORDS = new Set([
  ...['null', '~', 't', 'f', 'true', 'false', 'y', 'n', 'yes', 'no', 'on', 'off'],
  ...['inf', '+inf', '-inf', 'nan', 'infinity', '+infinity', '-infinity', '.inf', '-.inf', '+.inf', '.nan'],
]);
const NUMBER =
  /^[+-]?(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|\d+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[1-9]\d*(?::[0-5]?\d)+(?:\.\d*)?)$/;
const TIMESTAMP = /^\d{4}-\d{1,2}-\d{1,2}(?:[Tt ].*)?$/;
const PLAIN = /^[\p{L}\p{N}_](?:[\p{L}\p{N}_./-]*[\p{L}\p{N}_])?$/u;

const isAmbiguous = (text: string): boolean =>
  AMBIGUOUS_WORDS.has(text.toLowerCase()) || NUMBER.test(text.replaceAll('_', '')) || TIMESTAMP.test(text);

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\r': '\\r',
  '\v': '\\v',
  '\0': '\\0',
  '\x1b': '\\e',
  '\x85': '\\N',
  '\xa0': '\\_',
  '\u2028': '\\L',
  '\u2029': '\\P',
};

function escaped(character: string): string {
  const known = ESCAPES[character] as string | undefined;
  if (known !== undefined) return known;
  if (character === ' ' || !/[\p{C}\p{Z}]/u.test(character)) return character;
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20 || code === 0x7f) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`;
}

const escapedText = (text: string, tab: string): string =>
  Array.from(text, (character) => (character === '\t' ? tab : escaped(character))).join('');

/** A text; one of several lines is folded, each line one column further in than the closing quote. */
function quoted(text: string, indent: string): string {
  if (!text.includes('\n')) return `"${escapedText(text, '\t')}"`;
  const inner = `${indent}  `;
  const lines = text.split('\n');
  const last = lines.pop() ?? '';
  const line = (content: string): string => `${inner}${/^\s/.test(content) ? '\\' : ' '}${escapedText(content, '\t')}`;
  const body = lines.map((content) => `${line(content)}\\n\\\n`).join('');
  return `"\\\n${body}${last === '' ? '' : `${line(last)}\\\n`}${inner}"`;
}

const keyText = (key: string): string =>
  PLAIN.test(key) && !isAmbiguous(key) ? key : `"${escapedText(key, '\\t').replaceAll('\n', '\\n')}"`;

function list(items: readonly JsonValue[], indent: string, sorted: boolean): string {
  if (items.length === 0) return '[]';
  if (items.every((item) => typeof item === 'object' && item !== null))
    return `[${items.map((item) => render(item, indent, sorted)).join(', ')}]`;
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
