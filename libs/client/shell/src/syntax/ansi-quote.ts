import type { ScriptReader } from './script-reader.js';

const SIMPLE: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  e: '\u001b',
  E: '\u001b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** One decoded escape sequence and how many characters of the source it took. */
export interface DecodedEscape {
  readonly text: string;
  readonly length: number;
}

/** Text for a byte value, as streams carry it. */
export function byteText(value: number): string {
  const byte = value & 255;
  return byte < 0x80 ? String.fromCharCode(byte) : String.fromCharCode(0xdc00 + byte);
}

/**
 * Decodes what follows a backslash as `$'…'`, `echo -e` and `printf` do. `octal` says how octal numbers are
 * written there: `\nnn` or `\0nnn`. Undefined when it is no escape.
 */
export function decodeEscape(text: string, at: number, octal: 'plain' | 'zero'): DecodedEscape | undefined {
  const char = text[at];
  if (char === undefined) return undefined;
  const simple = SIMPLE[char];
  if (simple !== undefined) return { text: simple, length: 1 };
  if (char === '\\') return { text: '\\', length: 1 };
  if (char === 'x') return decodeNumber(text, at + 1, /[0-9a-fA-F]{1,2}/y, 16, 1);
  if (char === 'u') return decodeCodePoint(text, at + 1, /[0-9a-fA-F]{1,4}/y);
  if (char === 'U') return decodeCodePoint(text, at + 1, /[0-9a-fA-F]{1,8}/y);
  if (char < '0' || char > '7') return undefined;
  if (octal === 'plain') return decodeNumber(text, at, /[0-7]{1,3}/y, 8, 0);
  return char === '0' ? decodeNumber(text, at, /[0-7]{1,4}/y, 8, 0) : decodeNumber(text, at, /[0-7]{1,3}/y, 8, 0);
}

function decodeNumber(
  text: string,
  at: number,
  digits: RegExp,
  base: number,
  skipped: number,
): DecodedEscape | undefined {
  digits.lastIndex = at;
  const found = digits.exec(text)?.[0];
  return found === undefined
    ? undefined
    : { text: byteText(Number.parseInt(found, base)), length: found.length + skipped };
}

function decodeCodePoint(text: string, at: number, digits: RegExp): DecodedEscape | undefined {
  digits.lastIndex = at;
  const found = digits.exec(text)?.[0];
  if (found === undefined) return undefined;
  const code = Number.parseInt(found, 16);
  return { text: code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd', length: found.length + 1 };
}

/** `$'…'`; the reader stands on the `$`. */
export function parseAnsiQuoted(reader: ScriptReader): string {
  const start = reader.pos;
  reader.pos += 2;
  let value = '';
  while (reader.char !== "'") {
    if (reader.ended) reader.fail({ kind: 'unmatched', quote: "'" }, start);
    if (reader.char !== '\\') {
      value += reader.text[reader.pos++];
      continue;
    }
    const next = reader.at(1);
    const escape = decodeEscape(reader.text, reader.pos + 1, 'plain');
    if (next === "'" || next === '"' || next === '?') {
      value += next;
      reader.pos += 2;
    } else if (next === 'c' && reader.at(2) !== '') {
      value += String.fromCharCode(reader.at(2).toUpperCase().charCodeAt(0) & 31);
      reader.pos += 3;
    } else if (escape) {
      value += escape.text;
      reader.pos += 1 + escape.length;
    } else {
      value += '\\';
      reader.pos++;
    }
  }
  reader.pos++;
  return value;
}

/** Decodes the escapes of `$'…'` in a text (`${x@E}`). */
export function decodeAnsi(text: string): string {
  let value = '';
  for (let i = 0; i < text.length; i++) {
    const escape = text[i] === '\\' ? decodeEscape(text, i + 1, 'plain') : undefined;
    if (!escape) {
      value += text[i];
      continue;
    }
    value += escape.text;
    i += escape.length;
  }
  return value;
}
