import { defineCommand } from '../command.js';
import { toolProgram } from '../tool/tool.js';

const FAILURE_STATUS = 4;

/** swapoff of util-linux: a node has no swap to turn off. */
export const swapoff = defineCommand({
  name: 'swapoff',
  userlands: ['gnu'],
  paths: ['/usr/sbin/swapoff'],
  program: toolProgram(function* (tool) {
    const { flags, operands } = yield* tool.options('-a --all, -v --verbose, -L=, -U=');
    if (flags.has('a')) return 0;
    if (operands.length === 0) {
      yield* tool.err("swapoff: bad usage\nTry 'swapoff --help' for more information.\n");
      return 1;
    }
    for (const path of operands) {
      const why = tool.process.user === 'root' ? (tool.stat(path).ok ? 'Invalid argument' : 'No such file or directory') : undefined; // prettier-ignore
      yield* tool.err(why === undefined ? 'swapoff: Not superuser.\n' : `swapoff: ${path}: swapoff failed: ${why}\n`);
    }
    return FAILURE_STATUS;
  }),
});

/** swapon of util-linux, as far as it says that there is no swap. */
export const swapon = defineCommand({
  name: 'swapon',
  userlands: ['gnu'],
  paths: ['/usr/sbin/swapon'],
  program: toolProgram(function* (tool) {
    const { operands } = yield* tool.options('-a --all, -s --summary, --show=?, --noheadings, -v --verbose');
    for (const path of operands) {
      const cannot = `cannot open ${path}: ${tool.stat(path).ok ? 'Permission denied' : 'No such file or directory'}`;
      const found = tool.process.user === 'root' && tool.stat(path).ok;
      yield* tool.err(found ? `swapon: ${path}: read swap header failed\n` : `swapon: ${cannot}\n`);
    }
    return operands.length > 0 ? FAILURE_STATUS : 0;
  }),
});
