import type { ControllerContext, DaemonSet, ObjectReader } from '@seatrial/apiserver';
import { Attached } from '@seatrial/kernel';

const FIRST_MS = 1000;
const MOST_MS = 15 * 60_000;

interface Entry {
  readonly delayMs: number;
  readonly since: number;
}

const backOffs = new Attached<ObjectReader, Map<string, Entry>>();

/**
 * Lets a failed daemon pod of a node be replaced now, or says in how many ms: each time twice as long as the time before
 * (client-go flowcontrol.Backoff, 1 s to 15 min).
 */
export function delayOfReplacement(context: ControllerContext, set: DaemonSet, node: string): number {
  let entries = backOffs.get(context.client);
  if (!entries) {
    entries = new Map();
    backOffs.set(context.client, entries);
  }
  const key = `${set.metadata.uid}/${set.status?.observedGeneration ?? 0}/${node}`;
  const entry = entries.get(key);
  const age = entry ? context.now() - entry.since : Infinity;
  const expired = age > 2 * MOST_MS;
  if (entry && !expired && age < entry.delayMs) return entry.delayMs;
  entries.set(key, {
    delayMs: entry && !expired ? Math.min(entry.delayMs * 2, MOST_MS) : FIRST_MS,
    since: context.now(),
  });
  return 0;
}
