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
  /** syslog's, of systemd's own lines; what a service writes has `info` (6). */
  readonly priority?: number;
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

const micros = (time: number): string => `${String(time % 1000).padStart(3, '0')}000`;

/** The time of a line in the journal's short forms (systemd's output-mode). */
const STAMPS = {
  short: (time: number) => formatDate('%b %d %H:%M:%S', time),
  'short-full': (time: number) => formatDate('%a %Y-%m-%d %H:%M:%S UTC', time),
  'short-iso': (time: number) => formatDate('%Y-%m-%dT%H:%M:%S+0000', time),
  'short-iso-precise': (time: number) => `${formatDate('%Y-%m-%dT%H:%M:%S', time)}.${micros(time)}+0000`,
  'short-precise': (time: number) => `${formatDate('%b %d %H:%M:%S', time)}.${micros(time)}`,
  'short-unix': (time: number) => `${Math.floor(time / 1000)}.${micros(time)}`,
};

export type ShortForm = keyof typeof STAMPS;

/** Whether a word names one of the journal's short forms. */
export const isShortForm = (word: string): word is ShortForm => Object.hasOwn(STAMPS, word);

/** A line in one of the journal's short forms. */
export function shortLine(
  { time, identifier, pid, message }: JournalEntry,
  host: string,
  form: ShortForm = 'short',
): string {
  const stamp = STAMPS[form](time);
  return `${stamp} ${host} ${identifier}[${pid}]: ${message}\n`;
}
