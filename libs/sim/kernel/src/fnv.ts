/** FNV hashes over bytes (hash/fnv in Go): `fnv32a` is FNV-1a, `fnv32` is FNV-1. Unsigned 32-bit results. */
const OFFSET = 0x811c9dc5;
const PRIME = 0x01000193;

export function fnv32a(bytes: Uint8Array): number {
  let hash = OFFSET;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, PRIME);
  return hash >>> 0;
}

export function fnv32(bytes: Uint8Array): number {
  let hash = OFFSET;
  for (const byte of bytes) hash = Math.imul(hash, PRIME) ^ byte;
  return hash >>> 0;
}
