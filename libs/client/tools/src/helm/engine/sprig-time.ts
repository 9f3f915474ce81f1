import { FunctionFailure, TemplateStruct, templateFunction, type FunctionTable } from '@seatrial/template';
import { formatDate } from '@seatrial/shell';

/** Go's reference time, piece by piece, as strftime(3) has it; longer pieces first. */
const LAYOUT: readonly (readonly [string, string])[] = [
  ['January', '%B'], ['Monday', '%A'], ['-07:00', '+00:00'], ['Z07:00', 'Z'], ['-0700', '+0000'], ['2006', '%Y'],
  ['Jan', '%b'], ['Mon', '%a'], ['MST', 'UTC'], ['01', '%m'], ['02', '%d'], ['03', '%I'], ['04', '%M'], ['05', '%S'],
  ['06', '%y'], ['15', '%H'], ['PM', '%p'], ['pm', '%P'], ['_2', '%e'],
]; // prettier-ignore

const moments = new WeakMap<TemplateStruct, number>();

/** A time in a Go layout (`2006-01-02`), in UTC. */
/** An instant by one of Go's layouts (`2006-01-02 15:04`), in UTC. */
export function formatLayout(layout: string, ms: number): string {
  let result = '';
  for (let at = 0; at < layout.length;) {
    const piece = LAYOUT.find(([text]) => layout.startsWith(text, at));
    result += piece ? formatDate(piece[1], ms) : layout[at];
    at += piece ? piece[0].length : 1;
  }
  return result;
}

/** A `time.Time` of a template. */
function timeOf(ms: number): TemplateStruct {
  const text = formatLayout('2006-01-02 15:04:05', ms);
  const fraction =
    ms % 1000 === 0
      ? ''
      : `.${String(ms % 1000)
          .padStart(3, '0')
          .replace(/0+$/, '')}`;
  const time: TemplateStruct = new TemplateStruct(
    'time.Time',
    {},
    {
      Format: templateFunction(['string'], (layout: string) => formatLayout(layout, ms)),
      Unix: templateFunction([], () => BigInt(Math.floor(ms / 1000))),
      UTC: templateFunction([], () => time),
      Year: templateFunction([], () => BigInt(new Date(ms).getUTCFullYear())),
    },
    `${text}${fraction} +0000 UTC`,
  );
  moments.set(time, ms);
  return time;
}

function momentOf(value: unknown, now: number): number {
  if (value instanceof TemplateStruct) return moments.get(value) ?? now;
  if (typeof value === 'bigint' || typeof value === 'number') return Number(value) * 1000;
  return now;
}

function parseDay(layout: string, text: string): number {
  const found = layout === '2006-01-02' ? /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) : null;
  const ms = found ? Date.UTC(Number(found[1]), Number(found[2]) - 1, Number(found[3])) : Date.parse(text);
  if (Number.isNaN(ms))
    throw new FunctionFailure(`parsing time ${JSON.stringify(text)} as ${JSON.stringify(layout)}: cannot parse`);
  return ms;
}

/** Sprig's functions of dates; the zone is always UTC. */
export function sprigTime(now: () => number): FunctionTable {
  const date = templateFunction(['string', 'any'], (layout: string, value: unknown) =>
    formatLayout(layout, momentOf(value, now())),
  );
  const inZone = templateFunction(['string', 'any', 'string'], (layout: string, value: unknown) =>
    formatLayout(layout, momentOf(value, now())),
  );
  const toDate = templateFunction(['string', 'string'], (layout: string, text: string) =>
    timeOf(parseDay(layout, text)),
  );
  return {
    date,
    dateInZone: inZone,
    date_in_zone: inZone,
    htmlDate: templateFunction(['any'], (value: unknown) => formatLayout('2006-01-02', momentOf(value, now()))),
    mustToDate: toDate,
    now: templateFunction([], () => timeOf(now())),
    toDate,
    unixEpoch: templateFunction(['any'], (value: unknown) => String(Math.floor(momentOf(value, now()) / 1000))),
  };
}
