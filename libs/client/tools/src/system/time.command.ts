import { defineCommand } from '../command.js';
import { toolProgram } from '../tool/tool.js';
import { runToEnd } from './run-to-end.js';

export const time = defineCommand({
  name: 'time',
  program: toolProgram(function* (tool) {
    const { operands } = yield* tool.options('-p, -v, -f=, -o=', { stopAtOperand: true });
    const began = tool.machine.simulation.now();
    const status = yield* runToEnd(tool, operands);
    const elapsed = (tool.machine.simulation.now() - began) / 1000;
    yield* tool.err(
      `real\t${Math.floor(elapsed / 60)}m ${(elapsed % 60).toFixed(2)}s\nuser\t0m 0.00s\nsys\t0m 0.00s\n`,
    );
    return status;
  }),
});
