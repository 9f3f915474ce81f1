import { isBlankOrEnd, isBreak, isHex } from './characters.js';
import { Folding, atDocumentIndicator } from './scan-plain.js';
import type { SourceReader } from './source-reader.js';
import { newToken, type Token } from './token.js';
import { scannerProblem, type Mark } from './yaml-problem.js';

const ESCAPES: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  t: '\t',
  '\t': '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\x1b',
  ' ': ' ',
  '"': '"',
  "'": "'",
  '\\': '\\',
  N: '\u0085',
  _: '\u00a0',
  L: '\u2028',
  P: '\u2029',
};
const CODE_LENGTHS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** A scalar in single or double quotes; stands at the opening quote. */
export function scanQuotedScalar(reader: SourceReader, single: boolean): Token {
  const start = reader.mark();
  const quote = single ? "'" : '"';
  reader.skip();
  let text = '';
  for (;;) {
    if (atDocumentIndicator(reader)) throw scannerProblem('found unexpected document indicator', reader.mark(), start);
    if (reader.peek() === 0) throw scannerProblem('found unexpected end of stream', reader.mark(), start);
    const folding = new Folding();
    text += single ? readSingle(reader) : readDouble(reader, start, folding);
    if (reader.is(quote)) break;
    folding.gather(reader);
    text += folding.take();
  }
  reader.skip();
  return newToken('scalar', start, reader.mark(), text);
}

const SINGLE_QUOTE = 39;

function readSingle(reader: SourceReader): string {
  let text = '';
  for (;;) {
    text += reader.readWhile((code) => code !== SINGLE_QUOTE && !isBlankOrEnd(code));
    if (!reader.startsWith("''")) return text;
    text += "'";
    reader.skip(2);
  }
}

const DOUBLE_QUOTE = 34;
const BACKSLASH = 92;

function readDouble(reader: SourceReader, start: Mark, folding: Folding): string {
  let text = '';
  for (;;) {
    text += reader.readWhile((code) => code !== DOUBLE_QUOTE && code !== BACKSLASH && !isBlankOrEnd(code));
    if (reader.peek() !== BACKSLASH) return text;
    if (isBreak(reader.peek(1))) {
      reader.skip();
      reader.readLine();
      folding.broken = true;
      return text;
    }
    text += readEscape(reader, start);
  }
}

function readEscape(reader: SourceReader, start: Mark): string {
  const name = String.fromCharCode(reader.peek(1));
  const length = Object.hasOwn(CODE_LENGTHS, name) ? CODE_LENGTHS[name] : 0;
  if (length === 0) {
    if (!Object.hasOwn(ESCAPES, name) || reader.peek(1) === 0)
      throw scannerProblem('found unknown escape character', reader.mark(), start);
    reader.skip(2);
    return ESCAPES[name];
  }
  reader.skip(2);
  let digits = '';
  for (let k = 0; k < length; k++) {
    if (!isHex(reader.peek(k))) throw scannerProblem('did not find expected hexdecimal number', reader.mark(), start);
    digits += String.fromCharCode(reader.peek(k));
  }
  const code = Number.parseInt(digits, 16);
  if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff)
    throw scannerProblem('found invalid Unicode character escape code', reader.mark(), start);
  reader.skip(length);
  return String.fromCodePoint(code);
}
