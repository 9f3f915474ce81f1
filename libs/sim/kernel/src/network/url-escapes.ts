import { decodeUtf8, encodeUtf8 } from '../text-encoding.js';

const MALFORMED = /%(?![0-9a-fA-F]{2})/;
const ESCAPES = /(?:%[0-9a-fA-F]{2})+/g;

/** Whether every `%` begins an escape (what Go's url.PathUnescape takes). */
export const isUrlEscaped = (text: string): boolean => !MALFORMED.test(text);

const bytesOf = (escapes: string): Uint8Array =>
  Uint8Array.from({ length: escapes.length / 3 }, (_, at) => parseInt(escapes.slice(at * 3 + 1, at * 3 + 3), 16));

/** Part of a URL as it was before it was escaped (RFC 3986, 2.1), byte by byte; a `%` that begins no escape stays. */
export const unescapeUrl = (text: string): string => text.replace(ESCAPES, (escapes) => decodeUtf8(bytesOf(escapes)));

function escape(text: string, safe: RegExp): string {
  let escaped = '';
  for (const byte of encodeUtf8(text)) {
    const character = String.fromCharCode(byte);
    escaped += byte < 0x80 && safe.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return escaped;
}

/** A path as Go's url.URL prints it. */
export const escapeUrlPath = (path: string): string => escape(path, /[\w\-.~$&+,/:;=@]/);

/** A value of a query, as Go's url.QueryEscape writes it. */
export const escapeUrlQuery = (value: string): string => escape(value, /[\w\-.~ ]/).replaceAll(' ', '+');

/** A path as Python's urllib.parse.quote writes it. */
export const quoteUrlPath = (path: string): string => escape(path, /[\w\-.~/]/);
