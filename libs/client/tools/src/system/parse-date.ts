const SECOND_MS = 1000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const UNITS: Readonly<Record<string, number>> = { sec: SECOND_MS, second: SECOND_MS, min: 60_000, minute: 60_000, hour: HOUR_MS, day: DAY_MS, week: 7 * DAY_MS, fortnight: 14 * DAY_MS }; // prettier-ignore
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const ORDINALS: Readonly<Record<string, number>> = { last: -1, this: 0, next: 1, first: 1, third: 3, fourth: 4, fifth: 5, sixth: 6, seventh: 7, eighth: 8, ninth: 9, tenth: 10 }; // prettier-ignore
const ZONES: Readonly<Record<string, number>> = { z: 0, utc: 0, gmt: 0, ut: 0, wet: 0, cet: 1, cest: 2, eet: 2, est: -5, edt: -4, cst: -6, cdt: -5, mst: -7, mdt: -6, pst: -8, pdt: -7 }; // prettier-ignore
const MAX_ZONE_HOURS = 24;

/** What the items of a date have said so far. */
interface Reading {
  date?: readonly [year: number, month: number, day: number];
  /** Milliseconds after midnight. */
  time?: number;
  zoneMs?: number;
  weekday?: { readonly day: number; readonly ordinal: number };
  months: number;
  offsetMs: number;
}

type Rule = readonly [pattern: RegExp, read: (found: RegExpExecArray, reading: Reading) => boolean | undefined];

function monthIndex(name: string): number {
  return MONTHS.indexOf(name.slice(0, 3).toLowerCase());
}

function setDate(reading: Reading, year: number, month: number, day: number): boolean {
  if (reading.date || month < 0 || month > 11 || day < 1 || day > 31) return false;
  reading.date = [year, month, day];
  return true;
}

function setTime(reading: Reading, found: RegExpExecArray): boolean {
  let hour = Number(found[1]);
  const [minute, second] = [Number(found[2] ?? 0), Number(found[3] ?? 0)];
  const half = (found[4] ?? '').toLowerCase().replaceAll('.', '');
  if (half !== '' && (hour < 1 || hour > 12)) return false;
  if (half !== '') hour = (hour % 12) + (half === 'pm' ? 12 : 0);
  if (reading.time !== undefined || hour > 24 || minute > 59 || second >= 61) return false;
  reading.time = hour * HOUR_MS + minute * 60_000 + second * SECOND_MS;
  const zone = found[5] as string | undefined;
  return zone === undefined || setZone(reading, zone);
}

/** `+02:00`, `-5`, `+0530`. */
function setZone(reading: Reading, text: string): boolean {
  const found = /^([-+])(\d{1,2}):?(\d{2})?$/.exec(text);
  if (!found || Number(found[2]) > MAX_ZONE_HOURS) return false;
  reading.zoneMs = (Number(found[2]) * HOUR_MS + Number(found[3] ?? 0) * 60_000) * (found[1] === '-' ? -1 : 1);
  return true;
}

function addUnits(reading: Reading, unit: string, count: number): boolean {
  const name = unit.toLowerCase().replace(/s$/, '');
  if (name === 'month' || name === 'year') reading.months += count * (name === 'year' ? 12 : 1);
  else if (UNITS[name] === undefined) return false;
  else reading.offsetMs += count * UNITS[name];
  return true;
}

const UNIT = '(?:sec|second|min|minute|hour|day|week|fortnight|month|year)s?';
const MONTH =
  '(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\.?';
const WEEKDAY = '(sun(?:day)?|mon(?:day)?|tues?(?:day)?|wed(?:nesday)?|thu(?:r|rs|rsday)?|fri(?:day)?|sat(?:urday)?)';

const RULES: readonly Rule[] = [
  [
    /^(\d{4})-(\d{1,2})-(\d{1,2})(?=[T\s]|$)T?/i,
    (found, reading) => setDate(reading, Number(found[1]), Number(found[2]) - 1, Number(found[3])),
  ],
  [
    /^(\d{1,2})\/(\d{1,2})(?:\/(\d{4}))?(?![\d/])/,
    (found, reading) => setDate(reading, Number(found[3] ?? NaN), Number(found[1]) - 1, Number(found[2])),
  ],
  [
    /^(\d{4})(\d{2})(\d{2})(?!\d)/,
    (found, reading) => setDate(reading, Number(found[1]), Number(found[2]) - 1, Number(found[3])),
  ],
  [
    /^(\d{1,2}):(\d{2})(?::(\d{2}(?:[.,]\d+)?))?\s*([ap]\.?m\.?(?![a-z]))?(?:\s*([-+]\d{1,2}(?::?\d{2})?)(?!\d))?/i,
    (found, reading) => setTime(reading, found),
  ],
  [/^(\d{1,2})()()\s*([ap]\.?m\.?)(?![a-z])/i, (found, reading) => setTime(reading, found)],
  [
    new RegExp(`^(\\d{1,2})[\\s-]*${MONTH}(?:[\\s,-]+(\\d{4}))?(?![\\w:])`, 'i'),
    (found, reading) => setDate(reading, Number(found[3] ?? NaN), monthIndex(found[2]), Number(found[1])),
  ],
  [
    new RegExp(`^${MONTH}\\s*(\\d{1,2})(?![\\d:])(?:[\\s,]+(\\d{4})(?![\\d:]))?`, 'i'),
    (found, reading) => setDate(reading, Number(found[3] ?? NaN), monthIndex(found[1]), Number(found[2])),
  ],
  [
    new RegExp(`^([-+]?)\\s*(\\d+)\\s*(${UNIT})(?![a-z])(\\s+ago(?![a-z]))?`, 'i'),
    (found, reading) =>
      addUnits(reading, found[3], Number(`${found[1]}${found[2]}`) * (found[4] === undefined ? 1 : -1)),
  ],
  [
    new RegExp(
      `^(last|this|next|first|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth)\\s+(${UNIT})(?![a-z])(\\s+ago(?![a-z]))?`,
      'i',
    ),
    (found, reading) =>
      addUnits(reading, found[2], ORDINALS[found[1].toLowerCase()] * (found[3] === undefined ? 1 : -1)),
  ],
  [
    new RegExp(`^(?:(last|this|next)\\s+)?${WEEKDAY}(?![a-z]),?`, 'i'),
    (found, reading) => {
      reading.weekday = {
        day: WEEKDAYS.indexOf(found[2].slice(0, 3).toLowerCase()),
        ordinal: ORDINALS[(found[1] ?? 'this').toLowerCase()],
      };
      return true;
    },
  ],
  [
    /^(now|today|yesterday|tomorrow|noon|midnight)(?![a-z])/i,
    (found, reading) => {
      const word = found[1].toLowerCase();
      if (word === 'yesterday' || word === 'tomorrow') reading.offsetMs += word === 'tomorrow' ? DAY_MS : -DAY_MS;
      if (word === 'noon' || word === 'midnight') reading.time = word === 'noon' ? 12 * HOUR_MS : 0;
      return true;
    },
  ],
  [
    new RegExp(`^(${UNIT})(?![a-z])(\\s+ago(?![a-z]))?`, 'i'),
    (found, reading) => addUnits(reading, found[1], found[2] === undefined ? 1 : -1),
  ],
  [
    /^(z|utc|gmt|ut|wet|cest|cet|eet|est|edt|cst|cdt|mst|mdt|pst|pdt)(?![a-z])/i,
    (found, reading) => {
      reading.zoneMs = ZONES[found[1].toLowerCase()] * HOUR_MS;
      return true;
    },
  ],
  [/^[-+]\d{1,2}(?::?\d{2})?(?!\d)/, (found, reading) => reading.time !== undefined && setZone(reading, found[0])],
  [/^(\d{4})(?!\d)/, (found, reading) => completeYear(reading, Number(found[1]))],
];

/** A lone year behind the month and day, as in `Mon Jan  1 10:00:00 UTC 2024`. */
function completeYear(reading: Reading, year: number): boolean {
  if (!reading.date || !Number.isNaN(reading.date[0])) return false;
  reading.date = [year, reading.date[1], reading.date[2]];
  return true;
}

/**
 * A date as GNU `date -d` reads it, in milliseconds; undefined for what it calls an invalid date. Local time is UTC.
 */
export function parseDate(text: string, now: number): number | undefined {
  let rest = text.trim();
  if (/^@-?\d+(\.\d+)?$/.test(rest)) return Number(rest.slice(1)) * SECOND_MS;
  const reading: Reading = { months: 0, offsetMs: 0 };
  while (rest !== '') {
    let used = 0;
    for (const [pattern, read] of RULES) {
      const found = pattern.exec(rest);
      if (!found) continue;
      if (!read(found, reading)) return undefined;
      used = found[0].length;
      break;
    }
    if (used === 0) return undefined;
    rest = rest.slice(used).replace(/^[\s,]+/, '');
  }
  return momentOf(reading, now, text.trim() === '');
}

function momentOf(reading: Reading, now: number, empty: boolean): number | undefined {
  const base = new Date(now);
  const [year, month, day] = reading.date ?? [base.getUTCFullYear(), base.getUTCMonth(), base.getUTCDate()];
  const weekday = reading.date ? undefined : reading.weekday;
  const dated = reading.date !== undefined || weekday !== undefined || empty;
  const time = reading.time ?? (dated ? 0 : now % DAY_MS);
  const fullYear = Number.isNaN(year) ? base.getUTCFullYear() : year;
  let moment = Date.UTC(fullYear, month + reading.months, day) + time;
  if (weekday) {
    const ahead = (weekday.day - new Date(moment).getUTCDay() + 7) % 7;
    const weeks = weekday.ordinal > 0 && ahead !== 0 ? weekday.ordinal - 1 : weekday.ordinal;
    moment += (ahead + 7 * weeks) * DAY_MS;
  }
  const validDay = new Date(Date.UTC(fullYear, month, day)).getUTCDate() === day;
  return validDay ? moment - (reading.zoneMs ?? 0) + reading.offsetMs : undefined;
}
