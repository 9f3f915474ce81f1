import { formatDate } from '@seatrial/shell';
import { defineCommand } from '../command.js';
import { errorText, toolProgram } from '../tool/tool.js';

const DAY_MS = 86_400_000;
const STEPS: Readonly<Record<string, number>> = { sec: 1000, second: 1000, min: 60_000, minute: 60_000, hour: 3_600_000, day: DAY_MS, week: 7 * DAY_MS, fortnight: 14 * DAY_MS }; // prettier-ignore

/** What `date -d` understands here: ISO dates, `@seconds`, `now`, `yesterday`, `2 hours ago`, `+1 day`; undefined otherwise. */
export function parseDate(text: string, now: number): number | undefined {
  let rest = text.trim();
  if (/^@-?\d+(\.\d+)?$/.test(rest)) return Number(rest.slice(1)) * 1000;
  let base = now;
  const absolute = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?))?\s*(Z|UTC|[-+]\d{2}:?\d{2})?/.exec(
    rest,
  );
  if (absolute) {
    const zone = (absolute[3] ?? 'Z').replace('UTC', 'Z').replace(/^([-+]\d{2})(\d{2})$/, '$1:$2');
    base = Date.parse(`${absolute[1]}T${absolute[2] ?? '00:00:00'}${zone}`);
    rest = rest.slice(absolute[0].length).trim();
  } else if (/^[A-Za-z]{3},? .*\d{4}/.test(rest)) {
    const parsed = Date.parse(`${rest}${/UTC|GMT|[-+]\d{4}/.test(rest) ? '' : ' UTC'}`);
    return Number.isNaN(parsed) ? undefined : parsed;
  }
  for (const word of ['now', 'today', 'yesterday', 'tomorrow'])
    if (rest.startsWith(word)) {
      base += word === 'yesterday' ? -DAY_MS : word === 'tomorrow' ? DAY_MS : 0;
      rest = rest.slice(word.length).trim();
    }
  while (rest !== '') {
    const step = /^([-+]?\s*\d+|next|last)?\s*([a-z]+?)s?(\s+ago)?(?=$|[\s,+-])/.exec(rest);
    if (!step) return undefined;
    const sign = step[3] === undefined ? 1 : -1;
    const count = (step[1] === 'next' || step[1] === undefined ? 1 : step[1] === 'last' ? -1 : Number(step[1].replace(/\s/g, ''))) * sign; // prettier-ignore
    if (step[2] === 'month' || step[2] === 'year') {
      const date = new Date(base);
      if (step[2] === 'month') date.setUTCMonth(date.getUTCMonth() + count);
      else date.setUTCFullYear(date.getUTCFullYear() + count);
      base = date.getTime();
    } else if (STEPS[step[2]] === undefined) return undefined;
    else base += count * STEPS[step[2]];
    rest = rest.slice(step[0].length).replace(/^[\s,]+/, '');
  }
  return Number.isNaN(base) ? undefined : base;
}

const ISO: Readonly<Record<string, string>> = {
  date: '%Y-%m-%d',
  hours: '%Y-%m-%dT%H+00:00',
  minutes: '%Y-%m-%dT%H:%M+00:00',
  seconds: '%Y-%m-%dT%H:%M:%S+00:00',
  ns: '%Y-%m-%dT%H:%M:%S,%N+00:00',
};

export const date = defineCommand({
  name: 'date',
  program: toolProgram(function* (tool) {
    const { flags, values, operands } = yield* tool.options('-d --date=, -u --utc --universal, -I --iso-8601=?, -R --rfc-email, --rfc-3339=, -r --reference=, -s --set=, -D=, -f'); // prettier-ignore
    let ms = tool.machine.simulation.now();
    const text = values.get('d')?.at(-1);
    if (text !== undefined) {
      const parsed = parseDate(text, ms);
      if (parsed === undefined) return yield* tool.die(tool.machine.programs.has('busybox') ? `invalid date '${text}'` : `invalid date '${text}'`); // prettier-ignore
      ms = parsed;
    }
    const reference = values.get('r')?.at(-1);
    if (reference !== undefined) {
      const node = tool.stat(reference);
      if (!node.ok) return yield* tool.die(`${reference}: ${errorText(node.error)}`);
      ms = node.value.modifiedAt;
    }
    const operand = operands[0];
    if (operand !== undefined && !operand.startsWith('+')) return yield* tool.die(`invalid date '${operand}'`);
    const precision = values.get('I')?.at(-1) ?? 'date';
    const format = operand?.slice(1) ?? (flags.has('I') ? (ISO[precision] ?? ISO.date) : flags.has('R') ? '%a, %d %b %Y %H:%M:%S +0000' : flags.has('rfc-3339') ? '%Y-%m-%d %H:%M:%S+00:00' : '%a %b %e %H:%M:%S %Z %Y'); // prettier-ignore
    yield* tool.out(`${formatDate(format, ms)}\n`);
    return 0;
  }),
});
