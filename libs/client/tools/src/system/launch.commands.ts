import { waitFor } from '@seatrial/kernel';
import { defineCommand } from '../command.js';
import { toolProgram } from '../tool/tool.js';
import { runToEnd, start } from './run-to-end.js';

export const nohup = defineCommand({
  name: 'nohup',
  program: toolProgram(function* (tool) {
    if (tool.args.length === 0) {
      yield* tool.err("nohup: missing operand\nTry 'nohup --help' for more information.\n");
      return 125;
    }
    const child = yield* start(tool, tool.args);
    if (typeof child === 'number') return child;
    child.setSignalHandler('HUP', 'ignore');
    yield* waitFor([child.exited]);
    return child.exitStatus?.code ?? 0;
  }),
});

/** In a session of its own: Ctrl-C and the end of the terminal do not reach it. */
export const setsid = defineCommand({
  name: 'setsid',
  program: toolProgram(function* (tool) {
    const { flags, operands } = yield* tool.options('-c --ctty, -f --fork, -w --wait', { stopAtOperand: true });
    if (operands.length === 0) {
      yield* tool.err("setsid: no command specified\nTry 'setsid --help' for more information.\n");
      return 1;
    }
    const child = yield* start(tool, operands);
    if (typeof child === 'number') return child;
    child.group = child.pid;
    if (flags.has('f') && !flags.has('w')) return 0;
    yield* waitFor([child.exited]);
    return child.exitStatus?.code ?? 0;
  }),
});

export const nice = defineCommand({
  name: 'nice',
  program: toolProgram(function* (tool) {
    const { operands } = yield* tool.options('-n --adjustment=', { stopAtOperand: true, status: 125 });
    if (operands.length > 0) return yield* runToEnd(tool, operands);
    yield* tool.out('0\n');
    return 0;
  }),
});
