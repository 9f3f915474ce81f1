const NAMED: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
};

const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

function escape(character: string, quote: string, asciiOnly: boolean): string {
  if (character === quote) return `\\${quote}`;
  if (Object.hasOwn(NAMED, character)) return NAMED[character];
  const code = character.codePointAt(0) ?? 0;
  if (code >= 0x20 && code < 0x7f) return character;
  // A byte that is not UTF-8 (see kernel's text-encoding).
  if (code >= 0xdc80 && code <= 0xdcff) return `\\x${(code - 0xdc00).toString(16)}`;
  if (!asciiOnly && code >= 0x80 && PRINTABLE.test(character)) return character;
  if (code < 0x20 || code === 0x7f) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (code > 0xffff) return `\\U${code.toString(16).padStart(8, '0')}`;
  return `\\u${code.toString(16).padStart(4, '0')}`;
}

const PLAIN = /^[ !#-[\]-~]*$/;

/** A string as Go's strconv.Quote writes it (`%q`). */
export function goQuote(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  let quoted = '"';
  for (const character of text) quoted += escape(character, '"', false);
  return `${quoted}"`;
}

/** As strconv.QuoteToASCII (`%+q`). */
export function goQuoteAscii(text: string): string {
  let quoted = '"';
  for (const character of text) quoted += escape(character, '"', true);
  return `${quoted}"`;
}

/** A character as strconv.QuoteRune writes it (`%q` of a number). */
export function goQuoteRune(code: number): string {
  const valid = code >= 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
  return `'${escape(valid ? String.fromCodePoint(code) : '\ufffd', "'", false)}'`;
}
