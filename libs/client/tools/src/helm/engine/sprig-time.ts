import { FunctionFailure, TemplateStruct, templateFunction, type FunctionTable } from '@seatrial/template';
import { formatGoDuration, parseGoDuration } from '@seatrial/schema';
import { formatDate } from '@seatrial/shell';

/** Go's reference time, piece by piece, as strftime(3) has it; longer pieces first. */
const LAYOUT: readonly (readonly [string, string])[] = [
  ['January', '%B'], ['Monday', '%A'], ['-07:00', '+00:00'], ['Z07:00', 'Z'], ['-0700', '+0000'], ['2006', '%Y'],
  ['Jan', '%b'], ['Mon', '%a'], ['MST', 'UTC'], ['002', '%j'], ['01', '%m'], ['02', '%d'], ['03', '%I'], ['04', '%M'],
  ['05', '%S'], ['06', '%y'], ['15', '%H'], ['PM', '%p'], ['pm', '%P'], ['_2', '%e'], ['1', '%-m'], ['2', '%-d'],
  ['3', '%-I'], ['4', '%-M'], ['5', '%-S'],
]; // prettier-ignore

/** Go's zero time, 1 January of the year 1: what could not be read. */
const ZERO_TIME = -62_135_596_800_000;

const SECOND = 1_000_000_000;

const moments = new WeakMap<TemplateStruct, number>();

/** An instant by one of Go's layouts (`2006-01-02 15:04`), in UTC. */
export function formatLayout(layout: string, ms: number): string {
  let result = '';
  for (let at = 0; at < layout.length;) {
    const piece = LAYOUT.find(([text]) => layout.startsWith(text, at));
    result += piece ? formatDate(piece[1], ms).padStart(piece[1] === '%Y' ? 4 : 0, '0') : layout[at];
    at += piece ? piece[0].length : 1;
  }
  return result;
}

/** A `time.Time` of a template. */
function timeOf(ms: number): TemplateStruct {
  const date = new Date(ms);
  const text = formatLayout('2006-01-02 15:04:05', ms);
  const fraction =
    ms % 1000 === 0
      ? ''
      : `.${String(ms % 1000)
          .padStart(3, '0')
          .replace(/0+$/, '')}`;
  const number = (value: number) => templateFunction([], () => BigInt(value));
  const time: TemplateStruct = new TemplateStruct(
    'time.Time',
    {},
    {
      AddDate: templateFunction(['int', 'int', 'int'], (years: bigint, months: bigint, days: bigint) => {
        const later = new Date(ms);
        later.setUTCFullYear(
          date.getUTCFullYear() + Number(years),
          date.getUTCMonth() + Number(months),
          date.getUTCDate() + Number(days),
        );
        return timeOf(later.getTime());
      }),
      Day: number(date.getUTCDate()),
      Format: templateFunction(['string'], (layout: string) => formatLayout(layout, ms)),
      Hour: number(date.getUTCHours()),
      Minute: number(date.getUTCMinutes()),
      Month: templateFunction([], () => formatLayout('January', ms)),
      Second: number(date.getUTCSeconds()),
      String: templateFunction([], () => `${text}${fraction} +0000 UTC`),
      UTC: templateFunction([], () => time),
      Unix: number(Math.floor(ms / 1000)),
      Weekday: templateFunction([], () => formatLayout('Monday', ms)),
      Year: number(date.getUTCFullYear()),
      YearDay: templateFunction([], () => BigInt(formatDate('%-j', ms))),
    },
    `${text}${fraction} +0000 UTC`,
  );
  moments.set(time, ms);
  return time;
}

/** An instant: a time, or seconds since 1970; anything else is now. */
function momentOf(value: unknown, now: number): number {
  if (value instanceof TemplateStruct) return moments.get(value) ?? now;
  return typeof value === 'bigint' ? Number(value) * 1000 : now;
}

const PIECES: Readonly<Record<string, string>> = {
  '2006': '(?<year>\\d{4})', '01': '(?<month>\\d\\d)', '02': '(?<day>\\d\\d)', '15': '(?<hour>\\d\\d)', '04': '(?<minute>\\d\\d)',
  '05': '(?<second>\\d\\d)',
}; // prettier-ignore

/** Reads a time of the numeric layouts; the error is Go's, of the first piece that is not there. */
function parsed(layout: string, text: string): number {
  const pieces = layout.match(/2006|01|02|15|04|05|[^0-9]+|\d/g) ?? [];
  let rest = text;
  const found: Record<string, number> = {};
  for (const piece of pieces) {
    const pattern = PIECES[piece] as string | undefined;
    const match = pattern === undefined ? null : new RegExp(`^${pattern}`).exec(rest);
    const taken = pattern === undefined ? (rest.startsWith(piece) ? piece : undefined) : match?.[0];
    if (taken === undefined) {
      const [quoted, wanted] = [JSON.stringify(rest), JSON.stringify(piece)];
      throw new FunctionFailure(
        `parsing time ${JSON.stringify(text)} as ${JSON.stringify(layout)}: cannot parse ${quoted} as ${wanted}`,
      );
    }
    for (const [name, value] of Object.entries(match?.groups ?? {})) found[name] = Number(value);
    rest = rest.slice(taken.length);
  }
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = found;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

function orZero(read: () => number): number {
  try {
    return read();
  } catch (error) {
    if (error instanceof FunctionFailure) return ZERO_TIME;
    throw error;
  }
}

/** time.Duration of what is a number of seconds, or text that is one. */
function duration(value: unknown): string {
  const seconds = typeof value === 'bigint' ? value : /^[+-]?\d+$/.test(String(value)) ? BigInt(String(value)) : 0n;
  return formatGoDuration(typeof value === 'string' || typeof value === 'bigint' ? Number(seconds) * SECOND : 0);
}

const UNITS: readonly (readonly [string, number])[] = [
  ['y', 365 * 24 * 3600], ['mo', 30 * 24 * 3600], ['d', 24 * 3600], ['h', 3600], ['m', 60], ['s', 1],
]; // prettier-ignore

function rounded(nanos: number): string {
  const seconds = Math.abs(nanos) / SECOND;
  const unit = UNITS.find(([, length]) => seconds > length);
  return unit ? `${String(Math.floor(seconds / unit[1]))}${unit[0]}` : '0s';
}

const nanosOf = (text: string): number => {
  const found = parseGoDuration(text);
  return found.ok ? found.value : 0;
};

/** Sprig's functions of dates (date.go); the zone is always UTC. */
export function sprigTime(now: () => number): FunctionTable {
  const date = templateFunction(['string', 'any'], (layout: string, value: unknown) =>
    formatLayout(layout, momentOf(value, now())),
  );
  const inZone = templateFunction(['string', 'any', 'string'], (layout: string, value: unknown) =>
    formatLayout(layout, momentOf(value, now())),
  );
  const html = (value: unknown): string => formatLayout('2006-01-02', momentOf(value, now()));
  const since = (value: unknown): number => (now() - momentOf(value, now())) * 1_000_000;
  const later = templateFunction(['string', 'any'], (text: string, value: unknown) =>
    timeOf(momentOf(value, now()) + nanosOf(text) / 1_000_000),
  );
  const mustLater = templateFunction(['string', 'any'], (text: string, value: unknown) => {
    const nanos = parseGoDuration(text);
    if (!nanos.ok) throw new FunctionFailure(nanos.error);
    return timeOf(momentOf(value, now()) + nanos.value / 1_000_000);
  });
  return {
    ago: templateFunction(1, (value: unknown) => formatGoDuration(Math.round(since(value) / SECOND) * SECOND)),
    date,
    dateInZone: inZone,
    dateModify: later,
    date_in_zone: inZone,
    date_modify: later,
    duration: templateFunction(1, duration),
    durationRound: templateFunction(1, (value: unknown) =>
      rounded(
        value instanceof TemplateStruct
          ? since(value)
          : typeof value === 'bigint'
            ? Number(value)
            : typeof value === 'string'
              ? nanosOf(value)
              : 0,
      ),
    ),
    htmlDate: templateFunction(1, html),
    htmlDateInZone: templateFunction(['any', 'string'], html),
    mustDateModify: mustLater,
    mustToDate: templateFunction(['string', 'string'], (layout: string, text: string) => timeOf(parsed(layout, text))),
    must_date_modify: mustLater,
    now: templateFunction([], () => timeOf(now())),
    toDate: templateFunction(['string', 'string'], (layout: string, text: string) =>
      timeOf(orZero(() => parsed(layout, text))),
    ),
    unixEpoch: templateFunction(['any'], (value: unknown) => String(Math.floor(momentOf(value, now()) / 1000))),
  };
}
