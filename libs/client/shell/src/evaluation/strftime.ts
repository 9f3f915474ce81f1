const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December']; // prettier-ignore
const DAY_MS = 86_400_000;

function pad(value: number, width: number, fill = '0'): string {
  return String(value).padStart(width, fill);
}

function dayOfYear(date: Date): number {
  return Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / DAY_MS);
}

/** ISO 8601 week number and the year it belongs to. */
function isoWeek(date: Date): { readonly year: number; readonly week: number } {
  const weekday = (date.getUTCDay() + 6) % 7;
  const thursday = new Date(date.getTime() + (3 - weekday) * DAY_MS);
  const year = thursday.getUTCFullYear();
  return { year, week: Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / DAY_MS / 7) + 1 };
}

type Conversion = (date: Date, ms: number) => string;

const CONVERSIONS: Readonly<Record<string, Conversion>> = {
  a: (d) => DAYS[d.getUTCDay()].slice(0, 3),
  A: (d) => DAYS[d.getUTCDay()],
  b: (d) => MONTHS[d.getUTCMonth()].slice(0, 3),
  h: (d) => MONTHS[d.getUTCMonth()].slice(0, 3),
  B: (d) => MONTHS[d.getUTCMonth()],
  C: (d) => pad(Math.floor(d.getUTCFullYear() / 100), 2),
  d: (d) => pad(d.getUTCDate(), 2),
  e: (d) => pad(d.getUTCDate(), 2, ' '),
  g: (d) => pad(isoWeek(d).year % 100, 2),
  G: (d) => String(isoWeek(d).year),
  H: (d) => pad(d.getUTCHours(), 2),
  I: (d) => pad(d.getUTCHours() % 12 || 12, 2),
  j: (d) => pad(dayOfYear(d) + 1, 3),
  k: (d) => pad(d.getUTCHours(), 2, ' '),
  l: (d) => pad(d.getUTCHours() % 12 || 12, 2, ' '),
  m: (d) => pad(d.getUTCMonth() + 1, 2),
  M: (d) => pad(d.getUTCMinutes(), 2),
  n: () => '\n',
  N: (_, ms) => pad(Math.floor(ms % 1000), 3) + '000000',
  p: (d) => (d.getUTCHours() < 12 ? 'AM' : 'PM'),
  P: (d) => (d.getUTCHours() < 12 ? 'am' : 'pm'),
  q: (d) => String(Math.floor(d.getUTCMonth() / 3) + 1),
  s: (_, ms) => String(Math.floor(ms / 1000)),
  S: (d) => pad(d.getUTCSeconds(), 2),
  t: () => '\t',
  u: (d) => String(d.getUTCDay() || 7),
  U: (d) => pad(Math.floor((dayOfYear(d) + 7 - d.getUTCDay()) / 7), 2),
  V: (d) => pad(isoWeek(d).week, 2),
  w: (d) => String(d.getUTCDay()),
  W: (d) => pad(Math.floor((dayOfYear(d) + 7 - ((d.getUTCDay() + 6) % 7)) / 7), 2),
  y: (d) => pad(d.getUTCFullYear() % 100, 2),
  Y: (d) => String(d.getUTCFullYear()),
  z: () => '+0000',
  Z: () => 'UTC',
  '%': () => '%',
};

const COMPOSED: Readonly<Record<string, string>> = {
  c: '%a %b %e %H:%M:%S %Y',
  D: '%m/%d/%y',
  F: '%Y-%m-%d',
  r: '%I:%M:%S %p',
  R: '%H:%M',
  T: '%H:%M:%S',
  x: '%m/%d/%y',
  X: '%H:%M:%S',
};

/** strftime(3) and date(1)'s additions, in the C locale and UTC. `ms` counts from the epoch. */
export function formatDate(format: string, ms: number): string {
  const date = new Date(Math.floor(ms));
  return format.replace(
    /%([-_0^#]*)(\d*)(:{0,3}z|[A-Za-z%])/g,
    (text, flags: string, width: string, letter: string) => {
      if (letter.startsWith(':')) return letter === ':z' ? '+00:00' : '+00:00:00';
      const composed = COMPOSED[letter];
      const conversion = CONVERSIONS[letter];
      if (!composed && !conversion) return text;
      let value = composed ? formatDate(composed, ms) : conversion(date, ms);
      if (letter === 'N' && width !== '') value = value.slice(0, Number(width));
      else if (letter === 'N' && flags.includes('-')) value = value.replace(/0+$/, '') || '0';
      else if (flags.includes('-')) value = value.replace(/^[0 ]+(?=.)/, '');
      else if (flags.includes('_')) value = value.replace(/^0+(?=.)/, (zeros) => ' '.repeat(zeros.length));
      if (flags.includes('^')) value = value.toUpperCase();
      return letter === 'N' ? value : value.padStart(Number(width), /\d$/.test(value) ? '0' : ' ');
    },
  );
}
