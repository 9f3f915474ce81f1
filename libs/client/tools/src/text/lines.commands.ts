import type { Coroutine } from '@seatrial/kernel';
import type { CommandDefinition } from '../command.js';
import { defineCommand } from '../command.js';
import { errorText, splitLines, toolProgram, type Tool } from '../tool/tool.js';

/** Reads all operands (or standard input) in order; the tool's status 1 when one cannot be read. */
function* eachText(
  tool: Tool,
  operands: readonly string[],
  use: (text: string) => Coroutine<void>,
  problem = (operand: string): string => operand,
): Coroutine<number> {
  let status = 0;
  for (const operand of operands.length > 0 ? operands : ['-']) {
    const text = yield* tool.read(operand);
    if (text.ok) yield* use(text.value);
    else {
      status = 1;
      yield* tool.complain(`${problem(operand)}: ${errorText(text.error)}`);
    }
  }
  return status;
}

/** A filter that changes the text of each input. */
function filter(
  name: string,
  options: string,
  change: (text: string, flags: ReadonlyMap<string, number>, value: (flag: string) => string | undefined) => string,
  problem?: (operand: string) => string,
): CommandDefinition {
  return defineCommand({
    name,
    program: toolProgram(function* (tool) {
      const { flags, values, operands } = yield* tool.options(options);
      return yield* eachText(
        tool,
        operands,
        function* (text) {
          tool.charge(1 + (text.length >> 4));
          yield* tool.out(change(text, flags, (flag) => values.get(flag)?.at(-1)));
        },
        problem,
      );
    }),
  });
}

function mapLines(text: string, change: (line: string, index: number) => string): string {
  return splitLines(text)
    .map((line, index) => `${change(line, index)}\n`)
    .join('');
}

export const tac = filter(
  'tac',
  '-b, -r, -s=',
  (text) =>
    splitLines(text)
      .reverse()
      .map((line) => `${line}\n`)
      .join(''),
  (operand) => `failed to open '${operand}' for reading`,
);

export const rev = filter('rev', '-0', (text) => mapLines(text, (line) => [...line].reverse().join('')));

export const nl = filter(
  'nl',
  '-b --body-numbering=, -w --number-width=, -s --number-separator=, -v --starting-line-number=, -n --number-format=, -i=',
  (text, _flags, value) => {
    let number = Number(value('v') ?? 1);
    const width = Number(value('w') ?? 6);
    return mapLines(text, (line) => {
      if (line === '' && value('b') !== 'a') return ' '.repeat(width + 1);
      return `${String(number++).padStart(width)}${value('s') ?? '\t'}${line}`;
    });
  },
);

export const expand = filter('expand', '-t --tabs=, -i', (text, _flags, value) => {
  const size = Number(value('t') ?? 8);
  return mapLines(text, (line) => {
    let result = '';
    for (const char of line) result += char === '\t' ? ' '.repeat(size - (result.length % size)) : char;
    return result;
  });
});

/** Blanks that reach a tab stop become a tab: those at the start, with `-a` all of two or more. */
function unexpandLine(line: string, size: number, all: boolean): string {
  let result = '';
  let column = 0;
  let blanks = '';
  for (const char of line) {
    if (char === ' ' && (all || result.trim() === '')) {
      blanks += ' ';
      column++;
      if (column % size === 0) {
        result += blanks.length > 1 || result === '' || result.endsWith('\t') ? '\t' : blanks;
        blanks = '';
      }
      continue;
    }
    if (char === '\t') {
      column += size - (column % size);
      result += '\t';
      blanks = '';
      continue;
    }
    result += blanks + char;
    blanks = '';
    column++;
  }
  return result + blanks;
}

export const unexpand = filter('unexpand', '-a --all, --first-only, -t --tabs=', (text, flags, value) =>
  mapLines(text, (line) => unexpandLine(line, Number(value('t') ?? 8), flags.has('a') || flags.has('t'))),
);

export const fold = filter('fold', '-w --width=, -s --spaces, -b', (text, flags, value) => {
  const width = Number(value('w') ?? 80);
  return mapLines(text, (line) => {
    const rows: string[] = [];
    let rest = line;
    while (rest.length > width) {
      const space = flags.has('s') ? rest.slice(0, width).lastIndexOf(' ') : -1;
      const cut = space > 0 ? space + 1 : width;
      rows.push(rest.slice(0, cut));
      rest = rest.slice(cut);
    }
    return [...rows, rest].join('\n');
  });
});

export const strings = filter('strings', '-n --bytes=, -a, -t=', (text, _flags, value) => {
  const minimum = Number(value('n') ?? 4);
  return (text.match(/[\t\x20-\x7e]+/g) ?? [])
    .filter((run) => run.length >= minimum)
    .map((run) => `${run}\n`)
    .join('');
});

/** Nothing to page to: like cat. */
export const less = filter('less', '-R, -S, -F, -X, -N, -n, -i, -E, -e, -r, -M', (text) => text);
export const more = filter('more', '-d, -f, -l, -p, -c, -s, -u', (text) => text);

/** util-linux' tables as JSON. */
function jsonTable(title: string, names: readonly string[], table: readonly (readonly string[])[]): string {
  const rows = table.map((row) => {
    const members = names.map(
      (name, index) =>
        `         ${JSON.stringify(name.toLowerCase())}: ${index < row.length ? JSON.stringify(row[index]) : 'null'}`,
    );
    return `{\n${members.join(',\n')}\n      }`;
  });
  return `{\n   ${JSON.stringify(title)}: [\n      ${rows.join(',')}\n   ]\n}\n`;
}

export const column = defineCommand({
  name: 'column',
  userlands: ['gnu'],
  program: toolProgram(function* (tool) {
    const { flags, values, operands } = yield* tool.options(
      '-J --json, -t --table, -s --separator=, -o --output-separator=, -c --output-width=, -n --table-name=, -x --fillrows, -N --table-columns=, -e, -R --table-right=, -H --table-hide=, -d --table-noheadings, -L --table-empty-lines, -l --table-columns-limit=, -W --table-wrap=, -T --table-truncate=, -E --table-noextreme=, -O --table-order=',
    );
    let text = '';
    const status = yield* eachText(tool, operands, function* (piece) {
      text += piece;
    });
    const lines = splitLines(text).filter((line) => line.trim() !== '');
    if (!flags.has('t') && !flags.has('J')) {
      const width = Math.max(0, ...lines.map((line) => line.length));
      const columnWidth = Math.ceil((width + 1) / 8) * 8;
      const count = Math.max(1, Math.floor(Number(values.get('c')?.at(-1) ?? 80) / columnWidth));
      const rows = Math.ceil(lines.length / count);
      for (let row = 0; row < rows; row++) {
        const cells = lines.filter((_, index) => index % rows === row);
        yield* tool.out(
          `${cells.map((cell, index) => (index === cells.length - 1 ? cell : cell + '\t'.repeat(Math.ceil((columnWidth - cell.length) / 8)))).join('')}\n`,
        );
      }
      return status;
    }
    const separator = values.get('s')?.at(-1);
    const table = lines.map((line) => {
      if (separator === undefined) return line.trim().split(/\s+/);
      return separator.length === 1
        ? line.split(separator)
        : line.split(new RegExp(`[${separator.replace(/[\\\]^-]/g, '\\$&')}]`));
    });
    const names = values.get('N')?.at(-1)?.split(',');
    if (flags.has('J')) {
      if (!names) return yield* tool.die('option --table-columns required for --json');
      yield* tool.out(jsonTable(values.get('n')?.at(-1) ?? 'table', names, table));
      return status;
    }
    if (names && !flags.has('d')) table.unshift(names);
    const right = new Set(
      (values.get('R')?.at(-1) ?? '')
        .split(',')
        .map((column) => (names ? names.indexOf(column) : -1) + 1 || Number(column)),
    );
    const widths: number[] = [];
    for (const row of table)
      for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, cell.length);
    // Shorter rows have empty cells at their end.
    for (const row of table) while (row.length < widths.length) row.push('');
    const joiner = values.get('o')?.at(-1) ?? '  ';
    yield* tool.out(
      table
        .map(
          (row) =>
            `${row.map((cell, index) => (right.has(index + 1) ? cell.padStart(widths[index]) : index === row.length - 1 ? cell : cell.padEnd(widths[index]))).join(joiner)}\n`,
        )
        .join(''),
    );
    return status;
  }),
});

export const paste = defineCommand({
  name: 'paste',
  program: toolProgram(function* (tool) {
    const { flags, values, operands } = yield* tool.options('-d --delimiters=, -s --serial, -z');
    const delimiters = [
      ...(values.get('d')?.at(-1) ?? '\t').replace(/\\n/g, '\n').replace(/\\t/g, '\t').replace(/\\0/g, ''),
    ];
    const sides: string[][] = [];
    let stdin: string[] | undefined;
    const files = operands.length > 0 ? operands : ['-'];
    for (const operand of files) {
      const text = yield* tool.read(operand);
      if (!text.ok) return yield* tool.die(`${operand}: ${errorText(text.error)}`);
      const lines = splitLines(text.value);
      if (operand === '-') stdin ??= lines;
      sides.push(lines);
    }
    const between = (index: number): string => delimiters[index % Math.max(1, delimiters.length)] ?? '';
    const join = (cells: readonly string[]): string =>
      cells.map((cell, index) => cell + (index < cells.length - 1 ? between(index) : '')).join('');
    if (flags.has('s')) {
      for (const lines of sides) yield* tool.out(`${join(lines)}\n`);
      return 0;
    }
    // Several `-` take turns in reading the lines.
    const dashes = files.filter((file) => file === '-').length;
    let turn = 0;
    const columns = files.map((file, index) => {
      if (file !== '-' || dashes < 2) return sides[index];
      const mine = turn++;
      return (stdin ?? []).filter((_, at) => at % dashes === mine);
    });
    const rows = Math.max(0, ...columns.map((column) => column.length));
    for (let row = 0; row < rows; row++) yield* tool.out(`${join(columns.map((lines) => lines[row] ?? ''))}\n`);
    return 0;
  }),
});

export const shuf = defineCommand({
  name: 'shuf',
  program: toolProgram(function* (tool) {
    const { flags, values, operands } = yield* tool.options(
      '-n --head-count=, -e --echo, -i --input-range=, -r --repeat, -z, -o=',
    );
    const random = tool.machine.simulation.random.split(`shuf/${tool.machine.hostname}/${String(tool.process.pid)}`);
    const range = values.get('i')?.at(-1)?.split('-').map(Number);
    let lines: string[];
    const size = range ? Math.max(0, range[1] - range[0] + 1) : 0;
    const wanted = values.get('n')?.at(-1);
    // Few numbers out of many are drawn one by one.
    if (range && wanted !== undefined && Number(wanted) * 4 < size) {
      tool.charge(Number(wanted) * 4);
      const drawn = new Set<number>();
      while (drawn.size < Number(wanted)) drawn.add(range[0] + random.below(size));
      yield* tool.out([...drawn].map((number) => `${String(number)}\n`).join(''));
      return 0;
    }
    tool.charge(size);
    if (range) lines = Array.from({ length: size }, (_, index) => String(range[0] + index));
    else if (flags.has('e')) lines = [...operands];
    else {
      const text = yield* tool.read(operands[0]);
      if (!text.ok) return yield* tool.die(`${operands[0]}: ${errorText(text.error)}`);
      lines = splitLines(text.value);
    }
    for (let i = lines.length - 1; i > 0; i--) {
      const j = random.below(i + 1);
      [lines[i], lines[j]] = [lines[j], lines[i]];
    }
    const count = values.get('n')?.at(-1);
    for (const line of count === undefined ? lines : lines.slice(0, Number(count))) yield* tool.out(`${line}\n`);
    return 0;
  }),
});
