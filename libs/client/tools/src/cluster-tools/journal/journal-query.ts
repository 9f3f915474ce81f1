import type { Coroutine } from '@seatrial/kernel';
import { parseDate } from '../../system/parse-date.js';
import { compileExpression } from '../../text/regular-expression.js';
import type { ParsedArguments } from '../../tool/options.js';
import type { Tool } from '../../tool/tool.js';
import { notSimulated } from '../cluster-tool.js';
import { isShortForm, type JournalEntry, type ShortForm } from './journal-entry.js';

const DEFAULT_LINES = 10;
const PAGER_LINES = 1000;
/** What a service writes is logged with this priority (info). */
const INFO = 6;
const PRIORITIES = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'];
const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, sec: 1000, second: 1000, m: 60_000, min: 60_000, minute: 60_000, h: 3_600_000, hour: 3_600_000, d: 86_400_000, day: 86_400_000, w: 604_800_000, week: 604_800_000 }; // prettier-ignore

/** A time as systemd.time(7) has it: `-5m`, `10 min ago`, `today`, a date; undefined when it cannot be read. */
function timeOf(text: string, now: number): number | undefined {
  const relative = /^(?:(-|\+)((?:\d+\s*[a-z]+\s*)+)|((?:\d+\s*[a-z]+\s*)+)\s+ago)$/.exec(text.trim());
  if (relative) {
    let ms = 0;
    for (const [, amount, unit] of (relative[2] ?? relative[3]).matchAll(/(\d+)\s*([a-z]+)/g)) {
      const size = UNIT_MS[unit] ?? UNIT_MS[unit.replace(/s$/, '')];
      if (size === undefined) return undefined;
      ms += Number(amount) * size;
    }
    return relative[1] === '+' ? now + ms : now - ms;
  }
  if (text === 'today' || text === 'yesterday' || text === 'tomorrow') {
    const midnight = Math.floor(now / 86_400_000) * 86_400_000;
    return midnight + { today: 0, yesterday: -1, tomorrow: 1 }[text] * 86_400_000;
  }
  return text === 'now' ? now : parseDate(text, now);
}

/** What a journal is asked for. */
export interface JournalQuery {
  /** None: everything. */
  readonly units: readonly string[];
  readonly since: number;
  readonly until: number;
  /** Undefined for all. */
  readonly lines: number | undefined;
  readonly output: ShortForm | 'cat';
  readonly explained: boolean;
  readonly wanted: (entry: JournalEntry) => boolean;
}

function linesOf(given: string | undefined, flags: ReadonlyMap<string, number>): number | undefined | 'bad' {
  if (given === 'all' || (!flags.has('n') && !flags.has('f') && !flags.has('e'))) return undefined;
  if (given === undefined || given === '') return flags.has('e') && !flags.has('n') ? PAGER_LINES : DEFAULT_LINES;
  return /^\d+$/.test(given) ? Number(given) : 'bad';
}

/** `-n 20` as `-n20`: the number may stand apart, though it may be left out. */
export function joinedLines(args: readonly string[]): string[] {
  const joined: string[] = [];
  for (const word of args) {
    const before = joined.at(-1) ?? '';
    const takes = /^-[a-zA-Z]*n$|^--lines$/.test(before) && /^(?:\d+|all)$/.test(word);
    if (takes) joined[joined.length - 1] = `${before}${before.startsWith('--') ? '=' : ''}${word}`;
    else joined.push(word);
  }
  return joined;
}

/** What the options ask for; a text is journalctl's complaint. */
export function* queryOf(
  tool: Tool,
  { values, flags, operands }: ParsedArguments,
): Coroutine<JournalQuery | string | number> {
  const now = tool.machine.simulation.now();
  const last = (name: string): string | undefined => values.get(name)?.at(-1);
  for (const [key, option] of [
    ['k', '--dmesg'],
    ['D', '--directory'],
  ])
    if (flags.has(key) || values.has(key)) return yield* notSimulated(tool, option);
  const matched = operands.map((word) => /^_SYSTEMD_UNIT=(.+)$/.exec(word)?.[1]);
  if (matched.includes(undefined)) {
    const [bad] = operands.filter((word) => !word.includes('='));
    if (bad !== undefined) return `Failed to add match '${bad}': Invalid argument`;
    return yield* notSimulated(tool, operands.join(' '));
  }
  const units = [...(values.get('u') ?? []), ...matched.filter((name) => name !== undefined)];
  const lines = linesOf(last('n'), flags);
  if (lines === 'bad') return `Failed to parse lines '${last('n') ?? ''}'`;
  const output = last('o') ?? 'short';
  if (output !== 'cat' && !isShortForm(output)) {
    if (!/^[a-z-]+$/.test(output)) return `Unknown output format '${output}'.`;
    return yield* notSimulated(tool, `-o ${output}`);
  }
  const times: Record<'since' | 'until', number> = { since: 0, until: Number.POSITIVE_INFINITY };
  for (const [key, name] of [
    ['S', 'since'],
    ['U', 'until'],
  ] as const) {
    const text = last(key);
    const time = text === undefined ? times[name] : timeOf(text, now);
    if (time === undefined) return `Failed to parse timestamp: ${text ?? ''}`;
    times[name] = time;
  }
  const boot = last('b');
  if (boot !== undefined && !['', '0', '-0'].includes(boot)) return yield* notSimulated(tool, `-b ${boot}`);
  const level = last('p');
  const priority =
    level === undefined
      ? INFO
      : /^\d$/.test(level)
        ? Number(level)
        : PRIORITIES.indexOf(level.split('..').at(-1) ?? '');
  if (priority < 0) return `Unknown log level ${level ?? ''}`;
  const identifiers = values.get('t') ?? [];
  const pattern = last('g');
  const compiled =
    pattern === undefined
      ? undefined
      : compileExpression(pattern, { extended: true, perl: true, ignoreCase: !/[A-Z]/.test(pattern) });
  if (compiled && !compiled.ok) return `Bad pattern "${pattern ?? ''}": ${compiled.error}`;
  const wanted = (entry: JournalEntry): boolean =>
    (entry.priority ?? INFO) <= priority &&
    (identifiers.length === 0 || identifiers.includes(entry.identifier)) &&
    entry.time >= times.since &&
    entry.time <= times.until &&
    (compiled?.value.test(entry.message) ?? true);
  return { units, ...times, lines, output, explained: flags.has('x'), wanted };
}
