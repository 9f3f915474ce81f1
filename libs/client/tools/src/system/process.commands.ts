import type { Signal } from '@seatrial/kernel';
import { formatDate } from '@seatrial/shell';
import { defineCommand } from '../command.js';
import { toolProgram } from '../tool/tool.js';
import { busyboxPs, commandOf, ownerOf } from './busybox-ps.js';
import { listedProcesses, type ListedProcess } from './node-processes.js';
import { signalNamed } from './signal-named.js';

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
