import { CelError, shownValue, type CelValue } from '../evaluate/values.js';
import type { CelMeter } from '../evaluate/meter.js';
import { implement, type CelLibrary } from './cel-library.js';
import { formatCel } from './string-format.js';

/* cel-go's ext.Strings, version 2. Positions count code points. */

const outOfRange = (index: bigint): CelError => new CelError(`index out of range: ${index}`);

function charAt(text: string, index: bigint): CelValue {
  const runes = Array.from(text);
  if (index < 0n || index > BigInt(runes.length)) return outOfRange(index);
  return runes[Number(index)] ?? '';
}

function matchesAt(runes: readonly string[], part: readonly string[], at: number): boolean {
  return part.every((rune, index) => runes[at + index] === rune);
}

function indexOf(text: string, part: string, offset: bigint): CelValue {
  if (part === '') return offset;
  if (offset < 0n) return outOfRange(offset);
  const runes = Array.from(text);
  const wanted = Array.from(part);
  for (let at = Number(offset); at <= runes.length - wanted.length; at++)
    if (matchesAt(runes, wanted, at)) return BigInt(at);
  return -1n;
}

function lastIndexOf(text: string, part: string, offset: bigint | undefined): CelValue {
  const runes = Array.from(text);
  if (part === '') return offset ?? BigInt(runes.length);
  if (offset !== undefined && offset < 0n) return outOfRange(offset);
  if (offset === undefined && text.length < part.length) return -1n;
  if (offset !== undefined && offset >= BigInt(runes.length)) return -1n;
  const wanted = Array.from(part);
  const start = Math.min(Number(offset ?? BigInt(runes.length - 1)), runes.length - wanted.length);
  for (let at = start; at >= 0; at--) if (matchesAt(runes, wanted, at)) return BigInt(at);
  return -1n;
}

function replace(text: string, from: string, to: string, limit: bigint, meter: CelMeter): string {
  const parts = from === '' ? ['', ...Array.from(text)] : text.split(from);
  const found = from === '' ? parts.length : parts.length - 1;
  const replaced = limit < 0n ? found : Math.min(Number(limit), found);
  meter.bound(text.length + replaced * to.length);
  const done = parts.slice(0, replaced).map((part) => part + to);
  return done.join('') + parts.slice(replaced).join(from);
}

function split(text: string, separator: string, limit: bigint, meter: CelMeter): CelValue {
  if (limit === 0n) return [];
  meter.bound(text.length);
  const parts = separator === '' ? Array.from(text) : text.split(separator);
  if (limit < 0n || BigInt(parts.length) <= limit) return parts;
  const kept = Number(limit) - 1;
  return [...parts.slice(0, kept), parts.slice(kept).join(separator)];
}

function substring(text: string, start: bigint, end: bigint | undefined): CelValue {
  const runes = Array.from(text);
  const length = BigInt(runes.length);
  if (end !== undefined && start > end) return new CelError(`invalid substring range. start: ${start}, end: ${end}`);
  if (start < 0n || start > length) return outOfRange(start);
  if (end !== undefined && (end < 0n || end > length)) return outOfRange(end);
  return runes.slice(Number(start), end === undefined ? undefined : Number(end)).join('');
}

function join(list: readonly CelValue[], separator: string, meter: CelMeter): CelValue {
  const texts: string[] = [];
  for (const item of list) {
    if (typeof item !== 'string') return new CelError(`join: invalid input: ${shownValue(item)}`);
    texts.push(item);
    meter.bound(item.length + separator.length);
  }
  return texts.join(separator);
}

const QUOTED: Readonly<Record<string, string>> = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
  '"': '\\"',
};

/** White space as Go's unicode.IsSpace has it. */
const SPACE = '[\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+';
const TRIM = new RegExp(`^${SPACE}|${SPACE}$`, 'g');
const trim = (text: string): string => text.replace(TRIM, '');

const lower = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
const upper = (text: string): string => text.replace(/[a-z]/g, (letter) => letter.toUpperCase());

export const stringLibrary: CelLibrary = {
  list_join: implement((list: readonly CelValue[], meter: CelMeter) => join(list, '', meter)),
  list_join_string: implement(join),
  string_char_at_int: implement(charAt),
  string_format: implement(formatCel),
  string_index_of_string: implement((text: string, part: string) => indexOf(text, part, 0n)),
  string_index_of_string_int: implement(indexOf),
  string_last_index_of_string: implement((text: string, part: string) => lastIndexOf(text, part, undefined)),
  string_last_index_of_string_int: implement(lastIndexOf),
  string_lower_ascii: implement(lower),
  string_replace_string_string: implement((text: string, from: string, to: string, meter: CelMeter) =>
    replace(text, from, to, -1n, meter),
  ),
  string_replace_string_string_int: implement(replace),
  string_split_string: implement((text: string, separator: string, meter: CelMeter) =>
    split(text, separator, -1n, meter),
  ),
  string_split_string_int: implement(split),
  string_substring_int: implement((text: string, start: bigint) => substring(text, start, undefined)),
  string_substring_int_int: implement(substring),
  string_trim: implement(trim),
  string_upper_ascii: implement(upper),
  strings_quote: implement(
    (text: string) => `"${text.replace(/[\u0007\b\f\n\r\t\v\\"]/g, (character) => QUOTED[character])}"`,
  ),
};
