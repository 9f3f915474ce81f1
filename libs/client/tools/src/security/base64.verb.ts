import { decodeBase64, encodeBase64 } from '@seatrial/kernel';
import { errorText } from '../tool/tool.js';
import { deliver, type OpensslVerb } from './certificate.verbs.js';
import { opensslOptions } from './openssl-options.js';

/** Within how many characters a decoder that wants lines must have seen the first one's end. */
const FIRST_LINE_MAX = 1024;

/** What is read as base64; without -A only what comes in lines, and what is wrong gives nothing (crypto/evp/bio_b64.c). */
function decoded(text: string, oneLine: boolean): string {
  const end = text.indexOf('\n');
  if (!oneLine && (end < 0 || end >= FIRST_LINE_MAX)) return '';
  const found = decodeBase64(text.replace(/\s/g, ''));
  return 'text' in found ? found.text : '';
}

const encoded = (text: string, oneLine: boolean): string =>
  oneLine ? encodeBase64(text) : encodeBase64(text).replace(/.{1,64}/g, '$&\n');

/** `openssl base64` (apps/enc.c of OpenSSL 3.0). */
export const base64: OpensslVerb = function* (tool, args) {
  const { flags, values, operands, unknown } = opensslOptions(args, ['in', 'out'], ['a', 'base64', 'd', 'e', 'A']);
  if (unknown !== undefined || operands.length > 0) {
    if (unknown !== undefined) yield* tool.err(`base64: Unknown cipher: ${unknown}\n`);
    yield* tool.err('base64: Use -help for summary.\n');
    return 1;
  }
  const path = values.get('in');
  const text = yield* tool.read(path);
  if (!text.ok) {
    yield* tool.err(`Can't open "${path ?? ''}" for reading, ${errorText(text.error)}\n`);
    return 1;
  }
  const made = (flags.has('d') ? decoded : encoded)(text.value, flags.has('A'));
  return yield* deliver(tool, values.get('out'), made);
};
