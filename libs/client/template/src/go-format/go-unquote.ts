const SIMPLE: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
};
const HEX_LENGTH: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/**
 * Resolves the escapes of a text that stood between two `quote` characters (Go's strconv.UnquoteChar, character by
 * character); undefined where Go says `invalid syntax`.
 */
export function goUnescape(text: string, quote: string): string | undefined {
  let result = '';
  let index = 0;
  while (index < text.length) {
    const character = text[index];
    if (character === quote) return undefined;
    if (character !== '\\') {
      result += character;
      index++;
      continue;
    }
    const escape = readEscape(text, index + 1, quote);
    if (!escape) return undefined;
    result += escape.text;
    index = escape.end;
  }
  return result;
}

function readEscape(text: string, index: number, quote: string): { text: string; end: number } | undefined {
  const name = text[index] ?? '';
  if (Object.hasOwn(SIMPLE, name)) return { text: SIMPLE[name], end: index + 1 };
  if ((name === '"' || name === "'") && name === quote) return { text: name, end: index + 1 };
  if (Object.hasOwn(HEX_LENGTH, name)) {
    const digits = text.slice(index + 1, index + 1 + HEX_LENGTH[name]);
    if (digits.length < HEX_LENGTH[name] || !/^[0-9a-fA-F]+$/.test(digits)) return undefined;
    const code = Number.parseInt(digits, 16);
    if (code > 0x10ffff || (name !== 'x' && code >= 0xd800 && code <= 0xdfff)) return undefined;
    return { text: name === 'x' ? byteText(code) : String.fromCodePoint(code), end: index + 1 + digits.length };
  }
  const octal = /^[0-7]{3}/.exec(text.slice(index))?.[0];
  if (octal === undefined || Number.parseInt(octal, 8) > 255) return undefined;
  return { text: byteText(Number.parseInt(octal, 8)), end: index + 3 };
}

/** A single byte; from 0x80 on it is no text of its own (see kernel's text-encoding). */
const byteText = (byte: number): string => String.fromCharCode(byte < 0x80 ? byte : 0xdc00 + byte);
