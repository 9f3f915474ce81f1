/* The schedules that CronJobs take (github.com/robfig/cron/v3 ParseStandard), with its error texts. */

interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly names?: Readonly<Record<string, number>>;
}

const months = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const days = 'sun mon tue wed thu fri sat'.split(' ');
const FIELDS: readonly Bounds[] = [
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31 },
  { min: 1, max: 12, names: Object.fromEntries(months.map((name, index) => [name, index + 1])) },
  { min: 0, max: 6, names: Object.fromEntries(days.map((name, index) => [name, index])) },
];

const DESCRIPTORS = new Set(['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly']);

function parseNumber(text: string, names: Bounds['names']): number | string {
  if (names && Object.hasOwn(names, text.toLowerCase())) return names[text.toLowerCase()];
  if (!/^[+-]?\d+$/.test(text))
    return `failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`;
  const value = Number(text);
  return value < 0 ? `negative number (${value}) not allowed: ${text}` : value;
}

function rangeProblem(expression: string, bounds: Bounds): string | undefined {
  const [range, step, ...more] = expression.split('/');
  if (more.length > 0) return `too many slashes: ${expression}`;
  const [low, high, ...rest] = range.split('-');
  let start: number | string;
  let end: number | string;
  if (low === '*' || low === '?') {
    start = bounds.min;
    end = bounds.max;
  } else {
    start = parseNumber(low, bounds.names);
    if (typeof start === 'string') return start;
    if (rest.length > 0) return `too many hyphens: ${expression}`;
    end = high === undefined ? start : parseNumber(high, bounds.names);
    if (typeof end === 'string') return end;
  }
  if (step !== undefined) {
    const by = parseNumber(step, undefined);
    if (typeof by === 'string') return by;
    if (high === undefined && low !== '*' && low !== '?') end = bounds.max;
    if (by === 0) return `step of range should be a positive number: ${expression}`;
  }
  if (start < bounds.min) return `beginning of range (${start}) below minimum (${bounds.min}): ${expression}`;
  if (end > bounds.max) return `end of range (${end}) above maximum (${bounds.max}): ${expression}`;
  return start > end ? `beginning of range (${start}) beyond end of range (${end}): ${expression}` : undefined;
}

/** Why a schedule is none; undefined when it is one. */
export function cronScheduleProblem(spec: string): string | undefined {
  if (spec === '') return 'empty spec string';
  const text = spec.replace(/^(TZ|CRON_TZ)=\S*\s*/, '');
  if (text.startsWith('@')) {
    if (DESCRIPTORS.has(text)) return undefined;
    if (text.startsWith('@every ')) return undefined;
    return `unrecognized descriptor: ${text}`;
  }
  const fields = text.split(/\s+/).filter((field) => field !== '');
  if (fields.length !== 5) return `expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]`;
  for (const [index, field] of fields.entries()) {
    for (const part of field.split(',')) {
      const problem = rangeProblem(part, FIELDS[index]);
      if (problem !== undefined) return problem;
    }
  }
  return undefined;
}
