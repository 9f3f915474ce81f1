import type { Coroutine } from '@seatrial/kernel';
import { defineCommand } from '../command.js';
import { errorText, splitLines, toolProgram, type Tool } from '../tool/tool.js';
import { runToEnd } from './run-to-end.js';
import { xargsLimits } from './xargs-limits.js';

/** Words of xargs' input: blanks separate, quotes and backslashes protect. */
function inputWords(text: string): string[] {
  const words: string[] = [];
  for (const found of text.matchAll(/(?:"([^"\n]*)"|'([^'\n]*)'|\\([^]))|([^\s"'\\]+)|(\s+)/g)) {
    const piece = found[1] ?? found[2] ?? found[3] ?? found[4];
    const previous = found.index > 0 ? text[found.index - 1] : ' ';
    if (piece === undefined) continue;
    if (words.length === 0 || /\s/.test(previous)) words.push(piece);
    else words[words.length - 1] += piece;
  }
  return words;
}

/** What xargs hands over: what a delimiter ends, whole lines, or words. */
function itemsOf(text: string, delimiter: string | undefined, byLine: boolean): readonly string[] {
  if (delimiter !== undefined)
    return text.split(delimiter).filter((word, index, all) => word !== '' || index < all.length - 1);
  if (!byLine) return inputWords(text);
  return splitLines(text)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

export const xargs = defineCommand({
  name: 'xargs',
  program: toolProgram(function* (tool) {
    const { flags, values, order, operands } = yield* tool.options(
      '-0 --null, -a --arg-file=, -d --delimiter=, -E=, -e, -I --replace=, -i, -L --max-lines=, -n --max-args=, -P --max-procs=, -p, -r --no-run-if-empty, -s=, -t --verbose, -x',
      { stopAtOperand: true },
    );
    const file = values.get('a')?.at(-1);
    const text = yield* tool.read(file);
    if (!text.ok) return yield* tool.die(`Cannot open input file ${tool.quote(file ?? '')}: ${errorText(text.error)}`);
    const size = values.get('n')?.at(-1);
    if (size !== undefined && !/^\d+$/.test(size))
      return yield* xargsUsage(tool, `invalid number "${size}" for -n option`);
    if (size === '0') return yield* xargsUsage(tool, 'value 0 for -n option should be >= 1');
    const { words: most, lines, replace, warnings } = xargsLimits(order);
    if (!tool.isBusybox) for (const warning of warnings) yield* tool.complain(warning);
    const delimiter = flags.has('0')
      ? '\0'
      : values.get('d')?.at(-1)?.replace('\\n', '\n').replace('\\t', '\t').replace('\\0', '\0');
    const words = itemsOf(text.value, delimiter, replace !== undefined || lines !== undefined);
    const quote = delimiter === undefined ? unmatchedQuote(text.value) : undefined;
    if (quote !== undefined)
      return yield* tool.die(
        `unmatched ${quote} quote; by default quotes are special to xargs unless you use the -0 option`,
      );
    const command = operands.length > 0 ? operands : ['echo'];
    const count = replace === undefined ? Number(most ?? lines ?? words.length) : 1;
    if (words.length === 0) {
      if (flags.has('r') || replace !== undefined) return 0;
      return yield* xargsStatus(tool, command[0], yield* runToEnd(tool, command));
    }
    let worst = 0;
    for (let at = 0; at < words.length; at += Math.max(1, count)) {
      const batch = words.slice(at, at + Math.max(1, count));
      const split = lines !== undefined ? batch.flatMap(inputWords) : batch;
      const argv =
        replace === undefined ? [...command, ...split] : command.map((word) => word.replaceAll(replace, batch[0]));
      if (flags.has('t')) yield* tool.err(`${argv.join(' ')}\n`);
      const status = yield* xargsStatus(tool, argv[0], yield* runToEnd(tool, argv));
      if (status === 124 || status > 125) return status;
      worst = Math.max(worst, status);
    }
    return worst;
  }),
});

function* xargsUsage(tool: Tool, text: string): Coroutine<number> {
  yield* tool.err(`xargs: ${text}\nTry 'xargs --help' for more information.\n`);
  return 1;
}

/** The kind of quote that a line opens and does not close. */
function unmatchedQuote(text: string): 'single' | 'double' | undefined {
  const left = text.replace(/\\[^]|"[^"\n]*"|'[^'\n]*'/g, '');
  const found = /["']/.exec(left);
  return found ? (found[0] === '"' ? 'double' : 'single') : undefined;
}

function* xargsStatus(tool: Tool, name: string, status: number): Coroutine<number> {
  if (status === 0 || status === 126 || status === 127) return status;
  if (status !== 255) return 123;
  yield* tool.complain(`${name}: exited with status 255; aborting`);
  return 124;
}
