import { parseAge, readTables, type TableRow } from './tables.js';

/** What one command printed in the student's cluster and here. */
export interface TwoOutputs {
  readonly claimed: string;
  readonly printed: string;
  /** Virtual ms since the replay began: what is older was there before the student came. */
  readonly sinceStartMs: number;
  /** Whether the student named it in a command or a file. */
  readonly isStudents: (name: string) => boolean;
}

/** How long one looks again at what is not ready yet, ms. */
export const LOOK_AGAIN_MS = 10_000;
/** Differences of ages that come from typing quickly or slowly. */
const PATIENCE_MS = 20_000;
/** What is older than that was not made in this session of the student's, or was left alone. */
const LEFT_ALONE_MS = 2 * 3_600_000;

const NOT_YET =
  /Metrics API not available|metrics not available yet|unable to fetch (?:pod|node) metrics|[Mm]etrics not available for|is waiting to start: (?:ContainerCreating|PodInitializing)|container not found \(|no endpoints available|[Cc]onnection refused|Couldn't connect to server|Failed to connect to/;
const ON_ITS_WAY = /^(?:Pending|ContainerCreating|PodInitializing|Init:|Terminating|NotReady(?:,|$))/;
/** A node that is not ready and older than that was once. */
const NEW_NODE_MS = 5 * 60_000;

interface Pair {
  readonly claimed: TableRow;
  readonly printed: TableRow;
}

const ageOf = ({ cells }: TableRow): number | undefined => parseAge(cells.get('AGE') ?? '');

function byKey(rows: readonly TableRow[]): ReadonlyMap<string, readonly TableRow[]> {
  const groups = new Map<string, TableRow[]>();
  for (const row of rows) groups.set(row.key, [...(groups.get(row.key) ?? []), row]);
  for (const group of groups.values()) group.sort((a, b) => (ageOf(b) ?? 0) - (ageOf(a) ?? 0));
  return groups;
}

/** Rows of both tables that are about the same, the older of several first. */
function pairRows(claimed: readonly TableRow[], printed: readonly TableRow[]): Pair[] {
  const here = byKey(printed);
  return [...byKey(claimed)].flatMap(([key, rows]) =>
    rows.flatMap((row, index) => {
      const other = here.get(key)?.[index];
      return other ? [{ claimed: row, printed: other }] : [];
    }),
  );
}

/** By how much the youngest thing of the session is older in the student's table. */
function olderByMs(pairs: readonly Pair[], sinceStartMs: number): number {
  const differences = pairs.flatMap(({ claimed, printed }) => {
    const [there, here] = [ageOf(claimed), ageOf(printed)];
    return there === undefined || here === undefined || here > sinceStartMs ? [] : [there - here];
  });
  return differences.length === 0 ? 0 : Math.min(...differences);
}

const isPart = (text: string): boolean => {
  const [, ready, all] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  return ready !== undefined && Number(ready) < Number(all);
};

const wasReady = (row: TableRow): boolean =>
  /^NotReady/.test(row.cells.get('STATUS') ?? '') && (ageOf(row) ?? 0) > NEW_NODE_MS;

/** Whether the student's row shows as done what is still on its way here. */
function isBehind({ claimed, printed }: Pair): boolean {
  for (const [heading, here] of printed.cells) {
    const there = claimed.cells.get(heading) ?? '';
    if (here === there) continue;
    if (heading === 'STATUS' && (!ON_ITS_WAY.test(there) || wasReady(claimed))) return true;
    if (['READY', 'COMPLETIONS'].includes(heading) && isPart(here) && /^\d+\/\d+$/.test(there) && !isPart(there))
      return true;
    if (heading === 'TARGETS' && here.includes('<unknown>') && !there.includes('<unknown>')) return true;
  }
  return false;
}

/** Whether there are rows in the student's table that nobody here has made yet: a schedule's jobs, further replicas. */
function isShort(claimed: readonly TableRow[], printed: readonly TableRow[], { isStudents }: TwoOutputs): boolean {
  const here = byKey(printed);
  return [...byKey(claimed)].some(([key, rows]) => {
    const stem = rows[0]?.stem ?? '';
    return rows.length > (here.get(key)?.length ?? 0) && key.includes('<') && isStudents(stem);
  });
}

/**
 * How much longer the student's cluster had run than the replay's when it printed what the transcript shows, ms: by the
 * ages of what the session has made, else a while when something is not ready or not there yet. 0 when nothing says so.
 */
export function pauseShown(outputs: TwoOutputs): number {
  const { claimed, printed, sinceStartMs } = outputs;
  if (NOT_YET.test(printed) && !NOT_YET.test(claimed)) return LOOK_AGAIN_MS;
  const [there, here] = [readTables(claimed), readTables(printed)];
  if (there.length === 0) return 0;
  const pairs = pairRows(there, here);
  const olderMs = olderByMs(pairs, sinceStartMs);
  if (olderMs >= PATIENCE_MS) return olderMs > LEFT_ALONE_MS ? 0 : olderMs;
  return pairs.some(isBehind) || isShort(there, here, outputs) ? LOOK_AGAIN_MS : 0;
}
