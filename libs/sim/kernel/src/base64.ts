import { decodeUtf8, encodeUtf8 } from './text-encoding.js';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Standard base64 with padding (RFC 4648, section 4) of a stream's text. */
export function encodeBase64(text: string): string {
  const bytes = encodeUtf8(text);
  let out = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const group = (bytes[i] << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    const length = Math.min(3, bytes.length - i);
    for (let j = 0; j <= length; j++) out += ALPHABET.charAt((group >> (18 - 6 * j)) & 63);
    out += '='.repeat(3 - length);
  }
  return out;
}

/** The text behind standard base64, or the offset of the first character that does not belong (Go's CorruptInputError). */
export function decodeBase64(encoded: string): { readonly text: string } | { readonly corruptAt: number } {
  const bytes: number[] = [];
  let group = 0;
  let digits = 0;
  let padding = 0;
  for (let i = 0; i < encoded.length; i++) {
    const character = encoded.charAt(i);
    if (character === '\n' || character === '\r') continue;
    if (character === '=') {
      padding++;
      if (digits < 2 || digits + padding > 4) return { corruptAt: i };
      continue;
    }
    const value = ALPHABET.indexOf(character);
    if (value < 0 || padding > 0) return { corruptAt: i };
    group = (group << 6) | value;
    digits++;
    if (digits === 4) {
      bytes.push((group >> 16) & 255, (group >> 8) & 255, group & 255);
      group = 0;
      digits = 0;
    }
  }
  if (digits > 0 && digits + padding !== 4) return { corruptAt: encoded.length };
  if (digits === 2) bytes.push((group >> 4) & 255);
  if (digits === 3) bytes.push((group >> 10) & 255, (group >> 2) & 255);
  return { text: decodeUtf8(Uint8Array.from(bytes)) };
}
