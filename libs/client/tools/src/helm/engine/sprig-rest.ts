import { sha1 } from '@noble/hashes/legacy.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { decodeUtf8, encodeUtf8 } from '@seatrial/kernel';
import { FunctionFailure, templateFunction, typeName, type FunctionTable } from '@seatrial/template';
import { cleanPath } from '../clean-path.js';
import { SPRIG_DATA, itemsOf } from './sprig-data.js';
import { SPRIG_NUMBERS, integer } from './sprig-numbers.js';
import { SPRIG_TEXT } from './sprig-text.js';
import { wrapWords } from './sprig-words.js';

const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');

function adler32(text: string): string {
  const MODULUS = 65_521;
  let [a, b] = [1, 0];
  for (const byte of encodeUtf8(text)) {
    a = (a + byte) % MODULUS;
    b = (b + a) % MODULUS;
  }
  return String(b * 65_536 + a);
}

const base = (path: string): string => {
  const trimmed = path.replace(/\/+$/, '');
  return path === '' ? '.' : trimmed === '' ? '/' : trimmed.slice(trimmed.lastIndexOf('/') + 1);
};
const folder = (path: string): string => cleanPath(path.slice(0, path.lastIndexOf('/') + 1));
const extension = (path: string): string => /\.[^./]*$/.exec(path)?.[0] ?? '';

function slice(value: unknown, ...bounds: unknown[]): unknown[] {
  const items = itemsOf(value, (kind) => `list should be type of slice or array but ${kind}`);
  if (items.length === 0) return [];
  const [start = 0, end = items.length] = bounds.map((bound) => Number(integer(bound)));
  if (start < 0 || end < start || end > items.length)
    throw new FunctionFailure('reflect.Value.Slice: slice index out of bounds');
  return items.slice(start, end);
}

function chunk(size: bigint, value: unknown): unknown[][] {
  const items = itemsOf(value, (kind) => `Cannot chunk type ${kind}`);
  const step = Math.max(1, Number(size));
  return Array.from({ length: Math.ceil(items.length / step) }, (_, at) => items.slice(at * step, (at + 1) * step));
}

function splitN(separator: string, count: bigint, text: string): Record<string, string> {
  const parts = text.split(separator);
  const limit = count < 0n ? parts.length : Number(count);
  const kept = parts.slice(0, Math.max(0, limit - 1));
  if (limit > 0 && parts.length > kept.length) kept.push(parts.slice(kept.length).join(separator));
  return Object.fromEntries(kept.map((part, index) => [`_${String(index)}`, part]));
}

function urlParse(text: string): Record<string, string> {
  const found = /^(?:([a-zA-Z][\w+.-]*):)?(?:\/\/(?:([^@/]*)@)?([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/.exec(text);
  const [, scheme = '', userinfo = '', host = '', path = '', query = '', fragment = ''] = found ?? [];
  return { fragment, host, hostname: host.replace(/:\d+$/, ''), opaque: '', path, query, scheme, userinfo };
}

const ALPHABET_32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function encode32(text: string): string {
  const bits = [...encodeUtf8(text)].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const digits = bits.match(/.{1,5}/g)?.map((five) => ALPHABET_32[Number.parseInt(five.padEnd(5, '0'), 2)]) ?? [];
  return digits.join('').padEnd(Math.ceil(digits.length / 8) * 8, '=');
}

function decode32(text: string): string {
  const padded = text.replace(/=+$/, '');
  const wrong = [...padded].findIndex((digit) => !ALPHABET_32.includes(digit));
  if (wrong >= 0 || text.length % 8 !== 0)
    return `illegal base32 data at input byte ${String(wrong >= 0 ? wrong : text.length)}`;
  const bits = [...padded].map((digit) => ALPHABET_32.indexOf(digit).toString(2).padStart(5, '0')).join('');
  return decodeUtf8(Uint8Array.from(bits.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2)));
}

const URL_PARTS = ['scheme', 'host', 'path', 'query', 'opaque', 'fragment', 'userinfo'] as const;

function urlJoin(parts: Readonly<Record<string, unknown>> | null): string {
  const part = (key: (typeof URL_PARTS)[number]): string => {
    const value = parts !== null && Object.hasOwn(parts, key) ? parts[key] : '';
    if (typeof value === 'string') return value;
    throw new FunctionFailure(`unable to parse ${key} key, must be of type string, but ${typeName(value)} found`);
  };
  const [scheme, host, path, query, opaque, fragment, userinfo] = URL_PARTS.map(part);
  const user = userinfo === '' ? '' : `${userinfo}@`;
  const authority =
    scheme !== '' || host !== '' || user !== ''
      ? host !== '' || path !== '' || user !== ''
        ? `//${user}${host}`
        : ''
      : '';
  const slash = path !== '' && !path.startsWith('/') && host !== '' ? '/' : '';
  const place = opaque !== '' ? opaque : `${authority}${slash}${path}`;
  return `${scheme === '' ? '' : `${scheme}:`}${place}${query === '' ? '' : `?${query}`}${fragment === '' ? '' : `#${fragment}`}`;
}

const one = (call: (text: string) => unknown) => templateFunction(['string'], call);

const PLAIN: FunctionTable = {
  adler32sum: one(adler32),
  b32dec: one(decode32),
  b32enc: one(encode32),
  base: one(base),
  chunk: templateFunction(['int', 'any'], chunk),
  clean: one(cleanPath),
  dir: one(folder),
  ext: one(extension),
  hello: templateFunction([], () => 'Hello!'),
  initials: one((text) =>
    text
      .split(/\s+/)
      .map((word) => word.slice(0, 1))
      .join(''),
  ),
  isAbs: one((path) => path.startsWith('/')),
  osBase: one(base),
  osClean: one(cleanPath),
  osDir: one(folder),
  osExt: one(extension),
  osIsAbs: one((path) => path.startsWith('/')),
  sha1sum: one((text) => hex(sha1(encodeUtf8(text)))),
  sha512sum: one((text) => hex(sha512(encodeUtf8(text)))),
  slice: templateFunction(['any'], slice, 'any'),
  splitn: templateFunction(['string', 'int', 'string'], splitN),
  swapcase: one((text) =>
    [...text].map((char) => (char === char.toUpperCase() ? char.toLowerCase() : char.toUpperCase())).join(''),
  ),
  typeIsLike: templateFunction(['string', 'any'], (name: string, value: unknown) => {
    const type = value === null ? '<nil>' : typeName(value);
    return name === type || `*${name}` === type || (typeof value === 'bigint' && name === 'int64');
  }),
  urlParse: one(urlParse),
  urlJoin: templateFunction(['map'], urlJoin),
  wrapWith: templateFunction(['int', 'string', 'string'], (width: bigint, separator: string, text: string) =>
    wrapWords(Number(width), separator, text),
  ),
};

/** Sprig's further names of functions, and its `must…` forms. */
function aliases(table: FunctionTable): FunctionTable {
  const named: Record<string, string> = {
    biggest: 'max',
    push: 'append',
    trimall: 'trimAll',
  };
  const result: Record<string, FunctionTable[string]> = {};
  for (const [name, of] of Object.entries(named)) if (Object.hasOwn(table, of)) result[name] = table[of];
  const fallible =
    'append chunk compact deepCopy first has initial last merge mergeOverwrite prepend push rest reverse slice toJson toPrettyJson toRawJson toYaml uniq without';
  for (const name of fallible.split(' ')) {
    const must = `must${name[0].toUpperCase()}${name.slice(1)}`;
    const known = table[name] ?? result[name];
    if (Object.hasOwn(table, name) || Object.hasOwn(result, name)) result[must] = known;
  }
  return result;
}

const TABLE: FunctionTable = { ...PLAIN, ...SPRIG_TEXT, ...SPRIG_NUMBERS, ...SPRIG_DATA };

/** Every function of Sprig that needs neither the time nor chance. */
export const SPRIG: FunctionTable = { ...aliases(TABLE), ...TABLE };
