import { formatPrintf } from '@seatrial/shell';
import { defineCommand } from '../command.js';
import { toolProgram } from '../tool/tool.js';

const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;
const CHUNK = 4096;

export const seq = defineCommand({
  name: 'seq',
  program: toolProgram(function* (tool) {
    // Negative numbers look like options.
    const split = tool.args.findIndex((arg) => NUMBER.test(arg));
    const optionArgs = split < 0 ? tool.args : tool.args.slice(0, split);
    const { flags, values, operands } = yield* tool.options('-w --equal-width, -s --separator=, -f --format=', {
      args: optionArgs,
    });
    const numbers = [...operands, ...(split < 0 ? [] : tool.args.slice(split))];
    if (numbers.length === 0) {
      return yield* tool.wrongCall('missing operand');
    }
    const wrong = numbers.find((text) => !NUMBER.test(text));
    if (wrong !== undefined) {
      return yield* tool.wrongCall(`invalid floating point argument: ${tool.quote(wrong)}`);
    }
    if (numbers.length > 3) {
      return yield* tool.wrongCall(`extra operand ${tool.quote(numbers[3])}`);
    }
    const format = values.get('f')?.at(-1);
    if (format !== undefined && !/^(?:[^%]|%%)*%[-+ #0']*\d*(?:\.\d*)?L?[efgaEFGA](?:[^%]|%%)*$/.test(format))
      return yield* tool.die(
        `format ${tool.quote(format)} has ${/%(?!%)/.test(format) ? 'unknown' : 'no'} % directive`,
      );
    const first = numbers.length > 1 ? Number(numbers[0]) : 1;
    const step = numbers.length > 2 ? Number(numbers[1]) : 1;
    const last = Number(numbers.at(-1));
    if (step === 0) {
      yield* tool.err(
        `seq: invalid Zero increment value: ${tool.quote(numbers[1])}\nTry 'seq --help' for more information.\n`,
      );
      return 1;
    }
    const decimals = Math.max(...numbers.slice(0, 2).map((text) => text.split('.')[1]?.length ?? 0));
    const separator = values.get('s')?.at(-1) ?? '\n';
    const count = Math.floor((last - first) / step + 1e-9) + 1;
    const width = flags.has('w') ? Math.max(first.toFixed(decimals).length, last.toFixed(decimals).length) : 0;
    let text = '';
    for (let i = 0; i < count; i++) {
      const number = first + i * step;
      const value = number.toFixed(decimals);
      const padded =
        format !== undefined
          ? formatPrintf(format, [value], { now: 0 }).text
          : value.startsWith('-')
            ? `-${value.slice(1).padStart(width - 1, '0')}`
            : value.padStart(width, '0');
      text += padded + (i < count - 1 ? separator : '\n');
      if (text.length < CHUNK) continue;
      tool.charge(CHUNK);
      yield* tool.out(text);
      text = '';
    }
    yield* tool.out(text);
    return 0;
  }),
});
