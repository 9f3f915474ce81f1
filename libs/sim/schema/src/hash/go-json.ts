import { canonicalJson } from '@seatrial/kernel';

const ESCAPED: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
};

/** Compact JSON with sorted keys and `<`, `>`, `&` escaped, as Go's encoding/json writes a map. */
export function goCanonicalJson(value: unknown): string {
  return canonicalJson(value).replace(/[<>&\u2028\u2029]/g, (character) => ESCAPED[character]);
}
