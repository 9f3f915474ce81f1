import { formatDate } from '@seatrial/shell';

/** One line of a node's journal. */
export interface JournalEntry {
  /** Virtual ms since the epoch. */
  readonly time: number;
  /** Of entries of the same instant: that of the unit's run, and whether it starts, is at work or ends. */
  readonly order: number;
  readonly identifier: string;
  readonly pid: number;
  readonly message: string;
  /** What `-x` explains about systemd's own lines. */
  readonly explanation?: string;
}

/** The order of an entry of a unit's n-th run. */
export const orderOf = (run: number, part: 'start' | 'work' | 'end'): number =>
  run * 3 + { start: 0, work: 1, end: 2 }[part];

/** Entries as the journal has them. */
export function byTime(a: JournalEntry, b: JournalEntry): number {
  return a.time - b.time || a.order - b.order;
}

/** `"message" key="value"`, as klog's InfoS and ErrorS write it; text is quoted, the rest stands as it is. */
export function structured(
  message: string,
  values: readonly (readonly [string, string | { readonly raw: string }])[],
): string {
  const shown = values.map(([key, value]) => `${key}=${typeof value === 'string' ? JSON.stringify(value) : value.raw}`);
  return [JSON.stringify(message), ...shown].join(' ');
}

/** A line in the journal's short form. */
export function shortLine({ time, identifier, pid, message }: JournalEntry, host: string, iso = false): string {
  const stamp = iso ? formatDate('%Y-%m-%dT%H:%M:%S+0000', time) : formatDate('%b %d %H:%M:%S', time);
  return `${stamp} ${host} ${identifier}[${pid}]: ${message}\n`;
}
