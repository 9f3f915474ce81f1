import { encodeUtf8, fnv32 } from '@seatrial/kernel';

const BUCKETS = 1024;

/**
 * The elements of an associative array in the order in which bash goes through them: by bucket of their key's FNV-1 hash,
 * in a bucket the latest first (hashlib.c and assoc.c of bash 5.2).
 */
export function inHashOrder(elements: ReadonlyMap<string, string>): [string, string][] {
  const placed = [...elements].reverse().map((entry) => ({ entry, bucket: fnv32(encodeUtf8(entry[0])) % BUCKETS }));
  return placed.sort((a, b) => a.bucket - b.bucket).map(({ entry }) => entry);
}
