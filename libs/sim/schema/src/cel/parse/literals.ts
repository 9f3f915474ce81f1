import { CelUint, type CelValue } from '../evaluate/values.js';
import type { TokenKind } from './lexer.js';
import { unescapeBytes, unescapeString } from './unescape.js';

const MIN_INT = -(2n ** 63n);
const MAX_INT = 2n ** 63n - 1n;
const MAX_UINT = 2n ** 64n - 1n;

type Read = { readonly value: CelValue } | { readonly problem: string };

/** The value of a token that is a literal, with the minus before it; undefined for other tokens. */
export function readLiteral(kind: TokenKind, sign: string, text: string): Read | undefined {
  switch (kind) {
    case 'int': {
      const value = sign ? -BigInt(text) : BigInt(text);
      return value < MIN_INT || value > MAX_INT ? { problem: 'invalid int literal' } : { value };
    }
    case 'uint': {
      const value = BigInt(text.slice(0, -1));
      return value > MAX_UINT ? { problem: 'invalid uint literal' } : { value: new CelUint(value) };
    }
    case 'double': {
      const value = Number(sign + text);
      return Number.isFinite(value) ? { value } : { problem: 'invalid double literal' };
    }
    case 'string': {
      const read = unescapeString(text);
      return 'problem' in read ? read : { value: read.text };
    }
    case 'bytes': {
      const read = unescapeBytes(text.slice(1));
      return 'problem' in read ? read : { value: read.bytes };
    }
    default:
      return undefined;
  }
}
