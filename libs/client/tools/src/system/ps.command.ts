import type { Process } from '@seatrial/kernel';
import { defineCommand } from '../command.js';
import { toolProgram, type Tool } from '../tool/tool.js';
import { userOf } from './users.js';

const commandLine = (process: Process): string => process.argv.join(' ');

function userName(tool: Tool, process: Process): string {
  const [name] = process.user.split(':');
  return userOf(tool.machine, name)?.name ?? name;
}

export const ps = defineCommand({
  name: 'ps',
  program: toolProgram(function* (tool) {
    const all = tool.args.some((arg) => /^-?[a-zA-Z]*[aAex]/.test(arg));
    const full = tool.args.some((arg) => /f/.test(arg) || arg === 'aux');
    const chosen = tool.machine.processes
      .list()
      .filter((each) => all || each.group === tool.process.group || each === tool.process.parent);
    if (!full) {
      yield* tool.out('    PID TTY          TIME CMD\n');
      for (const each of chosen)
        yield* tool.out(`${String(each.pid).padStart(7)} pts/0    00:00:00 ${each.argv[0]?.split('/').pop() ?? ''}\n`);
      return 0;
    }
    yield* tool.out('USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\n');
    for (const each of chosen) {
      const start = new Date(each.startTime).toISOString().slice(11, 16);
      yield* tool.out(
        `${userName(tool, each).padEnd(8)} ${String(each.pid).padStart(7)}  0.0  0.0   4020  3100 ?        S    ${start}   0:00 ${commandLine(each)}\n`,
      );
    }
    return 0;
  }),
  busybox: toolProgram(function* (tool) {
    yield* tool.out('PID   USER     TIME  COMMAND\n');
    for (const each of tool.machine.processes.list())
      yield* tool.out(
        `${String(each.pid).padStart(5)} ${userName(tool, each).slice(0, 8).padEnd(8)}  0:00 ${commandLine(each)}\n`,
      );
    return 0;
  }),
});
