import { defineCommand } from '../command.js';
import { errorText, splitLines, toolProgram, type Tool } from '../tool/tool.js';
import type { Coroutine } from '@seatrial/kernel';

type Range = readonly [from: number, to: number];

/** `1,3-5,7-`; undefined when it is no list. */
function parseList(text: string): Range[] | undefined {
  const ranges: Range[] = [];
  for (const part of text.split(/[, ]/)) {
    const found = /^(\d*)(-?)(\d*)$/.exec(part);
    if (!found || (found[1] === '' && found[3] === '')) return undefined;
    const from = found[1] === '' ? 1 : Number(found[1]);
    const to = found[2] === '' ? from : found[3] === '' ? Number.MAX_SAFE_INTEGER : Number(found[3]);
    if (from === 0 || to < from) return undefined;
    ranges.push([from, to]);
  }
  return ranges;
}

function chosen(ranges: readonly Range[], position: number, complement: boolean): boolean {
  return ranges.some(([from, to]) => position >= from && position <= to) !== complement;
}

function* runCut(tool: Tool): Coroutine<number> {
  const { flags, values, operands } = yield* tool.options(
    '-b --bytes=, -c --characters=, -f --fields=, -d --delimiter=, -s --only-delimited, -n, --complement, --output-delimiter=, -z',
  );
  const mode = ['f', 'c', 'b'].find((name) => values.has(name));
  if (mode === undefined) return yield* usage(tool, 'you must specify a list of bytes, characters, or fields');
  const text = values.get(mode)?.at(-1) ?? '';
  const ranges = parseList(text);
  const what = mode === 'f' ? 'field' : 'byte/character';
  if (!ranges) {
    const zero = /(^|[,-])0/.test(text);
    const found = /(\d+)-(\d+)/.exec(text);
    const decreasing = found && Number(found[1]) > Number(found[2]);
    if (zero) return yield* usage(tool, `${mode === 'f' ? 'fields' : `${what} positions`} are numbered from 1`);
    if (decreasing) return yield* usage(tool, 'invalid decreasing range');
    if (mode !== 'f') return yield* usage(tool, 'invalid byte or character range');
    return yield* usage(tool, `invalid field value ${tool.quote(text)}`);
  }
  const delimiter = values.get('d')?.at(-1) ?? '\t';
  if ([...delimiter].length !== 1) return yield* usage(tool, 'the delimiter must be a single character');
  const joiner = values.get('output-delimiter')?.at(-1) ?? (mode === 'f' ? delimiter : '');
  const complement = flags.has('complement');
  let status = 0;
  for (const operand of operands.length > 0 ? operands : ['-']) {
    const content = yield* tool.read(operand);
    if (!content.ok) {
      status = 1;
      yield* tool.complain(`${operand}: ${errorText(content.error)}`);
      continue;
    }
    let result = '';
    for (const line of splitLines(content.value)) {
      if (mode === 'f' && !line.includes(delimiter)) {
        if (!flags.has('s')) result += `${line}\n`;
        continue;
      }
      const pieces = mode === 'f' ? line.split(delimiter) : [...line];
      result += `${pieces.filter((_, index) => chosen(ranges, index + 1, complement)).join(joiner)}\n`;
    }
    yield* tool.out(result);
  }
  return status;
}

function* usage(tool: Tool, text: string): Coroutine<number> {
  if (!tool.isBusybox) return yield* tool.wrongCall(text);
  yield* tool.complain(text.replace('you must specify', 'expected'));
  return 1;
}

export const cut = defineCommand({ name: 'cut', program: toolProgram(runCut) });
