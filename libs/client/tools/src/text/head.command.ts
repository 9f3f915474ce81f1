import type { Coroutine } from '@seatrial/kernel';
import { defineCommand } from '../command.js';
import { errorText, toolProgram, type Tool } from '../tool/tool.js';

/** A count with its multiplier (`10`, `2k`); undefined when it is none. */
export function parseCount(text: string): number | undefined {
  const found = /^[-+]?(\d+)([bkKMG]?)B?$/.exec(text);
  if (!found) return undefined;
  const units: Readonly<Record<string, number>> = { '': 1, b: 512, k: 1024, K: 1024, M: 1024 ** 2, G: 1024 ** 3 };
  return Number(found[1]) * units[found[2]];
}

/** Old-style counts in front: `-5` for `-n 5`, `-5c` for `-c 5`, `-5qv` with further options. */
export function modernCounts(args: readonly string[]): string[] {
  const found = /^-(\d+)([bkm]?)([clqv]*)$/.exec(args[0] ?? '');
  if (!found) return [...args];
  const [, digits, unit, letters] = found;
  const bytes = unit !== '' || letters.includes('c');
  const others = letters.replace(/[cl]/g, '');
  const count = digits + (unit === 'm' ? 'M' : unit);
  return [bytes ? '-c' : '-n', count, ...(others === '' ? [] : [`-${others}`]), ...args.slice(1)];
}

/** The first lines or bytes. Standard input is read no further than needed, so that the writer stops early. */
function* headOf(tool: Tool, operand: string, unit: 'n' | 'c', text: string, title: string): Coroutine<boolean> {
  const count = parseCount(text) ?? 0;
  const device = tool.device(operand);
  if (operand !== '-' && !device) {
    const content = yield* tool.read(operand);
    if (!content.ok) {
      const problem = errorText(content.error);
      yield* tool.complain(
        content.error === 'EISDIR'
          ? `error reading '${operand}': ${problem}`
          : `cannot open '${operand}' for reading: ${problem}`,
      );
      return false;
    }
    yield* tool.out(title + firstPart(content.value, unit, count, text.startsWith('-')));
    return true;
  }
  yield* tool.out(title);
  if (text.startsWith('-')) {
    const content = yield* tool.read(operand);
    if (content.ok) yield* tool.out(firstPart(content.value, unit, count, true));
    return true;
  }
  const { stdin } = tool.process;
  let left = count;
  while (left > 0) {
    const piece = device ? yield* tool.readDevice(device) : yield* stdin.read();
    if (piece === undefined || piece === '') break;
    const part = firstPart(piece, unit, left, false);
    left -= unit === 'c' ? part.length : part.split('\n').length - 1;
    if (part.length < piece.length && !device) stdin.unread(piece.slice(part.length));
    yield* tool.out(part);
  }
  return true;
}

function firstPart(text: string, unit: 'n' | 'c', count: number, allBut: boolean): string {
  if (unit === 'c') return allBut ? text.slice(0, Math.max(0, text.length - count)) : text.slice(0, count);
  const lines = text.split(/(?<=\n)/);
  return (allBut ? lines.slice(0, Math.max(0, lines.length - count)) : lines.slice(0, count)).join('');
}

export const head = defineCommand({
  name: 'head',
  program: toolProgram(function* (tool) {
    const { flags, order, operands } = yield* tool.options(
      '-n --lines=, -c --bytes=, -q --quiet --silent, -v --verbose',
      { args: modernCounts(tool.args) },
    );
    const last = order.findLast((option) => option.name === 'n' || option.name === 'c');
    const unit = last?.name === 'c' ? 'c' : 'n';
    const text = last?.value ?? '10';
    if (parseCount(text) === undefined)
      return yield* tool.die(`invalid number of ${unit === 'n' ? 'lines' : 'bytes'}: ${tool.quote(text)}`);
    const files = operands.length > 0 ? operands : ['-'];
    const titled = (files.length > 1 || flags.has('v')) && !flags.has('q');
    let status = 0;
    let shown = 0;
    for (const operand of files) {
      const title = `${shown > 0 ? '\n' : ''}==> ${operand === '-' ? 'standard input' : operand} <==\n`;
      if (yield* headOf(tool, operand, unit, text, titled ? title : '')) shown++;
      else status = 1;
    }
    return status;
  }),
});
