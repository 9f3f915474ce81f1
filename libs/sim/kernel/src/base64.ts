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

type Decoded = { readonly text: string } | { readonly corruptAt: number };

const isNewline = (character: string): boolean => character === '\n' || character === '\r';

/** What may follow a `=` at `index` when `digits` of its group were read (Go's decodeQuantum): where it is wrong, or undefined. */
function corruptPadding(encoded: string, index: number, digits: number): number | undefined {
  let next = index + 1;
  const skipNewlines = (): void => {
    while (next < encoded.length && isNewline(encoded.charAt(next))) next++;
  };
  if (digits < 2) return index;
  if (digits === 2) {
    skipNewlines();
    if (next === encoded.length) return next;
    if (encoded.charAt(next) !== '=') return next - 1;
    next++;
  }
  skipNewlines();
  return next < encoded.length ? next : undefined;
}

/** The text behind standard base64, or the offset of what is wrong (encoding/base64's CorruptInputError). */
export function decodeBase64(encoded: string): Decoded {
  const bytes: number[] = [];
  let group = 0;
  let digits = 0;
  for (let i = 0; i < encoded.length; i++) {
    const character = encoded.charAt(i);
    if (isNewline(character)) continue;
    const value = ALPHABET.indexOf(character);
    if (value < 0) {
      const corruptAt = character === '=' ? corruptPadding(encoded, i, digits) : i;
      if (corruptAt !== undefined) return { corruptAt };
      bytes.push((group << (6 * (4 - digits))) >> 16);
      if (digits === 3) bytes.push((group >> 2) & 255);
      return { text: decodeUtf8(Uint8Array.from(bytes)) };
    }
    group = (group << 6) | value;
    digits++;
    if (digits === 4) {
      bytes.push((group >> 16) & 255, (group >> 8) & 255, group & 255);
      group = 0;
      digits = 0;
    }
  }
  return digits > 0 ? { corruptAt: encoded.length - digits } : { text: decodeUtf8(Uint8Array.from(bytes)) };
}
