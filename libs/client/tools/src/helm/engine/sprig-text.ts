import { decodeBase64, encodeBase64, sha256Hex } from '@seatrial/kernel';
import {
  FunctionFailure,
  formatValue,
  goQuote,
  isTrue,
  templateFunction,
  type FunctionTable,
} from '@seatrial/template';
import { RE2JS } from 're2js';

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

const indent = (amount: bigint, text: string): string => {
  const pad = ' '.repeat(Math.min(Math.max(Number(amount), 0), 1000));
  return pad + text.replaceAll('\n', `\n${pad}`);
};

const repeat = (count: bigint, text: string): string => {
  if (Number(count) * text.length > 1_000_000) throw new FunctionFailure('repeat: the text is too long');
  return text.repeat(Math.max(0, Number(count)));
};

const capitalized = (text: string): string => text.replace(/(^|\s)\p{L}/gu, (letter) => letter.toUpperCase());
const words = (text: string): string[] =>
  text
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .split(/[^A-Za-z\d]+/)
    .filter((word) => word !== '');

function pattern(text: string): RE2JS {
  try {
    return RE2JS.compile(text);
  } catch (error) {
    const text = error instanceof Error ? error.message : '';
    throw new FunctionFailure(text.startsWith('error parsing') ? text : `error parsing regexp: ${text}`);
  }
}

function findAll(expression: string, text: string, count: bigint): string[] {
  const matcher = pattern(expression).matcher(text);
  const found: string[] = [];
  while ((count < 0n || found.length < Number(count)) && matcher.find()) found.push(matcher.group() ?? '');
  return found;
}

const goReplacement = (text: string): string => text.replace(/\$\{(\w+)\}/g, '$$$1');

const quoted = (values: unknown[], quote: (text: string) => string): string =>
  values
    .filter((value) => value !== null && value !== undefined)
    .map((value) => quote(textOf(value)))
    .join(' ');

/** Sprig's functions on text, as Helm 4 has them. */
export const SPRIG_TEXT: FunctionTable = {
  abbrev: templateFunction(['int', 'string'], (width: bigint, text: string) =>
    text.length > Number(width) ? `${text.slice(0, Math.max(0, Number(width) - 3))}...` : text,
  ),
  b64dec: one((text) => {
    const decoded = decodeBase64(text);
    return 'text' in decoded ? decoded.text : `illegal base64 data at input byte ${String(decoded.corruptAt)}`;
  }),
  b64enc: one(encodeBase64),
  camelcase: one((text) =>
    words(text)
      .map((word) => word[0].toUpperCase() + word.slice(1))
      .join(''),
  ),
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
  kebabcase: one((text) => words(text).join('-').toLowerCase()),
  lower: one((text) => text.toLowerCase()),
  nindent: templateFunction(['int', 'string'], (amount: bigint, text: string) => `\n${indent(amount, text)}`),
  nospace: one((text) => text.replace(/\s/g, '')),
  plural: templateFunction(['string', 'string', 'int'], (single: string, many: string, count: bigint) =>
    count === 1n ? single : many,
  ),
  quote: templateFunction([], (...values: unknown[]) => quoted(values, goQuote), 'any'),
  regexFind: two((expression, text) => findAll(expression, text, 1n)[0] ?? ''),
  regexFindAll: templateFunction(['string', 'string', 'int'], findAll),
  regexMatch: two((expression, text) => pattern(expression).matcher(text).find()),
  regexQuoteMeta: one((text) => text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&')),
  regexReplaceAll: templateFunction(['string', 'string', 'string'], (expression: string, text: string, by: string) =>
    pattern(expression).matcher(text).replaceAll(goReplacement(by)),
  ),
  regexReplaceAllLiteral: templateFunction(
    ['string', 'string', 'string'],
    (expression: string, text: string, by: string) =>
      pattern(expression).matcher(text).replaceAll(by.replaceAll('$', '$$$$')),
  ),
  regexSplit: templateFunction(['string', 'string', 'int'], (expression: string, text: string, count: bigint) =>
    pattern(expression).split(text, Number(count)),
  ),
  repeat: templateFunction(['int', 'string'], repeat),
  replace: templateFunction(['string', 'string', 'string'], (from: string, to: string, text: string) =>
    text.replaceAll(from, () => to),
  ),
  sha256sum: one((text) => sha256Hex(text)),
  snakecase: one((text) => words(text).join('_').toLowerCase()),
  split: two((separator, text) => Object.fromEntries(text.split(separator).map((part, i) => [`_${String(i)}`, part]))),
  splitList: two((separator, text) => text.split(separator)),
  squote: templateFunction([], (...values: unknown[]) => quoted(values, (text) => `'${text}'`), 'any'),
  substr: templateFunction(['int', 'int', 'string'], (start: bigint, end: bigint, text: string) =>
    text.slice(Math.max(0, Number(start)), end < 0n || Number(end) > text.length ? undefined : Number(end)),
  ),
  title: one(capitalized),
  toString: templateFunction(1, (value) => (value === undefined || value === null ? '<nil>' : textOf(value))),
  toStrings: templateFunction(1, texts),
  trim: one((text) => text.trim()),
  trimAll: two((set, text) => trimSet(set, text, true, true)),
  trimPrefix: two((part, text) => (text.startsWith(part) ? text.slice(part.length) : text)),
  trimSuffix: two((part, text) => (part !== '' && text.endsWith(part) ? text.slice(0, -part.length) : text)),
  trunc: templateFunction(['int', 'string'], trunc),
  untitle: one((text) => text.replace(/(^|\s)\p{L}/gu, (letter) => letter.toLowerCase())),
  upper: one((text) => text.toUpperCase()),
  wrap: templateFunction(['int', 'string'], (width: bigint, text: string) =>
    text.split(' ').reduce((lines, word) => {
      const last = lines.slice(lines.lastIndexOf('\n') + 1);
      return lines === ''
        ? word
        : last.length + 1 + word.length > Number(width)
          ? `${lines}\n${word}`
          : `${lines} ${word}`;
    }, ''),
  ),
  ternary: templateFunction(['any', 'any', 'bool'], (yes: unknown, no: unknown, condition: boolean) =>
    condition ? yes : no,
  ),
  default: templateFunction(
    ['any'],
    (fallback: unknown, ...given: unknown[]) => (given.length > 0 && isTrue(given[0]) ? given[0] : fallback),
    'any',
  ),
};
