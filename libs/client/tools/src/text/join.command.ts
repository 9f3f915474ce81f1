import { compareStrings, type Coroutine } from '@seatrial/kernel';
import { defineCommand } from '../command.js';
import { orderCheck } from './sorted-input.js';
import { errorText, splitLines, toolProgram, type Tool } from '../tool/tool.js';

interface Row {
  readonly key: string;
  readonly line: string;
  readonly fields: readonly string[];
  /** The fields without the key. */
  readonly rest: readonly string[];
}

function* rowsOf(tool: Tool, path: string, field: number, separator: string | undefined): Coroutine<Row[]> {
  const text = yield* tool.read(path);
  if (!text.ok) return yield* tool.die(`${path}: ${errorText(text.error)}`);
  return splitLines(text.value).map((line) => {
    const fields = separator === undefined ? line.trim().split(/[ \t]+/) : line.split(separator);
    return { key: fields[field - 1] ?? '', line, fields, rest: fields.filter((_, index) => index !== field - 1) };
  });
}

/** `join`: lines of two sorted files that share a field. */
export const join = defineCommand({
  name: 'join',
  userlands: ['gnu'],
  program: toolProgram(function* (tool) {
    const { values, flags, operands } = yield* tool.options(
      '-t=, -1=, -2=, -j=, -a=, -v=, -o=, -e=, -i --ignore-case, --check-order, --nocheck-order, --header',
    );
    if (operands.length === 0) return yield* tool.die('missing operand');
    if (operands.length === 1) return yield* tool.die(`missing operand after ${tool.quote(operands[0])}`);
    if (operands.length > 2) return yield* tool.die(`extra operand ${tool.quote(operands[2])}`);
    const last = (name: string): string | undefined => values.get(name)?.at(-1);
    const separator = last('t');
    const left = yield* rowsOf(tool, operands[0], Number(last('1') ?? last('j') ?? 1), separator);
    const right = yield* rowsOf(tool, operands[1], Number(last('2') ?? last('j') ?? 1), separator);
    const alone = new Set([...(values.get('a') ?? []), ...(values.get('v') ?? [])]);
    const pairs = !values.has('v');
    const fold = (key: string): string => (flags.has('i') ? key.toLowerCase() : key);
    const sides = [left, right] as const;
    const auto = sides.flatMap((rows, file) =>
      (rows.at(0)?.rest ?? []).map((_, index) => `rest.${String(file)}.${String(index)}`),
    );
    const columns = last('o') === 'auto' ? ['0', ...auto] : last('o')?.split(/[ ,]+/);
    const line = (a: Row | undefined, b: Row | undefined): string => {
      const key = a?.key ?? b?.key ?? '';
      const pick = (column: string): string => {
        const [file, field, index] = column.split('.');
        if (file === 'rest') return (field === '0' ? a : b)?.rest[Number(index)] ?? last('e') ?? '';
        const row = file === '1' ? a : b;
        return (column === '0' ? key : row?.fields[Number(field) - 1]) ?? last('e') ?? '';
      };
      const out = columns ? columns.map(pick) : [key, ...(a?.rest ?? []), ...(b?.rest ?? [])];
      return `${out.join(separator ?? ' ')}\n`;
    };
    const sorted = orderCheck(flags);
    /** Goes to the next line of a file (0 or 1), which must not come before this one. */
    const next = function* (file: 0 | 1, index: number): Coroutine<number> {
      const row = sides[file][index + 1] as Row | undefined;
      if (row && sorted.outOfOrder(file, fold(sides[file][index].key), fold(row.key)))
        yield* tool.complain(`${operands[file]}:${String(index + 2)}: is not sorted: ${row.line}`);
      return index + 1;
    };
    let [i, j] = [0, 0];
    while (i < left.length || j < right.length) {
      tool.charge(1);
      const order =
        i >= left.length ? 1 : j >= right.length ? -1 : compareStrings(fold(left[i].key), fold(right[j].key));
      if (order !== 0 && i < left.length && j < right.length) sorted.sawUnpaired();
      if (order < 0) {
        if (alone.has('1')) yield* tool.out(line(left[i], undefined));
        i = yield* next(0, i);
      } else if (order > 0) {
        if (alone.has('2')) yield* tool.out(line(undefined, right[j]));
        j = yield* next(1, j);
      } else {
        const key = fold(left[i].key);
        let end = j;
        while (end < right.length && fold(right[end].key) === key) end = yield* next(1, end);
        for (; i < left.length && fold(left[i].key) === key; i = yield* next(0, i))
          for (let at = j; at < end && pairs; at++) yield* tool.out(line(left[i], right[at]));
        j = end;
      }
    }
    if (sorted.failed) return yield* tool.die('input is not in sorted order');
    return 0;
  }),
});
