import { sha1 } from '@noble/hashes/legacy.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { encodeUtf8 } from '@seatrial/kernel';
import { FunctionFailure, templateFunction, typeName, type FunctionTable } from '@seatrial/template';
import { cleanPath } from '../clean-path.js';
import { SPRIG_DATA } from './sprig-data.js';
import { SPRIG_TEXT, textOf } from './sprig-text.js';

const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');

const number = (value: unknown): number =>
  typeof value === 'bigint' ? Number(value) : typeof value === 'number' ? value : Number(textOf(value)) || 0;

const floats = (call: (a: number, b: number) => number) =>
  templateFunction(['any'], (...values: unknown[]) => values.map(number).reduce(call), 'any');

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

const list = (value: unknown, name: string): unknown[] => {
  if (Array.isArray(value)) return value as unknown[];
  throw new FunctionFailure(`Cannot ${name} on type ${value === null ? 'invalid' : typeName(value)}`);
};

function sliceable(value: unknown): unknown[] {
  if (Array.isArray(value)) return value as unknown[];
  throw new FunctionFailure(
    `list should be type of slice or array but ${value === null ? 'invalid' : typeName(value)}`,
  );
}

function chunk(size: bigint, value: unknown): unknown[][] {
  const items = list(value, 'chunk');
  const step = Math.max(1, Number(size));
  return Array.from({ length: Math.ceil(items.length / step) }, (_, at) => items.slice(at * step, (at + 1) * step));
}

function splitN(separator: string, count: bigint, text: string): Record<string, string> {
  const parts = text.split(separator);
  const kept = parts.slice(0, Math.max(0, Number(count) - 1));
  if (parts.length > kept.length) kept.push(parts.slice(kept.length).join(separator));
  return Object.fromEntries(kept.map((part, index) => [`_${String(index)}`, part]));
}

function urlParse(text: string): Record<string, string> {
  const found = /^(?:([a-zA-Z][\w+.-]*):)?(?:\/\/(?:([^@/]*)@)?([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/.exec(text);
  const [, scheme = '', userinfo = '', host = '', path = '', query = '', fragment = ''] = found ?? [];
  return { fragment, host, hostname: host.replace(/:\d+$/, ''), opaque: '', path, query, scheme, userinfo };
}

/** A word of lines, broken where they would get longer. */
function wrap(width: bigint, separator: string, text: string): string {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= Number(width))
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.join(separator);
}

const one = (call: (text: string) => unknown) => templateFunction(['string'], call);

const PLAIN: FunctionTable = {
  add1f: templateFunction(['any'], (value: unknown) => number(value) + 1),
  addf: floats((a, b) => a + b),
  adler32sum: one(adler32),
  base: one(base),
  chunk: templateFunction(['int', 'any'], chunk),
  clean: one(cleanPath),
  dir: one(folder),
  divf: floats((a, b) => a / b),
  ext: one(extension),
  hello: templateFunction([], () => 'Hello!'),
  initials: one((text) =>
    text
      .split(/\s+/)
      .map((word) => word.slice(0, 1))
      .join(''),
  ),
  isAbs: one((path) => path.startsWith('/')),
  maxf: floats((a, b) => Math.max(a, b)),
  minf: floats((a, b) => Math.min(a, b)),
  mulf: floats((a, b) => a * b),
  osBase: one(base),
  osClean: one(cleanPath),
  osDir: one(folder),
  osExt: one(extension),
  osIsAbs: one((path) => path.startsWith('/')),
  sha1sum: one((text) => hex(sha1(encodeUtf8(text)))),
  sha512sum: one((text) => hex(sha512(encodeUtf8(text)))),
  slice: templateFunction(
    ['any'],
    (value: unknown, ...bounds: unknown[]) => sliceable(value).slice(...bounds.map(number)),
    'any',
  ),
  splitn: templateFunction(['string', 'int', 'string'], splitN),
  subf: floats((a, b) => a - b),
  swapcase: one((text) =>
    [...text].map((char) => (char === char.toUpperCase() ? char.toLowerCase() : char.toUpperCase())).join(''),
  ),
  typeIsLike: templateFunction(['string', 'any'], (name: string, value: unknown) => {
    const type = value === null ? '<nil>' : typeName(value);
    return name === type || `*${name}` === type || (typeof value === 'bigint' && name === 'int64');
  }),
  urlParse: one(urlParse),
  wrapWith: templateFunction(['int', 'string', 'string'], wrap),
};

/** Sprig's further names of functions, and its `must…` forms. */
function aliases(table: FunctionTable): FunctionTable {
  const named: Record<string, string> = {
    biggest: 'max',
    push: 'append',
    trimall: 'trimAll',
    htmlDateInZone: 'htmlDate',
  };
  const result: Record<string, FunctionTable[string]> = {};
  for (const [name, of] of Object.entries(named)) if (Object.hasOwn(table, of)) result[name] = table[of];
  const fallible =
    'append chunk compact deepCopy first fromJson has initial last merge mergeOverwrite prepend push regexFind regexFindAll regexMatch regexReplaceAll regexReplaceAllLiteral regexSplit rest reverse slice toJson toPrettyJson toRawJson toYaml uniq without';
  for (const name of fallible.split(' ')) {
    const must = `must${name[0].toUpperCase()}${name.slice(1)}`;
    const known = table[name] ?? result[name];
    if (Object.hasOwn(table, name) || Object.hasOwn(result, name)) result[must] = known;
  }
  return result;
}

const TABLE: FunctionTable = { ...PLAIN, ...SPRIG_TEXT, ...SPRIG_DATA };

/** Every function of Sprig that needs neither the time nor chance. */
export const SPRIG: FunctionTable = { ...aliases(TABLE), ...TABLE };
