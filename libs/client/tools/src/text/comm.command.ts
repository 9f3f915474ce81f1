import { compareStrings } from '@seatrial/kernel';
import { defineCommand } from '../command.js';
import { errorText, splitLines, toolProgram } from '../tool/tool.js';
import { orderCheck } from './sorted-input.js';

/** `comm`: lines of the one, of the other and of both of two sorted files. */
export const comm = defineCommand({
  name: 'comm',
  program: toolProgram(function* (tool) {
    const { flags, values, operands } = yield* tool.options(
      '-1, -2, -3, --check-order, --nocheck-order, --output-delimiter=, --total, -z',
    );
    if (operands.length < 2)
      return yield* tool.die(operands.length === 0 ? 'missing operand' : `missing operand after '${operands[0]}'`);
    const sides: string[][] = [];
    for (const operand of operands.slice(0, 2)) {
      const content = yield* tool.read(operand);
      if (!content.ok) return yield* tool.die(`${operand}: ${errorText(content.error)}`);
      sides.push(splitLines(content.value));
    }
    const [left, right] = sides;
    const order = orderCheck(flags);
    const delimiter = values.get('output-delimiter')?.at(-1) ?? '\t';
    const second = flags.has('1') ? '' : delimiter;
    const third = second + (flags.has('2') ? '' : delimiter);
    const totals = [0, 0, 0];
    let result = '';
    const complaints: string[] = [];
    const next = (file: number, lines: readonly string[], index: number): number => {
      if (index + 1 < lines.length && order.outOfOrder(file, lines[index], lines[index + 1]))
        complaints.push(`file ${String(file)} is not in sorted order`);
      return index + 1;
    };
    for (let i = 0, j = 0; i < left.length || j < right.length;) {
      const sign = i >= left.length ? 1 : j >= right.length ? -1 : compareStrings(left[i], right[j]);
      if (sign !== 0) order.sawUnpaired();
      if (sign < 0) result += flags.has('1') ? '' : `${left[i]}\n`;
      else if (sign > 0) result += flags.has('2') ? '' : `${second}${right[j]}\n`;
      else result += flags.has('3') ? '' : `${third}${left[i]}\n`;
      totals[sign < 0 ? 0 : sign > 0 ? 1 : 2]++;
      if (sign <= 0) i = next(1, left, i);
      if (sign >= 0) j = next(2, right, j);
    }
    if (flags.has('total')) result += `${[...totals, 'total'].join(delimiter)}\n`;
    yield* tool.out(result);
    for (const complaint of complaints) yield* tool.complain(complaint);
    return order.failed ? yield* tool.die('input is not in sorted order') : 0;
  }),
});
