import { fail, ok, type Result } from '@seatrial/kernel';

const pad = (value: number, width: number): string => String(value).padStart(width, '0');

/** The last second that was asked for, and its hour: many objects are written within one. */
let last = { second: 0, text: '1970-01-01T00:00:00Z' };
let lastHour = { start: 0, text: '1970-01-01T00:' };
const HOUR = 3600;
const SIXTY = Array.from({ length: 60 }, (_, value) => pad(value, 2));

/** An instant (milliseconds since the epoch) as metav1.Time prints it: RFC 3339, whole seconds, UTC. */
export function formatTime(ms: number): string {
  const second = Math.floor(ms / 1000);
  if (second === last.second) return last.text;
  let within = second - lastHour.start;
  if (!(within >= 0 && within < HOUR)) {
    const start = Math.floor(second / HOUR) * HOUR;
    lastHour = { start, text: new Date(start * 1000).toISOString().slice(0, -10) };
    within = second - start;
  }
  last = { second, text: `${lastHour.text}${SIXTY[Math.floor(within / 60)]}:${SIXTY[within % 60]}Z` };
  return last.text;
}

/** An instant as metav1.MicroTime prints it: six digits of fraction. */
export function formatMicroTime(ms: number): string {
  const micros = Math.floor((ms - Math.floor(ms / 1000) * 1000) * 1000);
  return `${formatTime(ms).slice(0, -1)}.${pad(micros, 6)}Z`;
}

const RFC3339 = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

/** Two digits, or NaN. */
function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

/** Reads the form that all objects hold, `2026-11-21T04:30:00Z`; undefined for any other, and for what needs a calendar. */
function parseCanonical(text: string): number | undefined {
  if (text.length !== 20 || text[4] !== '-' || text[7] !== '-' || text[10] !== 'T' || text[19] !== 'Z')
    return undefined;
  if (text[13] !== ':' || text[16] !== ':') return undefined;
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  const hour = twoDigits(text, 11);
  const minute = twoDigits(text, 14);
  const second = twoDigits(text, 17);
  const plain = year >= 1970 && month >= 1 && month <= 12 && day >= 1 && day <= 28;
  if (!plain || !(hour < 24) || !(minute < 60) || !(second < 60)) return undefined;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** Milliseconds since the epoch of an RFC 3339 text; undefined when it is none. */
export function parseTime(text: string): number | undefined {
  const canonical = parseCanonical(text);
  if (canonical !== undefined) return canonical;
  const [, year, month, day] = RFC3339.exec(text) ?? [];
  if (day === undefined || Number(day) > new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate())
    return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

const LAYOUT: readonly (readonly [pattern: RegExp, layout: string])[] = [
  [/^\d{4}/, '2006'],
  [/^-/, '-'],
  [/^(0[1-9]|1[0-2])/, '01'],
  [/^-/, '-'],
  [/^\d{2}/, '02'],
  [/^T/, 'T'],
  [/^\d{2}/, '15'],
  [/^:/, ':'],
  [/^\d{2}/, '04'],
  [/^:/, ':'],
  [/^\d{2}/, '05'],
  [/^(?:\.\d+)?(Z|[+-]\d{2}:\d{2})/, 'Z07:00'],
];

const MICROS = [/^\.\d{6}/, '.000000'] as const;
const MICRO_LAYOUT = [...LAYOUT.slice(0, -1), MICROS, ...LAYOUT.slice(-1)];

/** As {@link parseTime}, with the error text of Go's time.Parse. */
export function parseGoTime(text: string, layout = '2006-01-02T15:04:05Z07:00'): Result<number, string> {
  let rest = text;
  for (const [pattern, element] of layout.includes(MICROS[1]) ? MICRO_LAYOUT : LAYOUT) {
    const match = pattern.exec(rest);
    if (!match) {
      if (element === '01' && /^\d{2}/.test(rest))
        return fail(`parsing time ${JSON.stringify(text)}: month out of range`);
      return fail(
        `parsing time ${JSON.stringify(text)} as ${JSON.stringify(layout)}: cannot parse ${JSON.stringify(rest)} as ${JSON.stringify(element)}`,
      );
    }
    rest = rest.slice(match[0].length);
  }
  if (rest !== '') return fail(`parsing time ${JSON.stringify(text)}: extra text: ${JSON.stringify(rest)}`);
  const ms = parseTime(text);
  return ms === undefined ? fail(`parsing time ${JSON.stringify(text)}: day out of range`) : ok(ms);
}
