import { parseGoDuration } from '@seatrial/schema';

/** The next instants of a schedule (github.com/robfig/cron/v3, ParseStandard). */
export interface Schedule {
  /** The first instant (ms) after `time`; undefined when there is none within five years. */
  next(time: number): number | undefined;
}

interface Fields {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly days: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  readonly weekdays: ReadonlySet<number>;
  readonly anyDay: boolean;
  readonly anyWeekday: boolean;
}

const MACROS: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};
const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const WEEKDAYS = 'sun mon tue wed thu fri sat'.split(' ');

const numberOf = (text: string, names: readonly string[], first: number): number => {
  const index = names.indexOf(text.toLowerCase());
  return index >= 0 ? index + first : Number(text);
};

function members(field: string, min: number, max: number, names: readonly string[] = []): Set<number> {
  const set = new Set<number>();
  for (const part of field.split(',')) {
    const [range, stepText] = part.split('/');
    const [low, high] = range.split('-');
    const any = low === '*' || low === '?';
    const start = any ? min : numberOf(low, names, min);
    const last = any || (high === undefined && stepText !== undefined) ? max : numberOf(high ?? low, names, min);
    const step = stepText === undefined ? 1 : Number(stepText);
    if (!(step > 0)) continue;
    for (let value = start; value <= last && value <= max; value += step) set.add(value);
  }
  return set;
}

const FORMATS = new Map<string, Intl.DateTimeFormat>();
const MAX_REMEMBERED = 1000;

/** Throws RangeError for a zone that is unknown. */
function formatOf(zone: string): Intl.DateTimeFormat {
  let format = FORMATS.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    if (FORMATS.size >= MAX_REMEMBERED) FORMATS.clear();
    FORMATS.set(zone, format);
  }
  return format;
}

/** Milliseconds to add to UTC to get a zone's wall clock at an instant. */
function offsetAt(zone: string, time: number): number {
  if (zone === 'UTC' || zone === 'Etc/UTC' || zone === '') return 0;
  const parts = Object.fromEntries(
    formatOf(zone)
      .formatToParts(time)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const wall = Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute, parts.second);
  return wall - Math.floor(time / 1000) * 1000;
}

/** An instant in RFC 3339 with a zone's offset; whole seconds. */
export function zonedTime(time: number, zone: string): string {
  const offset = offsetAt(zone, time);
  const wall = new Date(Math.floor(time / 1000) * 1000 + offset).toISOString().slice(0, 19);
  if (offset === 0) return `${wall}Z`;
  const minutes = Math.abs(offset) / MINUTE;
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  return `${wall}${offset < 0 ? '-' : '+'}${two(minutes / 60)}:${two(minutes % 60)}`;
}

/** Whether the time zone database knows a zone. */
export function isTimeZone(zone: string): boolean {
  try {
    formatOf(zone);
    return true;
  } catch {
    return false;
  }
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MAX_DAYS = 5 * 366;

function dayMatches(fields: Fields, wall: number): boolean {
  const date = new Date(wall);
  if (!fields.months.has(date.getUTCMonth() + 1)) return false;
  const day = fields.days.has(date.getUTCDate());
  const weekday = fields.weekdays.has(date.getUTCDay());
  // Both given: either will do.
  return fields.anyDay || fields.anyWeekday ? day && weekday : day || weekday;
}

function nextOf(fields: Fields, zone: string, time: number): number | undefined {
  const start = (Math.floor(time / MINUTE) + 1) * MINUTE;
  let wall = start + offsetAt(zone, start);
  for (let day = 0; day < MAX_DAYS; day++) {
    const midnight = Math.floor(wall / DAY) * DAY;
    if (dayMatches(fields, midnight))
      for (; wall < midnight + DAY; wall += MINUTE) {
        if (!fields.hours.has(Math.floor((wall - midnight) / HOUR))) {
          wall = Math.floor(wall / HOUR) * HOUR + HOUR - MINUTE;
          continue;
        }
        if (!fields.minutes.has(Math.floor(wall / MINUTE) % 60)) continue;
        const instant = wall - offsetAt(zone, wall - offsetAt(zone, wall));
        if (instant > time) return instant;
      }
    wall = midnight + DAY;
  }
  return undefined;
}

const SCHEDULES = new Map<string, Schedule>();

/** Reads a valid schedule; its zone is `zone` unless it names its own (`TZ=…`). */
export function parseSchedule(text: string, zone: string): Schedule {
  const key = `${zone} ${text}`;
  let schedule = SCHEDULES.get(key);
  if (!schedule) {
    schedule = readSchedule(text, zone);
    if (SCHEDULES.size >= MAX_REMEMBERED) SCHEDULES.clear();
    SCHEDULES.set(key, schedule);
  }
  return schedule;
}

function readSchedule(text: string, zone: string): Schedule {
  const named = /^(?:TZ|CRON_TZ)=(\S*)\s*/.exec(text);
  const spec = named ? text.slice(named[0].length) : text;
  const where = named?.[1] ?? zone;
  if (spec.startsWith('@every ')) {
    const nanos = parseGoDuration(spec.slice('@every '.length));
    const period = Math.max(nanos.ok ? Math.floor(nanos.value / 1e9) * 1000 : 1000, 1000);
    return { next: (time) => Math.floor(time / 1000) * 1000 + period };
  }
  const [minute, hour, day, month, weekday] = (MACROS[spec] ?? spec).trim().split(/\s+/);
  const any = (field: string): boolean => field.split(',').some((part) => /^[*?](\/1)?$/.test(part));
  const fields: Fields = {
    minutes: members(minute, 0, 59),
    hours: members(hour, 0, 23),
    days: members(day, 1, 31),
    months: members(month, 1, 12, MONTHS),
    weekdays: members(weekday, 0, 6, WEEKDAYS),
    anyDay: any(day),
    anyWeekday: any(weekday),
  };
  return { next: (time) => nextOf(fields, where, time) };
}
