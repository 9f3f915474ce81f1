import { defineCommand } from '../command.js';
import { toolProgram } from '../tool/tool.js';
import { runToEnd } from './run-to-end.js';

const BANNER = 'BusyBox v1.35.0 (Debian 1:1.35.0-4+deb12u1+b1) multi-call binary.\n';

/** The multi-call binary: runs the applet that its first argument names. Its presence marks busybox's userland. */
export const busybox = defineCommand({
  name: 'busybox',
  userlands: ['busybox'],
  program: toolProgram(function* (tool) {
    const [applet, ...args] = tool.process.argv.slice(1);
    if (applet === undefined || applet === '--help') {
      yield* tool.out(`${BANNER}\nUsage: busybox [function [arguments]...]\n`);
      return 0;
    }
    if (!tool.machine.programs.has(applet)) {
      yield* tool.err(`${applet}: applet not found\n`);
      return 127;
    }
    return yield* runToEnd(tool, [applet, ...args]);
  }),
});

/** test(1) as an executable: the shell's own builtin does the work. */
export const test = defineCommand({
  name: 'test',
  program: toolProgram((tool) => runToEnd(tool, ['sh', '-c', 'test "$@"', 'sh', ...tool.process.argv.slice(1)])),
});

/** `[`, which is test(1) with a closing bracket. */
export const bracket = defineCommand({
  name: '[',
  program: toolProgram((tool) => runToEnd(tool, ['sh', '-c', '[ "$@"', 'sh', ...tool.process.argv.slice(1)])),
});
