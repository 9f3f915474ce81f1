import { encodeUtf8, fnv32 } from '@seatrial/kernel';
import type { ShellFlavour } from '../session/shell-session-contract.js';

const BUCKETS = 1024;
/** Buckets of the assignments in front of a command (bash's TEMPENV_HASH_BUCKETS). */
const PREFIX_BUCKETS = 4;
/** Buckets of all variables in ash (VTABSIZE). */
const ASH_BUCKETS = 39;

const MAX_HASHES = 1000;
const hashes = new Map<string, number>();

/** FNV-1 of a name: every command asks for those of the same variables. */
function hashOf(name: string): number {
  let hash = hashes.get(name);
  if (hash === undefined) {
    hash = fnv32(encodeUtf8(name));
    if (hashes.size >= MAX_HASHES) hashes.clear();
    hashes.set(name, hash);
  }
  return hash;
}

/**
 * The elements of an associative array in the order in which bash goes through them: by bucket of their key's FNV-1 hash,
 * in a bucket the latest first (hashlib.c and assoc.c of bash 5.2).
 */
export function inHashOrder(elements: ReadonlyMap<string, string>): [string, string][] {
  return bucketed([...elements].reverse(), (name) => hashOf(name) % BUCKETS);
}

type Entry = [string, string];

function bucketed(entries: readonly Entry[], bucketOf: (name: string) => number): Entry[] {
  if (entries.length === 0) return [];
  const placed = entries.map((entry) => ({ entry, bucket: bucketOf(entry[0]) }));
  return placed.sort((a, b) => a.bucket - b.bucket).map(({ entry }) => entry);
}

/** The bucket of a variable in ash (shell/ash.c, hashvar). */
function ashBucket(name: string): number {
  const bytes = encodeUtf8(name);
  return bytes.reduce((sum, byte) => sum + byte, (bytes[0] ?? 0) << 4) % ASH_BUCKETS;
}

/**
 * The environment of a command in the order in which `env` prints it: shells list their tables bucket by bucket. In ash a
 * bucket has its variables as they came, PATH (which is there from the start) first; bash lists what stands in front of the
 * command before everything else, and in a bucket the latest first (variables.c of bash 5.2, ash.c of busybox 1.35).
 */
export function environmentOf(
  flavour: ShellFlavour,
  exported: ReadonlyMap<string, string>,
  prefix: ReadonlyMap<string, string>,
): Map<string, string> {
  if (flavour === 'ash') {
    const all = new Map([...exported, ...prefix]);
    const path = all.get('PATH');
    all.delete('PATH');
    return new Map(bucketed([...(path === undefined ? [] : [['PATH', path] as Entry]), ...all], ashBucket));
  }
  const first = bucketed([...prefix].reverse(), (name) => hashOf(name) % PREFIX_BUCKETS);
  const rest = inHashOrder(exported).filter(([name]) => !prefix.has(name));
  return new Map([...first, ...rest]);
}
