import { reportUnsupported, type Coroutine } from '@seatrial/kernel';
import { formatDate } from '@seatrial/shell';
import { nodeOf } from '../cluster-tools/cluster-tool.js';
import { defineCommand } from '../command.js';
import { errorText, toolProgram, type Tool } from '../tool/tool.js';
import { parseDate } from './parse-date.js';

const ISO: Readonly<Record<string, string>> = {
  date: '%Y-%m-%d',
  hours: '%Y-%m-%dT%H+00:00',
  minutes: '%Y-%m-%dT%H:%M+00:00',
  seconds: '%Y-%m-%dT%H:%M:%S+00:00',
  ns: '%Y-%m-%dT%H:%M:%S,%N+00:00',
};

/** The forms that busybox's date reads (libbb/time.c). */
const BUSYBOX_DATE =
  /^(?:@-?\d+|\d{1,2}:\d\d(?::\d\d)?|(?:\d{4}\.)?\d{1,2}\.\d{1,2}-\d{1,2}:\d\d(?::\d\d)?|\d{4}-\d{1,2}-\d{1,2}(?: \d{1,2}(?::\d\d(?::\d\d)?)?)?|\d{8}(?:\d\d)?(?:\d\d)?(?:\.\d\d)?)$/;

/** Sets the clock of every machine forward; back is not simulated. */
function* setClock(tool: Tool, text: string): Coroutine<number> {
  const { simulation } = tool.machine;
  const wanted = parseDate(text, simulation.now());
  if (wanted === undefined) return yield* tool.die(`invalid date ${tool.quote(text)}`);
  if (tool.process.user !== 'root' || !nodeOf(tool)) {
    yield* tool.complain('cannot set date: Operation not permitted');
    yield* tool.out(`${formatDate('%a %b %e %H:%M:%S %Z %Y', wanted)}\n`);
    return 1;
  }
  if (wanted < simulation.now()) {
    reportUnsupported(tool.machine, 'date -s to a time before now');
    return yield* tool.die('setting the clock back is not simulated');
  }
  simulation.jump(wanted - simulation.now());
  yield* tool.out(`${formatDate('%a %b %e %H:%M:%S %Z %Y', wanted)}\n`);
  return 0;
}

/** The format when none is given. */
function formatOf(flags: ReadonlyMap<string, number>, precision: string): string {
  if (flags.has('I')) return ISO[precision] ?? ISO.date;
  if (flags.has('R')) return '%a, %d %b %Y %H:%M:%S +0000';
  return flags.has('rfc-3339') ? '%Y-%m-%d %H:%M:%S+00:00' : '%a %b %e %H:%M:%S %Z %Y';
}

export const date = defineCommand({
  name: 'date',
  program: toolProgram(function* (tool) {
    const { flags, values, operands } = yield* tool.options(
      '-d --date=, -u --utc --universal, -I --iso-8601=?, -R --rfc-email, --rfc-3339=, -r --reference=, -s --set=, -D=, -f',
    );
    let ms = tool.machine.simulation.now();
    const text = values.get('d')?.at(-1);
    if (text !== undefined) {
      const parsed = tool.isBusybox && !BUSYBOX_DATE.test(text) ? undefined : parseDate(text, ms);
      if (parsed === undefined) return yield* tool.die(`invalid date ${tool.quote(text)}`);
      ms = parsed;
    }
    const reference = values.get('r')?.at(-1);
    if (reference !== undefined) {
      const node = tool.stat(reference);
      if (!node.ok) return yield* tool.die(`${reference}: ${errorText(node.error)}`);
      ms = node.value.modifiedAt;
    }
    const set = values.get('s')?.at(-1);
    if (set !== undefined) return yield* setClock(tool, set);
    if (operands.length > 1 && !tool.machine.programs.has('busybox')) {
      yield* tool.err(`date: extra operand ${tool.quote(operands[1])}\nTry 'date --help' for more information.\n`);
      return 1;
    }
    const operand = operands[0];
    if (operand !== undefined && !operand.startsWith('+'))
      return yield* tool.die(`invalid date ${tool.quote(operand)}`);
    const format = operand?.slice(1) ?? formatOf(flags, values.get('I')?.at(-1) ?? 'date');
    yield* tool.out(`${formatDate(format, ms)}\n`);
    return 0;
  }),
});
