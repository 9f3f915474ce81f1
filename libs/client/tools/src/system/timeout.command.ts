import { SIGNALS, waitFor, type Process, type Signal } from '@seatrial/kernel';
import { defineCommand } from '../command.js';
import { toolProgram, type Tool } from '../tool/tool.js';
import { parseInterval } from './basic.commands.js';
import { start } from './run-to-end.js';

function signalOf(text: string): Signal | undefined {
  const name = text.toUpperCase().replace(/^SIG/, '');
  return (Object.keys(SIGNALS) as Signal[]).find((signal) => signal === name || String(SIGNALS[signal]) === name);
}

/**
 * timeout(1) leads a group, so that the children of its child end too (setpgid): one of its own, or the whole pipeline's
 * when it is the first command of an interactive one. Busybox's knows its child only.
 */
function joinGroup(tool: Tool, child: Process, foreground: boolean): void {
  if (foreground) return;
  if (tool.machine.programs.has('busybox')) child.group = child.pid;
  else {
    tool.process.group = tool.process.pid;
    child.group = tool.process.pid;
  }
}

/** The signal for the child and what is in its group, but not for timeout itself, which ignores it. */
function signalOthers(tool: Tool, child: Process, signal: Signal): void {
  child.kill(signal);
  if (child.group !== child.pid && child.group !== tool.process.pid) return;
  for (const process of tool.machine.processes.list())
    if (process.group === child.group && process !== tool.process && process !== child) process.kill(signal);
}

export const timeout = defineCommand({
  name: 'timeout',
  program: toolProgram(function* (tool) {
    const { flags, values, operands } = yield* tool.options(
      '-k --kill-after=, -s --signal=, --preserve-status, --foreground, -v --verbose',
      { stopAtOperand: true, status: 125 },
    );
    const [duration, ...argv] = operands;
    if (argv.length === 0) {
      yield* tool.err("Try 'timeout --help' for more information.\n");
      return 125;
    }
    const ms = parseInterval(duration);
    if (ms === undefined) {
      yield* tool.err(
        `timeout: invalid time interval ${tool.quote(duration)}\nTry 'timeout --help' for more information.\n`,
      );
      return 125;
    }
    const signal = signalOf(values.get('s')?.at(-1) ?? 'TERM') ?? 'TERM';
    const child = yield* start(tool, argv);
    if (typeof child === 'number') return child;
    joinGroup(tool, child, flags.has('foreground'));
    try {
      if ((yield* waitFor([child.exited], ms === 0 ? undefined : ms)) >= 0) return child.exitStatus?.code ?? 0;
      signalOthers(tool, child, signal);
      // busybox's is the command itself: the signal ends it.
      if (tool.isBusybox) tool.process.kill(signal);
      // The signal goes to timeout's own group.
      if (signal === 'KILL' && !flags.has('foreground')) tool.process.kill('KILL');
      const after = parseInterval(values.get('k')?.at(-1) ?? '');
      if (after !== undefined && (yield* waitFor([child.exited], after)) < 0) {
        signalOthers(tool, child, 'KILL');
        yield* waitFor([child.exited]);
        return 137;
      }
      yield* waitFor([child.exited]);
      return flags.has('preserve-status') ? (child.exitStatus?.code ?? 0) : signal === 'KILL' ? 137 : 124;
    } finally {
      // Ended itself (Ctrl-C, a signal): takes the child along.
      if (!child.exitStatus) signalOthers(tool, child, 'TERM');
    }
  }),
});
