import { sleep, type Coroutine } from '@seatrial/kernel';
import { defineCommand } from '../command.js';
import { errorText, toolProgram, type Tool } from '../tool/tool.js';
import { modernCounts, parseCount } from './head.command.js';

const FOLLOW_INTERVAL_MS = 1000;

function lastPart(text: string, unit: 'n' | 'c', count: number, fromStart: boolean): string {
  if (unit === 'c')
    return fromStart ? text.slice(Math.max(0, count - 1)) : text.slice(Math.max(0, text.length - count));
  const lines = text.split(/(?<=\n)/);
  if (lines.at(-1) === '') lines.pop();
  return (fromStart ? lines.slice(Math.max(0, count - 1)) : lines.slice(Math.max(0, lines.length - count))).join('');
}

/** `-f`: prints what is added to the files, looking once a second, until it is ended. */
function* follow(tool: Tool, operands: readonly string[], lengths: Map<string, number>): Coroutine<void> {
  for (;;) {
    yield* sleep(FOLLOW_INTERVAL_MS);
    for (const operand of operands) {
      const text = tool.readFile(operand);
      if (!text.ok) continue;
      const before = Math.min(lengths.get(operand) ?? 0, text.value.length);
      lengths.set(operand, text.value.length);
      if (text.value.length > before) yield* tool.out(text.value.slice(before));
    }
  }
}

export const tail = defineCommand({
  name: 'tail',
  program: toolProgram(function* (tool) {
    const old = /^-\d/.test(tool.args[0] ?? '') ? tool.args[0] : undefined;
    // The old form takes one file at most.
    if (old !== undefined && tool.args.length > 2)
      return yield* tool.die(`option used in invalid context -- ${old[1]}`);
    const { flags, order, operands } = yield* tool.options(
      '-n --lines=, -c --bytes=, -f --follow=?, -F, -q --quiet --silent, -v --verbose, --pid=, -s --sleep-interval=, --retry',
      { args: modernCounts(tool.args) },
    );
    const last = order.findLast((option) => option.name === 'n' || option.name === 'c');
    const unit = last?.name === 'c' ? 'c' : 'n';
    const text = last?.value ?? '10';
    const count = parseCount(text);
    if (count === undefined)
      return yield* tool.die(`invalid number of ${unit === 'n' ? 'lines' : 'bytes'}: ${tool.quote(text)}`);
    const files = operands.length > 0 ? operands : ['-'];
    const titled = (files.length > 1 || flags.has('v')) && !flags.has('q');
    const lengths = new Map<string, number>();
    let status = 0;
    for (const operand of files) {
      const content = yield* tool.read(operand);
      if (!content.ok) {
        status = 1;
        yield* tool.complain(
          content.error === 'EISDIR'
            ? `error reading '${operand}': ${errorText(content.error)}`
            : `cannot open '${operand}' for reading: ${errorText(content.error)}`,
        );
        continue;
      }
      if (titled)
        yield* tool.out(`${lengths.size > 0 ? '\n' : ''}==> ${operand === '-' ? 'standard input' : operand} <==\n`);
      lengths.set(operand, content.value.length);
      yield* tool.out(lastPart(content.value, unit, count, text.startsWith('+')));
    }
    if (tool.isBusybox && lengths.size === 0 && status !== 0) yield* tool.complain('no files');
    const followed = files.filter((operand) => operand !== '-' && (lengths.has(operand) || flags.has('F')));
    if ((flags.has('f') || flags.has('F')) && followed.length > 0) yield* follow(tool, followed, lengths);
    return status;
  }),
});
