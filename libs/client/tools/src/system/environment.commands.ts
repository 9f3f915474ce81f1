import { defineCommand } from '../command.js';
import { toolProgram } from '../tool/tool.js';
import { runToEnd } from './run-to-end.js';

export const env = defineCommand({
  name: 'env',
  program: toolProgram(function* (tool) {
    const { flags, values, operands } = yield* tool.options(
      '-i --ignore-environment, -u --unset=, -0 --null, -C --chdir=, -S --split-string=, -v --debug',
      { stopAtOperand: true, status: 125 },
    );
    const environment = new Map(flags.has('i') || operands[0] === '-' ? [] : tool.process.env);
    for (const name of values.get('u') ?? []) environment.delete(name);
    const words = [...(values.get('S')?.flatMap((text) => text.split(/\s+/)) ?? []), ...operands];
    if (words[0] === '-') words.shift();
    while (words.length > 0 && words[0].includes('=')) {
      const word = words.shift() ?? '';
      environment.set(word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1));
    }
    if (words.length > 0) {
      const cwd = values.get('C')?.at(-1);
      return yield* runToEnd(tool, words, { env: environment, ...(cwd === undefined ? {} : { cwd: tool.path(cwd) }) });
    }
    for (const [name, value] of environment) yield* tool.out(`${name}=${value}${flags.has('0') ? '\0' : '\n'}`);
    return 0;
  }),
});

export const printenv = defineCommand({
  name: 'printenv',
  program: toolProgram(function* (tool) {
    const { operands } = yield* tool.options('-0 --null', { status: 2 });
    const environment = tool.process.env;
    if (operands.length === 0) {
      for (const [name, value] of environment) yield* tool.out(`${name}=${value}\n`);
      return 0;
    }
    let status = 0;
    for (const name of operands) {
      const value = environment.get(name);
      if (value === undefined) status = 1;
      else yield* tool.out(`${value}\n`);
    }
    return status;
  }),
});
