import { decodeUtf8, encodeUtf8 } from './text-encoding.js';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Two digits for each twelve bits. */
const PAIRS = Array.from({ length: 4096 }, (_, bits) => ALPHABET.charAt(bits >> 6) + ALPHABET.charAt(bits & 63));

/** Standard base64 with padding (RFC 4648, section 4) of a stream's text. */
export const encodeBase64 = (text: string): string => encodeBase64Bytes(encodeUtf8(text));

/** The same of bytes. */
export function encodeBase64Bytes(bytes: Uint8Array): string {
  let out = '';
  let at = 0;
  for (; at + 3 <= bytes.length; at += 3) {
    const group = (bytes[at] << 16) | (bytes[at + 1] << 8) | bytes[at + 2];
    out += PAIRS[group >> 12] + PAIRS[group & 4095];
  }
  const left = bytes.length - at;
  if (left === 1) out += `${PAIRS[bytes[at] << 4]}==`;
  if (left === 2) {
    const group = (bytes[at] << 8) | bytes[at + 1];
    out += `${PAIRS[group >> 4]}${ALPHABET.charAt((group & 15) << 2)}=`;
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

/** The six bits of a digit by its UTF-16 code unit; -1 for others. */
const VALUES = new Int8Array(128).fill(-1);
for (let value = 0; value < ALPHABET.length; value++) VALUES[ALPHABET.charCodeAt(value)] = value;

/** The text behind standard base64, or the offset of what is wrong (encoding/base64's CorruptInputError). */
export function decodeBase64(encoded: string): Decoded {
  const bytes = new Uint8Array(Math.ceil(encoded.length / 4) * 3);
  let length = 0;
  let group = 0;
  let digits = 0;
  for (let i = 0; i < encoded.length; i++) {
    const code = encoded.charCodeAt(i);
    const value = code < 128 ? VALUES[code] : -1;
    if (value < 0) {
      const character = encoded.charAt(i);
      if (isNewline(character)) continue;
      const corruptAt = character === '=' ? corruptPadding(encoded, i, digits) : i;
      if (corruptAt !== undefined) return { corruptAt };
      bytes[length++] = (group << (6 * (4 - digits))) >> 16;
      if (digits === 3) bytes[length++] = (group >> 2) & 255;
      return { text: decodeUtf8(bytes.subarray(0, length)) };
    }
    group = (group << 6) | value;
    digits++;
    if (digits === 4) {
      bytes[length++] = (group >> 16) & 255;
      bytes[length++] = (group >> 8) & 255;
      bytes[length++] = group & 255;
      group = 0;
      digits = 0;
    }
  }
  return digits > 0 ? { corruptAt: encoded.length - digits } : { text: decodeUtf8(bytes.subarray(0, length)) };
}
