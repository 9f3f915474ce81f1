import { isAlpha, isBlank, isBlankOrEnd, isDigit, isHex } from './characters.js';
import { expectLineEnd } from './scan-block.js';
import type { SourceReader } from './source-reader.js';
import { newToken, type Token } from './token.js';
import { scannerProblem, type Mark } from './yaml-problem.js';

/** `&name` or `*name`. */
export function scanAnchor(reader: SourceReader, type: 'anchor' | 'alias'): Token {
  const start = reader.mark();
  reader.skip();
  const name = reader.readWhile(isAlpha);
  const end = reader.mark();
  if (name === '' || !(isBlankOrEnd(reader.peek()) || '?:,]}%@`'.includes(String.fromCharCode(reader.peek()))))
    throw scannerProblem('did not find expected alphabetic or numeric character', end, start);
  return newToken(type, start, end, name);
}

/** `!local`, `!!core`, `!handle!suffix` or `!<uri>`. */
export function scanTag(reader: SourceReader): Token {
  const start = reader.mark();
  let handle = '';
  let suffix: string;
  if (reader.is('<', 1)) {
    reader.skip(2);
    suffix = scanUri(reader, '', start);
    if (!reader.is('>')) throw scannerProblem("did not find the expected '>'", reader.mark(), start);
    reader.skip();
  } else {
    handle = scanHandle(reader, false, start);
    if (handle.length > 1 && handle.endsWith('!')) suffix = scanUri(reader, '', start);
    else {
      suffix = scanUri(reader, handle, start);
      handle = '!';
      if (suffix === '') [handle, suffix] = ['', '!'];
    }
  }
  if (!isBlankOrEnd(reader.peek()))
    throw scannerProblem('did not find expected whitespace or line break', reader.mark(), start);
  return newToken('tag', start, reader.mark(), handle, suffix);
}

function scanHandle(reader: SourceReader, directive: boolean, start: Mark): string {
  if (!reader.is('!')) throw scannerProblem("did not find expected '!'", reader.mark(), start);
  const handle = reader.read() + reader.readWhile(isAlpha);
  if (reader.is('!')) return handle + reader.read();
  if (directive && handle !== '!') throw scannerProblem("did not find expected '!'", reader.mark(), start);
  return handle;
}

const URI_PUNCTUATION = ";/?:@&=+$,.!~*'()[]%";

function scanUri(reader: SourceReader, head: string, start: Mark): string {
  let uri = head.slice(1);
  let found = head !== '';
  while (
    isAlpha(reader.peek()) ||
    (reader.peek() !== 0 && URI_PUNCTUATION.includes(String.fromCharCode(reader.peek())))
  ) {
    uri += reader.is('%') ? scanUriEscape(reader, start) : reader.read();
    found = true;
  }
  if (!found) throw scannerProblem('did not find expected tag URI', reader.mark(), start);
  return uri;
}

/** `%41`; octets of one character after another. */
function scanUriEscape(reader: SourceReader, start: Mark): string {
  const octets: number[] = [];
  let width = 1;
  while (octets.length < width) {
    if (!(reader.is('%') && isHex(reader.peek(1)) && isHex(reader.peek(2))))
      throw scannerProblem('did not find URI escaped octet', reader.mark(), start);
    const octet = Number.parseInt(String.fromCharCode(reader.peek(1), reader.peek(2)), 16);
    if (octets.length === 0) {
      width = octet < 0x80 ? 1 : octet >> 5 === 6 ? 2 : octet >> 4 === 14 ? 3 : octet >> 3 === 30 ? 4 : 0;
      if (width === 0) throw scannerProblem('found an incorrect leading UTF-8 octet', reader.mark(), start);
    } else if ((octet & 0xc0) !== 0x80)
      throw scannerProblem('found an incorrect trailing UTF-8 octet', reader.mark(), start);
    octets.push(octet);
    reader.skip(3);
  }
  const code = octets
    .slice(1)
    .reduce((sum, octet) => sum * 64 + (octet & 63), octets[0] & (width === 1 ? 127 : 0xff >> (width + 1)));
  return String.fromCodePoint(Math.min(code, 0x10ffff));
}

/** `%YAML 1.1` or `%TAG ! prefix`. */
export function scanDirective(reader: SourceReader): Token {
  const start = reader.mark();
  reader.skip();
  const name = reader.readWhile(isAlpha);
  if (name === '') throw scannerProblem('could not find expected directive name', reader.mark(), start);
  if (!isBlankOrEnd(reader.peek()))
    throw scannerProblem('found unexpected non-alphabetical character', reader.mark(), start);
  let token: Token;
  if (name === 'YAML') {
    while (isBlank(reader.peek())) reader.skip();
    const major = scanVersionNumber(reader, start);
    if (!reader.is('.')) throw scannerProblem("did not find expected digit or '.' character", reader.mark(), start);
    reader.skip();
    const minor = scanVersionNumber(reader, start);
    token = newToken('version-directive', start, reader.mark(), `${String(major)}.${String(minor)}`);
  } else if (name === 'TAG') token = scanTagDirective(reader, start);
  else throw scannerProblem('found unknown directive name', reader.mark(), start);
  expectLineEnd(reader, start);
  return token;
}

function scanVersionNumber(reader: SourceReader, start: Mark): number {
  const digits = reader.readWhile(isDigit);
  if (digits.length > 2) throw scannerProblem('found extremely long version number', reader.mark(), start);
  if (digits === '') throw scannerProblem('did not find expected version number', reader.mark(), start);
  return Number(digits);
}

function scanTagDirective(reader: SourceReader, start: Mark): Token {
  while (isBlank(reader.peek())) reader.skip();
  const handle = scanHandle(reader, true, start);
  if (!isBlank(reader.peek())) throw scannerProblem('did not find expected whitespace', reader.mark(), start);
  while (isBlank(reader.peek())) reader.skip();
  const prefix = scanUri(reader, '', start);
  if (!isBlankOrEnd(reader.peek()))
    throw scannerProblem('did not find expected whitespace or line break', reader.mark(), start);
  return newToken('tag-directive', start, reader.mark(), handle, prefix);
}
