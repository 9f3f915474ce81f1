import { defineCommand } from '../command.js';
import { errorText, toolProgram } from '../tool/tool.js';

export const tee = defineCommand({
  name: 'tee',
  program: toolProgram(function* (tool) {
    const { flags, operands } = yield* tool.options('-a --append, -i, -p');
    let status = 0;
    const open: string[] = [];
    for (const operand of operands) {
      const made = tool.machine.files.writeFile(tool.path(operand), '', { append: flags.has('a') });
      if (made.ok) open.push(operand);
      else {
        status = 1;
        yield* tool.complain(`${operand}: ${errorText(made.error)}`);
      }
    }
    const { stdin } = tool.process;
    for (let piece = yield* stdin.read(); piece !== undefined; piece = yield* stdin.read()) {
      for (const operand of open) tool.machine.files.writeFile(tool.path(operand), piece, { append: true });
      yield* tool.out(piece);
    }
    return status;
  }),
});
