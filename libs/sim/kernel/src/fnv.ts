/** FNV hashes over bytes (hash/fnv in Go): those with an `a` are FNV-1a, the others FNV-1. `fnv32` gives unsigned 32-bit numbers. */
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

const WIDE_OFFSET = 0x6c62272e07bb014262b821756295c58dn;
const WIDE_PRIME = 0x1000000000000000000013bn;

/** The 128-bit hash as 32 hexadecimal digits. */
export function fnv128a(bytes: Uint8Array): string {
  let hash = WIDE_OFFSET;
  for (const byte of bytes) hash = BigInt.asUintN(128, (hash ^ BigInt(byte)) * WIDE_PRIME);
  return hash.toString(16).padStart(32, '0');
}
