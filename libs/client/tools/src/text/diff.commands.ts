import { compareStrings, type Coroutine, type FileNode } from '@seatrial/kernel';
import { formatDate } from '@seatrial/shell';
import { defineCommand } from '../command.js';
import { joinPath } from '../files/walk.js';
import { errorText, splitLines, toolProgram, type Tool } from '../tool/tool.js';
import { normalDiff, unifiedHunks } from './line-diff.js';

interface DiffOptions {
  readonly flags: ReadonlyMap<string, number>;
  readonly context: number;
  readonly unified: boolean;
  readonly labels: readonly string[];
  readonly same: ((a: string, b: string) => boolean) | undefined;
}

function comparison(flags: ReadonlyMap<string, number>): DiffOptions['same'] {
  const prepare = (line: string): string => {
    let text = line;
    if (flags.has('w')) text = text.replace(/\s+/g, '');
    else if (flags.has('b')) text = text.replace(/\s+/g, ' ').trimEnd();
    return flags.has('i') ? text.toLowerCase() : text;
  };
  return ['w', 'b', 'i'].some((flag) => flags.has(flag)) ? (a, b) => prepare(a) === prepare(b) : undefined;
}

function header(
  tool: Tool,
  mark: string,
  operand: string,
  node: FileNode | undefined,
  label: string | undefined,
): string {
  const ms = node?.modifiedAt ?? 0;
  const time = operand === '-' ? tool.machine.simulation.now() : ms;
  return `${mark} ${label ?? `${operand}\t${formatDate('%Y-%m-%d %H:%M:%S.%N +0000', time)}`}\n`;
}

function* diffFiles(tool: Tool, options: DiffOptions, left: string, right: string, title?: string): Coroutine<number> {
  const { flags } = options;
  const contents: string[] = [];
  for (const operand of [left, right]) {
    const content = yield* tool.read(operand);
    if (content.ok) contents.push(content.value);
    else if (content.error === 'ENOENT' && flags.has('N')) contents.push('');
    else {
      yield* tool.complain(`${operand}: ${errorText(content.error)}`);
      return 2;
    }
  }
  tool.charge(1 + ((contents[0].length + contents[1].length) >> 3));
  const text = options.unified ? unifiedHunks(contents[0], contents[1], options.context, options.same) : normalDiff(contents[0], contents[1], options.same); // prettier-ignore
  const unended = contents[0] !== contents[1] && contents[0].replace(/\n$/, '') === contents[1].replace(/\n$/, '');
  if (text === '' && !(unended && !options.same)) {
    if (flags.has('s')) yield* tool.out(`Files ${left} and ${right} are identical\n`);
    return 0;
  }
  if (flags.has('q')) {
    yield* tool.out(`Files ${left} and ${right} differ\n`);
    return 1;
  }
  if (title !== undefined) yield* tool.out(`${title}\n`);
  if (options.unified) {
    const stat = (operand: string): FileNode | undefined => {
      const node = tool.stat(operand);
      return node.ok ? node.value : undefined;
    };
    yield* tool.out(header(tool, '---', left, stat(left), options.labels[0]) + header(tool, '+++', right, stat(right), options.labels[1])); // prettier-ignore
  }
  yield* tool.out(text);
  return 1;
}

function names(tool: Tool, folder: string): string[] {
  const listed = tool.machine.files.readDirectory(tool.path(folder));
  return listed.ok ? listed.value : [];
}

function* diffFolders(tool: Tool, options: DiffOptions, left: string, right: string): Coroutine<number> {
  const { flags } = options;
  const leftNames = new Set(names(tool, left));
  const rightNames = new Set(names(tool, right));
  let status = 0;
  for (const name of [...new Set([...leftNames, ...rightNames])].sort(compareStrings)) {
    const [a, b] = [joinPath(left, name), joinPath(right, name)];
    const one = !leftNames.has(name) ? right : !rightNames.has(name) ? left : undefined;
    if (one !== undefined && !flags.has('N')) {
      status = Math.max(status, 1);
      yield* tool.out(`Only in ${one}: ${name}\n`);
      continue;
    }
    const folder = tool.machine.files.isDirectory(tool.path(a)) || tool.machine.files.isDirectory(tool.path(b));
    if (folder) {
      if (flags.has('r')) status = Math.max(status, yield* diffFolders(tool, options, a, b));
      else yield* tool.out(`Common subdirectories: ${a} and ${b}\n`);
      continue;
    }
    const given = tool.args.filter((arg) => arg.startsWith('-')).join(' ');
    status = Math.max(
      status,
      yield* diffFiles(tool, options, a, b, `diff ${given === '' ? '' : `${given} `}${a} ${b}`),
    );
  }
  return status;
}

function* runDiff(tool: Tool): Coroutine<number> {
  const args = tool.args.map((arg) => arg.replace(/^-(\d+)$/, '-U$1'));
  const { flags, values, operands } = yield* tool.options('-u, -U --unified=, -c, -C=, -r --recursive, -N --new-file, -q --brief, -s --report-identical-files, -i --ignore-case, -w --ignore-all-space, -b --ignore-space-change, -B --ignore-blank-lines, -a --text, -y --side-by-side, -p, -L --label=, -x --exclude=, --color=?, -d, -E, -Z, --strip-trailing-cr, --no-dereference, --normal', { status: 2, args }); // prettier-ignore
  const [left, right] = operands;
  if (right === undefined) {
    yield* tool.err(`diff: missing operand${left === undefined ? '' : ` after '${left}'`}\ndiff: Try 'diff --help' for more information.\n`); // prettier-ignore
    return 2;
  }
  const options: DiffOptions = {
    flags,
    context: Number(values.get('U')?.at(-1) ?? 3),
    unified: flags.has('u') || flags.has('U') || flags.has('c'),
    labels: values.get('L') ?? [],
    same: comparison(flags),
  };
  const { files } = tool.machine;
  const folders = [left, right].map((operand) => operand !== '-' && files.isDirectory(tool.path(operand)));
  if (folders[0] && folders[1]) return yield* diffFolders(tool, options, left, right);
  const base = (operand: string): string => operand.slice(operand.lastIndexOf('/') + 1);
  if (folders[0]) return yield* diffFiles(tool, options, joinPath(left, base(right)), right);
  if (folders[1]) return yield* diffFiles(tool, options, left, joinPath(right, base(left)));
  return yield* diffFiles(tool, options, left, right);
}

export const diff = defineCommand({ name: 'diff', program: toolProgram(runDiff) });

export const cmp = defineCommand({
  name: 'cmp',
  program: toolProgram(function* (tool) {
    const { flags, operands } = yield* tool.options('-s --silent --quiet, -l --verbose, -b', { status: 2 });
    const texts: string[] = [];
    for (const operand of operands.slice(0, 2)) {
      const content = yield* tool.read(operand);
      if (!content.ok) return yield* tool.die(`${operand}: ${errorText(content.error)}`, 2);
      texts.push(content.value);
    }
    if (texts.length < 2 || texts[0] === texts[1]) return texts.length < 2 ? 2 : 0;
    const [a, b] = texts;
    const shorter = Math.min(a.length, b.length);
    let at = 0;
    while (at < shorter && a[at] === b[at]) at++;
    if (flags.has('s')) return 1;
    const line = a.slice(0, at).split('\n').length;
    if (at === shorter)
      yield* tool.err(`cmp: EOF on ${a.length < b.length ? operands[0] : operands[1]} after byte ${at}, ${at > 0 && a[at - 1] === '\n' ? 'line' : 'in line'} ${at > 0 && a[at - 1] === '\n' ? line - 1 : line}\n`); // prettier-ignore
    else yield* tool.out(`${operands[0]} ${operands[1]} differ: char ${at + 1}, line ${line}\n`);
    return 1;
  }),
});

export const comm = defineCommand({
  name: 'comm',
  program: toolProgram(function* (tool) {
    const { flags, operands } = yield* tool.options(
      '-1, -2, -3, --check-order, --nocheck-order, --output-delimiter=, --total',
    );
    const sides: string[][] = [];
    for (const operand of operands.slice(0, 2)) {
      const content = yield* tool.read(operand);
      if (!content.ok) return yield* tool.die(`${operand}: ${errorText(content.error)}`);
      sides.push(splitLines(content.value));
    }
    if (sides.length < 2)
      return yield* tool.die(operands.length === 0 ? 'missing operand' : `missing operand after '${operands[0]}'`);
    const [left, right] = sides;
    const second = flags.has('1') ? '' : '\t';
    const third = second + (flags.has('2') ? '' : '\t');
    let result = '';
    for (let i = 0, j = 0; i < left.length || j < right.length;) {
      const order = i >= left.length ? 1 : j >= right.length ? -1 : compareStrings(left[i], right[j]);
      if (order < 0) result += flags.has('1') ? '' : `${left[i]}\n`;
      else if (order > 0) result += flags.has('2') ? '' : `${second}${right[j]}\n`;
      else result += flags.has('3') ? '' : `${third}${left[i]}\n`;
      if (order <= 0) i++;
      if (order >= 0) j++;
    }
    yield* tool.out(result);
    return 0;
  }),
});
