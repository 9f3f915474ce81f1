import { defineCommand } from '../command.js';
import { toolProgram } from '../tool/tool.js';

/** vi without a terminal: it says so, edits nothing and ends at the end of its input. */
function vi(name: string) {
  return defineCommand({
    name,
    userlands: ['gnu'],
    program: toolProgram(function* (tool) {
      yield* tool.err('Vim: Warning: Output is not to a terminal\nVim: Warning: Input is not from a terminal\n');
      yield* tool.readStdin();
      yield* tool.err('Vim: Error reading input, exiting...\nVim: Finished.\n');
      return 1;
    }),
  });
}

export const viCommand = vi('vi');
export const vim = vi('vim');

export const nano = defineCommand({
  name: 'nano',
  userlands: ['gnu'],
  program: toolProgram(function* (tool) {
    yield* tool.err('Standard input is not a terminal\n');
    return 1;
  }),
});
