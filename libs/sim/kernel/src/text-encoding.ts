/*
 * Streams carry JavaScript strings. Bytes that are not UTF-8 travel as lone surrogates U+DC80–U+DCFF
 * ("surrogateescape", PEP 383), so that binary data passes through pipes and files unharmed.
 */

/** The UTF-8 bytes of a stream's text; escaped bytes come back as they were. */
export function encodeUtf8(text: string): Uint8Array {
  const ascii = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 0x80) return encodeWide(text);
    ascii[i] = code;
  }
  return ascii;
}

function encodeWide(text: string): Uint8Array {
  // A UTF-16 code unit takes three bytes at most.
  const bytes = new Uint8Array(text.length * 3);
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.codePointAt(i) ?? 0;
    if (code < 0x80) bytes[length++] = code;
    else if (code >= 0xdc80 && code <= 0xdcff) bytes[length++] = code - 0xdc00;
    else {
      if (code < 0x800) bytes[length++] = 0xc0 | (code >> 6);
      else {
        if (code < 0x10000) bytes[length++] = 0xe0 | (code >> 12);
        else {
          i++;
          bytes[length++] = 0xf0 | (code >> 18);
          bytes[length++] = 0x80 | ((code >> 12) & 63);
        }
        bytes[length++] = 0x80 | ((code >> 6) & 63);
      }
      bytes[length++] = 0x80 | (code & 63);
    }
  }
  return bytes.slice(0, length);
}

function sequenceLength(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead < 0xe0) return 2;
  if (lead >= 0xe0 && lead < 0xf0) return 3;
  return lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
}

function decodeSequence(bytes: Uint8Array, start: number, length: number): number {
  if (length === 1) return bytes[start];
  if (start + length > bytes.length) return -1;
  let code = bytes[start] & (0xff >> (length + 1));
  for (let i = 1; i < length; i++) {
    const next = bytes[start + i];
    if ((next & 0xc0) !== 0x80) return -1;
    code = (code << 6) | (next & 63);
  }
  const smallest = [0, 0, 0x80, 0x800, 0x10000][length];
  return code < smallest || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff) ? -1 : code;
}

/** A stream's text from bytes; what is not UTF-8 is escaped byte by byte. */
export function decodeUtf8(bytes: Uint8Array): string {
  if (isAscii(bytes)) return decodeAscii(bytes);
  let text = '';
  for (let i = 0; i < bytes.length;) {
    const length = sequenceLength(bytes[i]);
    const code = length === 0 ? -1 : decodeSequence(bytes, i, length);
    if (code < 0) {
      text += String.fromCharCode(0xdc00 + bytes[i]);
      i++;
    } else {
      text += String.fromCodePoint(code);
      i += length;
    }
  }
  return text;
}

function isAscii(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) if (bytes[i] >= 0x80) return false;
  return true;
}

/** As many arguments as a call may safely have. */
const CHUNK = 4096;

function decodeAscii(bytes: Uint8Array): string {
  if (bytes.length <= CHUNK) return String.fromCharCode(...bytes);
  let text = '';
  for (let at = 0; at < bytes.length; at += CHUNK) text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return text;
}

/** How many bytes a stream's text takes as UTF-8. */
export function utf8Length(text: string): number {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) >= 0x80) return wideLength(text);
  return text.length;
}

function wideLength(text: string): number {
  let length = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    length += code < 0x80 || (code >= 0xdc80 && code <= 0xdcff) ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return length;
}
