import { SIGNALS, type Coroutine, type Process, type Signal } from '@seatrial/kernel';
import { formatDate } from '@seatrial/shell';
import { defineCommand } from '../command.js';
import { toolProgram, type Tool } from '../tool/tool.js';
import { busyboxPs, commandOf, ownerOf } from './busybox-ps.js';
import { listedProcesses, type ListedProcess } from './node-processes.js';

function signalNamed(text: string): Signal | undefined {
  const name = text.toUpperCase().replace(/^SIG/, '');
  return (Object.keys(SIGNALS) as Signal[]).find((signal) => signal === name || String(SIGNALS[signal]) === name);
}

/** The column widths and order of procps' common formats. */
function psRow(process: ListedProcess, style: 'short' | 'full' | 'aux'): string {
  const pid = String(process.pid);
  const start = formatDate('%H:%M', process.startTime);
  const command = process.commandLine;
  const state = process.stopped ? 'T' : 'S';
  if (style === 'short') return `${pid.padStart(7)} ?        00:00:00 ${commandOf(process)}\n`;
  if (style === 'full')
    return `${ownerOf(process).padEnd(8)} ${pid.padStart(7)} ${String(process.parent).padStart(7)}  0 ${start} ?        00:00:00 ${command}\n`;
  return `${ownerOf(process).padEnd(8)} ${pid.padStart(7)}  0.0  0.0   2576   920 ?        ${state.padEnd(4)} ${start}   0:00 ${command}\n`;
}

const HEADERS = {
  short: '    PID TTY          TIME CMD\n',
  full: 'UID          PID    PPID  C STIME TTY          TIME CMD\n',
  aux: 'USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\n',
};

export const ps = defineCommand({
  name: 'ps',
  program: toolProgram(function* (tool) {
    const letters = tool.args.filter((arg) => !arg.startsWith('--')).join('');
    const style = letters.includes('u') && !letters.includes('-u') ? 'aux' : letters.includes('f') ? 'full' : 'short';
    const all = /[aexA]/.test(letters);
    const listed = listedProcesses(tool.machine).filter((process) => all || process.user === tool.process.user);
    yield* tool.out(HEADERS[style]);
    for (const process of listed) yield* tool.out(psRow(process, style));
    return 0;
  }),
  busybox: toolProgram(busyboxPs),
});

/** The processes that pgrep's and pkill's pattern or options choose, without the tool itself. */
function chosen<Listed extends Pick<Process, 'pid' | 'argv' | 'commandLine'>>(
  tool: Tool,
  listed: readonly Listed[],
  flags: ReadonlyMap<string, number>,
  pattern: string | undefined,
): Listed[] {
  return listed.filter((process) => {
    if (process.pid === tool.process.pid) return false;
    const text = flags.has('f') ? process.commandLine : commandOf(process);
    return flags.has('x') ? text === pattern : text.includes(pattern ?? '');
  });
}

export const pgrep = defineCommand({
  name: 'pgrep',
  program: toolProgram(function* (tool) {
    const { flags, operands } = yield* tool.options(
      '-f --full, -x --exact, -l --list-name, -a --list-full, -n, -o, -u=, -c, -v',
      { status: 2 },
    );
    const found = chosen(tool, listedProcesses(tool.machine), flags, operands[0]);
    for (const process of found)
      yield* tool.out(
        `${process.pid}${flags.has('a') ? ` ${process.commandLine}` : flags.has('l') ? ` ${commandOf(process)}` : ''}\n`,
      );
    return found.length > 0 ? 0 : 1;
  }),
});

function* signalChosen(tool: Tool): Coroutine<number> {
  const [first] = tool.args;
  const given = first !== undefined && /^-[A-Z0-9]+$/.test(first) ? signalNamed(first.slice(1)) : undefined;
  const { flags, operands } = yield* tool.options('-f --full, -x --exact, -n, -o, -u=, -e, -q', {
    status: 2,
    args: given ? tool.args.slice(1) : tool.args,
  });
  const all = new Map(tool.name === 'killall' ? [...flags, ['x', 1] as const] : flags);
  const found = chosen(tool, tool.machine.processes.list(), all, operands[0]);
  for (const process of found) tool.machine.processes.send(process, given ?? 'TERM');
  if (found.length === 0 && tool.name === 'killall')
    yield* tool.err(
      tool.isBusybox ? `killall: ${operands[0]}: no process killed\n` : `${operands[0]}: no process found\n`,
    );
  return found.length > 0 ? 0 : 1;
}

export const pkill = defineCommand({ name: 'pkill', program: toolProgram(signalChosen) });
export const killall = defineCommand({ name: 'killall', program: toolProgram(signalChosen) });

export const kill = defineCommand({
  name: 'kill',
  program: toolProgram(function* (tool) {
    let words = [...tool.args];
    let signal: Signal | undefined = 'TERM';
    if (words[0] === '-s') {
      signal = signalNamed(words[1] ?? '');
      words = words.slice(2);
    } else if (/^-./.test(words[0] ?? '') && words[0] !== '--') {
      signal = words[0] === '-0' ? undefined : signalNamed(words[0].slice(1));
      words = words.slice(1);
    }
    let status = 0;
    for (const word of words.filter((text) => text !== '--')) {
      const process = tool.machine.processes.get(Number(word));
      if (process && signal) tool.machine.processes.send(process, signal);
      if (process) continue;
      status = 1;
      yield* tool.complain(
        tool.machine.programs.has('busybox')
          ? `can't kill pid ${word}: No such process`
          : `(${word}) - No such process`,
      );
    }
    return status;
  }),
});

const MEMORY_KIB = 24_684_096;

export const free = defineCommand({
  name: 'free',
  program: toolProgram(function* (tool) {
    const { flags } = yield* tool.options('-h --human, -m --mebi, -g --gibi, -k, -b, -t');
    const show = (kib: number): string =>
      (flags.has('h')
        ? `${(kib / 1024 ** 2).toFixed(0)}Gi`
        : String(flags.has('m') ? Math.floor(kib / 1024) : flags.has('g') ? Math.floor(kib / 1024 ** 2) : kib)
      ).padStart(12);
    const used = Math.floor(MEMORY_KIB / 20);
    const cached = Math.floor(MEMORY_KIB / 10);
    const rest = MEMORY_KIB - used - cached;
    yield* tool.out('               total        used        free      shared  buff/cache   available\n');
    yield* tool.out(
      `Mem:${show(MEMORY_KIB).padStart(16)}${show(used)}${show(rest)}${show(0)}${show(cached)}${show(MEMORY_KIB - used)}\n`,
    );
    yield* tool.out(`Swap:${show(0).padStart(15)}${show(0)}${show(0)}\n`);
    return 0;
  }),
});

export const uptime = defineCommand({
  name: 'uptime',
  program: toolProgram(function* (tool) {
    const { simulation } = tool.machine;
    const minutes = Math.floor((simulation.now() - simulation.startTime) / 60_000);
    const clock = `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
    yield* tool.out(
      ` ${formatDate('%H:%M:%S', simulation.now())} up ${minutes < 60 ? `${minutes} min` : clock},  0 users,  load average: 0.00, 0.00, 0.00\n`,
    );
    return 0;
  }),
});
