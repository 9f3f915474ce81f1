import type { Coroutine, Process } from '@seatrial/kernel';
import { defineCommand } from '../command.js';
import { compileExpression } from '../text/regular-expression.js';
import { toolProgram, type Tool } from '../tool/tool.js';
import { commandOf } from './busybox-ps.js';
import { listedProcesses } from './node-processes.js';
import { signalNamed } from './signal-named.js';

const USAGE_STATUS = 2;
/** What the kernel keeps of a process's name (TASK_COMM_LEN). */
const NAME_LENGTH = 15;
const SELECTION =
  '-f --full, -x --exact, -i --ignore-case, -v --inverse, -n --newest, -o --oldest, -u --euid=, -U --uid=, -P --parent=';

type Listed = Pick<Process, 'pid' | 'argv' | 'commandLine' | 'user'> & {
  readonly parent?: number | { readonly pid: number } | undefined;
};

interface Selection {
  readonly flags: ReadonlyMap<string, number>;
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly operands: readonly string[];
}

const parentOf = ({ parent }: Listed): number | undefined => (typeof parent === 'number' ? parent : parent?.pid);

const listOf = (values: Selection['values'], ...names: readonly string[]): string[] =>
  names.flatMap((name) => (values.get(name) ?? []).flatMap((value) => value.split(',')));

/** The processes that a pattern and options choose, without the tool itself (procps 4.0, select_procs). */
function* select<Process extends Listed>(
  tool: Tool,
  listed: readonly Process[],
  { flags, values, operands }: Selection,
): Coroutine<Process[]> {
  const [pattern, ...more] = operands;
  const users = listOf(values, 'u', 'U');
  const parents = listOf(values, 'P').map(Number);
  const hint = `Try \`${tool.name} --help' for more information.`;
  if (more.length > 0) yield* tool.die(`only one pattern can be provided\n${hint}`, USAGE_STATUS);
  if (pattern === undefined && users.length === 0 && parents.length === 0)
    yield* tool.die(`no matching criteria specified\n${hint}`, USAGE_STATUS);
  const compiled = compileExpression(pattern ?? '', {
    extended: true,
    ignoreCase: flags.has('i'),
    lines: flags.has('x'),
  });
  if (!compiled.ok) return yield* tool.die(compiled.error, USAGE_STATUS);
  if (!flags.has('f') && /^[\w-]+$/.test(pattern ?? '') && (pattern ?? '').length > NAME_LENGTH)
    yield* tool.complain(
      `pattern that searches for process name longer than 15 characters will result in zero matches\nTry \`${tool.name} -f' option to match against the complete command line.`,
    );
  const fits = (process: Process): boolean =>
    (pattern === undefined ||
      compiled.value.test(flags.has('f') ? process.commandLine : commandOf(process).slice(0, NAME_LENGTH))) &&
    (users.length === 0 || users.includes(process.user)) &&
    (parents.length === 0 || parents.includes(parentOf(process) ?? 0));
  const found = listed.filter((process) => process.pid !== tool.process.pid && fits(process) !== flags.has('v'));
  tool.charge(compiled.value.takeCost());
  const byAge = [...found].sort((a, b) => a.pid - b.pid);
  return flags.has('n') ? byAge.slice(-1) : flags.has('o') ? byAge.slice(0, 1) : found;
}

/** pgrep (procps 4.0). */
export const pgrep = defineCommand({
  name: 'pgrep',
  program: toolProgram(function* (tool) {
    const options = yield* tool.options(
      `${SELECTION}, -l --list-name, -a --list-full, -c --count, -d --delimiter=, -w --lightweight`,
      { status: USAGE_STATUS },
    );
    const { flags, values } = options;
    const found = yield* select(tool, listedProcesses(tool.machine), options);
    const rows = found.map(
      (process) =>
        `${process.pid}${flags.has('a') ? ` ${process.commandLine}` : flags.has('l') ? ` ${commandOf(process)}` : ''}`,
    );
    if (flags.has('c')) yield* tool.out(`${found.length}\n`);
    else if (rows.length > 0) yield* tool.out(`${rows.join(values.get('d')?.at(-1) ?? '\n')}\n`);
    return found.length > 0 ? 0 : 1;
  }),
});

function* signalSelected(tool: Tool): Coroutine<number> {
  const [first] = tool.args;
  const given = first !== undefined && /^-[A-Z0-9]+$/.test(first) ? signalNamed(first.slice(1)) : undefined;
  const options = yield* tool.options(`${SELECTION}, -e --echo, -c --count, -s --signal=`, {
    status: USAGE_STATUS,
    args: given ? tool.args.slice(1) : tool.args,
  });
  const signal = given ?? signalNamed(options.values.get('s')?.at(-1) ?? 'TERM') ?? 'TERM';
  const found = yield* select(tool, tool.machine.processes.list(), options);
  for (const process of found) {
    tool.machine.processes.send(process, signal);
    if (options.flags.has('e')) yield* tool.out(`${commandOf(process)} killed (pid ${process.pid})\n`);
  }
  if (options.flags.has('c')) yield* tool.out(`${found.length}\n`);
  return found.length > 0 ? 0 : 1;
}

/** pkill (procps 4.0). */
export const pkill = defineCommand({ name: 'pkill', program: toolProgram(signalSelected) });

/** killall (psmisc 23.6, busybox): by the exact name. */
export const killall = defineCommand({
  name: 'killall',
  program: toolProgram(function* (tool) {
    const [first] = tool.args;
    const given = first !== undefined && /^-[A-Z0-9]+$/.test(first) ? signalNamed(first.slice(1)) : undefined;
    const { flags, values, operands } = yield* tool.options('-s=, -q --quiet, -e --exact, -v --verbose, -w --wait', {
      args: given ? tool.args.slice(1) : tool.args,
    });
    const signal = given ?? signalNamed(values.get('s')?.at(-1) ?? 'TERM') ?? 'TERM';
    let status = operands.length === 0 ? 1 : 0;
    for (const name of operands) {
      const found = tool.machine.processes
        .list()
        .filter((process) => process.pid !== tool.process.pid && commandOf(process) === name);
      for (const process of found) tool.machine.processes.send(process, signal);
      if (found.length > 0) continue;
      status = 1;
      if (!flags.has('q'))
        yield* tool.err(tool.isBusybox ? `killall: ${name}: no process killed\n` : `${name}: no process found\n`);
    }
    return status;
  }),
});
