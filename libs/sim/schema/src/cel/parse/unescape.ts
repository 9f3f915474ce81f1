/* String and bytes literals (cel-go parser/unescape.go). */

const SIMPLE: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
  '\\': 92,
  "'": 39,
  '"': 34,
  '`': 96,
  '?': 63,
};
const HEX_DIGITS: Readonly<Record<string, number>> = { x: 2, X: 2, u: 4, U: 8 };
const LAST_RUNE = 0x10ffff;

const isRune = (value: number): boolean => value <= LAST_RUNE && !(value >= 0xd800 && value <= 0xdfff);

interface Escaped {
  readonly value: number;
  readonly length: number;
}

function readEscape(text: string, at: number, bytes: boolean): Escaped | string {
  const letter = text.charAt(at + 1);
  const simple = SIMPLE[letter] as number | undefined;
  if (simple !== undefined) return { value: simple, length: 2 };
  const digits = HEX_DIGITS[letter] as number | undefined;
  if (digits !== undefined) {
    const hex = text.slice(at + 2, at + 2 + digits);
    if ((bytes && digits > 2) || hex.length < digits || !/^[0-9a-fA-F]+$/.test(hex)) return 'unable to unescape string';
    const value = parseInt(hex, 16);
    return !bytes && !isRune(value) ? 'invalid unicode code point' : { value, length: 2 + digits };
  }
  if (/[0-3]/.test(letter)) {
    const octal = text.slice(at + 1, at + 4);
    if (!/^[0-3][0-7][0-7]$/.test(octal)) return 'unable to unescape octal sequence in string';
    return { value: parseInt(octal, 8), length: 4 };
  }
  return 'unable to unescape string';
}

/** The text between the quotes of a token, and whether it is raw. */
function inside(token: string): { readonly raw: boolean; readonly text: string } {
  const raw = token.startsWith('r') || token.startsWith('R');
  const quoted = (raw ? token.slice(1) : token).replace(/\r\n?/g, '\n');
  const long = quoted.length >= 6 && (quoted.startsWith("'''") || quoted.startsWith('"""'));
  return { raw, text: long ? quoted.slice(3, -3) : quoted.slice(1, -1) };
}

/** The text of a string token, or what is wrong with it. */
export function unescapeString(token: string): { readonly text: string } | { readonly problem: string } {
  const { raw, text } = inside(token);
  if (raw || !text.includes('\\')) return { text };
  let out = '';
  for (let at = 0; at < text.length;) {
    if (text.charAt(at) !== '\\') {
      out += text.charAt(at++);
      continue;
    }
    const escaped = readEscape(text, at, false);
    if (typeof escaped === 'string') return { problem: escaped };
    out += String.fromCodePoint(escaped.value);
    at += escaped.length;
  }
  return { text: out };
}

/** The bytes of a bytes token (without its `b`), or what is wrong with it. */
export function unescapeBytes(token: string): { readonly bytes: Uint8Array } | { readonly problem: string } {
  const { raw, text } = inside(token);
  const encoder = new TextEncoder();
  if (raw || !text.includes('\\')) return { bytes: encoder.encode(text) };
  const out: number[] = [];
  for (let at = 0; at < text.length;) {
    if (text.charAt(at) !== '\\') {
      const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
      out.push(...encoder.encode(character));
      at += character.length;
      continue;
    }
    const escaped = readEscape(text, at, true);
    if (typeof escaped === 'string') return { problem: escaped };
    out.push(escaped.value & 0xff);
    at += escaped.length;
  }
  return { bytes: Uint8Array.from(out) };
}
