import { decodeBase64, encodeBase64, fail, isJsonObject, ok, type Result } from '@seatrial/kernel';
import { jsonSyntaxError } from './json-syntax-error.js';

const VERSION = 'meta.k8s.io/v1';
const INVALID = 'continue key is not valid';

/** Where a list goes on: the least key that comes next, below the list's own prefix, and the revision that it shows. */
interface ContinueToken {
  readonly start: string;
  readonly revision: number;
}

/** The token of a list that ended with a key (storage.EncodeContinue). */
export function encodeContinue(lastKey: string, revision: number): string {
  const text = `{"v":"${VERSION}","rv":${revision},"start":"/${lastKey}\\u0000"}`;
  return encodeBase64(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

function decodedText(token: string): Result<string, string> {
  const at = /[^\w-]/.exec(token)?.index ?? (token.length % 4 === 1 ? token.length - 1 : -1);
  if (at >= 0) return fail(`${INVALID}: illegal base64 data at input byte ${at}`);
  const padded = token
    .replaceAll('-', '+')
    .replaceAll('_', '/')
    .padEnd(Math.ceil(token.length / 4) * 4, '=');
  const decoded = decodeBase64(padded);
  return 'text' in decoded
    ? ok(decoded.text)
    : fail(`${INVALID}: illegal base64 data at input byte ${decoded.corruptAt}`);
}

/** What a token says; the error is storage.DecodeContinue's. */
export function decodeContinue(token: string): Result<ContinueToken, string> {
  const text = decodedText(token);
  if (!text.ok) return text;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text.value);
  } catch {
    return fail(`${INVALID}: ${jsonSyntaxError(text.value)}`);
  }
  const { v = '', rv = 0, start = '' } = isJsonObject(parsed) ? parsed : {};
  if (v !== VERSION)
    return fail(`${INVALID}: server does not recognize this encoded version ${typeof v === 'string' ? v : ''}`);
  if (typeof rv !== 'number' || rv === 0)
    return fail(`${INVALID}: incorrect encoded start resourceVersion (version ${VERSION})`);
  if (typeof start !== 'string' || start === '')
    return fail(`${INVALID}: encoded start key empty (version ${VERSION})`);
  const key = start.startsWith('/') ? start.slice(1) : start;
  if (key.split('/').some((part) => part === '' || part === '.' || part === '..')) return fail(`${INVALID}: ${start}`);
  return ok({ start: key, revision: rv });
}
