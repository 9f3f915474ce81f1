import { decodeBase64, encodeBase64, sha256Hex } from '@seatrial/kernel';
import {
  FunctionFailure,
  formatValue,
  goQuote,
  isTrue,
  templateFunction,
  type FunctionTable,
} from '@seatrial/template';
import { regexFunctions } from './sprig-regex.js';
import { abbreviated, lowerWords, pascalCase, titled, wrapWords } from './sprig-words.js';

/** cast.ToString-like: how Sprig turns anything into text. */
export const textOf = (value: unknown): string => (value === null || value === undefined ? '' : formatValue(value));

const texts = (value: unknown): string[] =>
  Array.isArray(value)
    ? value.filter((item) => item !== null && item !== undefined).map(textOf)
    : value === null || value === undefined
      ? []
      : [textOf(value)];

const one = (call: (text: string) => unknown) => templateFunction(['string'], call);
const two = (call: (first: string, text: string) => unknown) => templateFunction(['string', 'string'], call);

const trunc = (length: bigint, text: string): string => {
  const characters = Array.from(text);
  const count = Number(length);
  if (count < 0) return characters.length + count > 0 ? characters.slice(characters.length + count).join('') : text;
  return characters.length > count ? characters.slice(0, count).join('') : text;
};

const trimSet = (set: string, text: string, left: boolean, right: boolean): string => {
  let start = 0;
  let end = text.length;
  while (left && start < end && set.includes(text[start])) start++;
  while (right && end > start && set.includes(text[end - 1])) end--;
  return text.slice(start, end);
};

const NEGATIVE = 'strings: negative Repeat count';

const indent = (amount: bigint, text: string): string => {
  if (amount < 0n) throw new FunctionFailure(NEGATIVE);
  const pad = ' '.repeat(Math.min(Number(amount), 1000));
  return pad + text.replaceAll('\n', `\n${pad}`);
};

const repeat = (count: bigint, text: string): string => {
  if (count < 0n) throw new FunctionFailure(NEGATIVE);
  if (Number(count) * text.length > 1_000_000) throw new FunctionFailure('repeat: the text is too long');
  return text.repeat(Number(count));
};

function substr(start: bigint, end: bigint, text: string): string {
  const [from, to] = [Number(start), Number(end)];
  const out = (bounds: string): never => {
    throw new FunctionFailure(`runtime error: slice bounds out of range [${bounds}]`);
  };
  if (from < 0)
    return to < 0
      ? out(`:${String(to)}`)
      : to > text.length
        ? out(`:${String(to)} with length ${String(text.length)}`)
        : text.slice(0, to);
  if (to < 0 || to > text.length)
    return from > text.length ? out(`${String(from)}:${String(text.length)}`) : text.slice(from);
  return from > to ? out(`${String(from)}:${String(to)}`) : text.slice(from, to);
}

const quoted = (values: unknown[], quote: (text: string) => string): string =>
  values
    .filter((value) => value !== null && value !== undefined)
    .map((value) => quote(textOf(value)))
    .join(' ');

/** Sprig's functions on text, as Helm 4 has them. */
export const SPRIG_TEXT: FunctionTable = {
  abbrev: templateFunction(['int', 'string'], (width: bigint, text: string) => abbreviated(0, Number(width), text)),
  abbrevboth: templateFunction(['int', 'int', 'string'], (left: bigint, width: bigint, text: string) =>
    abbreviated(Number(left), Number(width), text),
  ),
  b64dec: one((text) => {
    const decoded = decodeBase64(text);
    return 'text' in decoded ? decoded.text : `illegal base64 data at input byte ${String(decoded.corruptAt)}`;
  }),
  b64enc: one(encodeBase64),
  camelcase: one(pascalCase),
  cat: templateFunction(
    [],
    (...values: unknown[]) =>
      values
        .filter((value) => value !== null)
        .map(textOf)
        .join(' '),
    'any',
  ),
  contains: two((part, text) => text.includes(part)),
  hasPrefix: two((part, text) => text.startsWith(part)),
  hasSuffix: two((part, text) => text.endsWith(part)),
  indent: templateFunction(['int', 'string'], indent),
  join: templateFunction(['string', 'any'], (separator: string, list: unknown) => texts(list).join(separator)),
  kebabcase: one((text) => lowerWords(text, '-')),
  lower: one((text) => text.toLowerCase()),
  nindent: templateFunction(['int', 'string'], (amount: bigint, text: string) => `\n${indent(amount, text)}`),
  nospace: one((text) => text.replace(/\s/g, '')),
  plural: templateFunction(['string', 'string', 'int'], (single: string, many: string, count: bigint) =>
    count === 1n ? single : many,
  ),
  quote: templateFunction([], (...values: unknown[]) => quoted(values, goQuote), 'any'),
  ...regexFunctions('must'),
  ...regexFunctions(''),
  regexQuoteMeta: one((text) => text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&')),
  repeat: templateFunction(['int', 'string'], repeat),
  replace: templateFunction(['string', 'string', 'string'], (from: string, to: string, text: string) =>
    text.replaceAll(from, () => to),
  ),
  sha256sum: one((text) => sha256Hex(text)),
  snakecase: one((text) => lowerWords(text, '_')),
  split: two((separator, text) => Object.fromEntries(text.split(separator).map((part, i) => [`_${String(i)}`, part]))),
  splitList: two((separator, text) => text.split(separator)),
  squote: templateFunction([], (...values: unknown[]) => quoted(values, (text) => `'${text}'`), 'any'),
  substr: templateFunction(['int', 'int', 'string'], substr),
  title: one(titled),
  toString: templateFunction(1, (value) => (value === undefined || value === null ? '<nil>' : textOf(value))),
  toStrings: templateFunction(1, texts),
  trim: one((text) => text.trim()),
  trimAll: two((set, text) => trimSet(set, text, true, true)),
  trimPrefix: two((part, text) => (text.startsWith(part) ? text.slice(part.length) : text)),
  trimSuffix: two((part, text) => (part !== '' && text.endsWith(part) ? text.slice(0, -part.length) : text)),
  trunc: templateFunction(['int', 'string'], trunc),
  untitle: one((text) => text.replace(/(^|\s)\p{L}/gu, (letter) => letter.toLowerCase())),
  upper: one((text) => text.toUpperCase()),
  wrap: templateFunction(['int', 'string'], (width: bigint, text: string) => wrapWords(Number(width), '\n', text)),
  ternary: templateFunction(['any', 'any', 'bool'], (yes: unknown, no: unknown, condition: boolean) =>
    condition ? yes : no,
  ),
  default: templateFunction(
    ['any'],
    (fallback: unknown, ...given: unknown[]) => (given.length > 0 && isTrue(given[0]) ? given[0] : fallback),
    'any',
  ),
};
