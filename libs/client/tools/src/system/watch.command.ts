import { sleep } from '@seatrial/kernel';
import { formatDate } from '@seatrial/shell';
import { defineCommand } from '../command.js';
import { toolProgram } from '../tool/tool.js';
import { runToEnd } from './run-to-end.js';

export const watch = defineCommand({
  name: 'watch',
  program: toolProgram(function* (tool) {
    const { values, operands } = yield* tool.options(
      '-n --interval=, -d --differences=?, -t --no-title, -e, -g, -x, -c --color, -b, -p, -w',
      { stopAtOperand: true },
    );
    if (operands.length === 0) {
      yield* tool.err('\nUsage:\n watch [options] command\n');
      return 1;
    }
    const seconds = Math.max(0.1, Number(values.get('n')?.at(-1) ?? 2));
    for (;;) {
      const header = `Every ${seconds.toFixed(1)}s: ${operands.join(' ')}`;
      const when = `${tool.machine.hostname}: ${formatDate('%a %b %e %H:%M:%S %Y', tool.machine.simulation.now())}`;
      const space = ' '.repeat(Math.max(1, 80 - header.length - when.length));
      yield* tool.out(`\u001b[H\u001b[J${header}${space}${when}\n\n`);
      yield* runToEnd(tool, ['/bin/sh', '-c', operands.join(' ')]);
      yield* sleep(seconds * 1000);
    }
  }),
});
