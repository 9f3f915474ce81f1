import { compareStrings, type Coroutine, type FileNode } from '@seatrial/kernel';
import { formatDate, unifiedHunks, type LineKey } from '@seatrial/shell';
import { defineCommand } from '../command.js';
import { joinPath } from '../files/walk.js';
import { errorText, splitLines, toolProgram, type Tool } from '../tool/tool.js';
import { contextHunks } from './context-diff.js';
import { sideBySide } from './side-by-side.js';
import { normalDiff } from './normal-diff.js';

interface DiffOptions {
  readonly flags: ReadonlyMap<string, number>;
  readonly context: number;
  readonly style: 'normal' | 'unified' | 'context' | 'side-by-side';
  /** Of both sides together. */
  readonly width: number;
  readonly labels: readonly string[];
  /** Lines that are alike in this are equal. */
  readonly key: LineKey | undefined;
}

function comparison(flags: ReadonlyMap<string, number>): DiffOptions['key'] {
  const prepare = (line: string): string => {
    let text = line;
    if (flags.has('w')) text = text.replace(/\s+/g, '');
    else if (flags.has('b')) text = text.replace(/\s+/g, ' ').trimEnd();
    return flags.has('i') ? text.toLowerCase() : text;
  };
  return ['w', 'b', 'i'].some((flag) => flags.has(flag)) ? prepare : undefined;
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
  if (tool.isBusybox) return `${mark} ${label ?? operand}\n`;
  return `${mark} ${label ?? `${operand}\t${formatDate('%Y-%m-%d %H:%M:%S.%N +0000', time)}`}\n`;
}

function differences(options: DiffOptions, left: string, right: string): string {
  const { context, key } = options;
  if (options.style === 'unified') return unifiedHunks(left, right, context, key);
  if (options.style === 'normal') return normalDiff(left, right, key);
  const sides = [splitLines(left), splitLines(right)] as const;
  if (options.style === 'context') return contextHunks(...sides, context, key);
  return sideBySide(...sides, options.width, { suppressCommon: options.flags.has('suppress-common-lines'), key });
}

/** `-B`: nothing but blank lines was put in or left out. */
function onlyBlankLines(flags: ReadonlyMap<string, number>, left: string, right: string): boolean {
  if (!flags.has('B')) return false;
  const written = (text: string): string =>
    splitLines(text)
      .filter((line) => line !== '')
      .join('\n');
  return written(left) === written(right);
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
  const text = onlyBlankLines(flags, contents[0], contents[1]) ? '' : differences(options, contents[0], contents[1]);
  const unended = contents[0] !== contents[1] && contents[0].replace(/\n$/, '') === contents[1].replace(/\n$/, '');
  const alike = text === '' || (options.style === 'side-by-side' && contents[0] === contents[1]);
  if (alike && !(unended && !options.key)) {
    if (text !== '') yield* tool.out(text);
    if (flags.has('s')) yield* tool.out(`Files ${left} and ${right} are identical\n`);
    return 0;
  }
  if (flags.has('q')) {
    yield* tool.out(`Files ${left} and ${right} differ\n`);
    return 1;
  }
  if (title !== undefined) yield* tool.out(`${title}\n`);
  const marks = { unified: ['---', '+++'], context: ['***', '---'] }[options.style as string];
  if (marks) {
    const stat = (operand: string): FileNode | undefined => {
      const node = tool.stat(operand);
      return node.ok ? node.value : undefined;
    };
    yield* tool.out(
      header(tool, marks[0], left, stat(left), options.labels[0]) +
        header(tool, marks[1], right, stat(right), options.labels[1]),
    );
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

const DIFF_HINT = "diff: Try 'diff --help' for more information.\n";

function* runDiff(tool: Tool): Coroutine<number> {
  const busybox = tool.machine.programs.has('busybox');
  const args = tool.args.map((arg) => arg.replace(/^-(\d+)$/, '-U$1'));
  const { flags, values, operands } = yield* tool.options(
    '-u, -U=, --unified=?, -c, --context=?, -C=, -W --width=, --suppress-common-lines, -t --expand-tabs, -T --initial-tab, -r --recursive, -N --new-file, -q --brief, -s --report-identical-files, -i --ignore-case, -w --ignore-all-space, -b --ignore-space-change, -B --ignore-blank-lines, -a --text, -y --side-by-side, -p, -L --label=, -x --exclude=, --color=?, -d, -E, -Z, --strip-trailing-cr, --no-dereference, --normal',
    { status: 2, args, ...(busybox ? {} : { usage: DIFF_HINT }) },
  );
  const [left, right] = operands;
  if (right === undefined) {
    yield* tool.err(
      `diff: missing operand${left === undefined ? '' : ` after '${left}'`}\ndiff: Try 'diff --help' for more information.\n`,
    );
    return 2;
  }
  if (operands.length > 2) {
    yield* tool.err(`diff: extra operand '${operands[2]}'\n${DIFF_HINT}`);
    return 2;
  }
  const given = (...names: string[]): string | undefined => names.flatMap((name) => values.get(name) ?? []).at(-1);
  const has = (...names: string[]): boolean => names.some((name) => flags.has(name));
  const unified = busybox || has('u', 'U', 'unified');
  const plain = has('c', 'C', 'context') ? 'context' : 'normal';
  const style = unified ? 'unified' : plain;
  const options: DiffOptions = {
    flags,
    context: Number(given('U', 'unified', 'C', 'context') ?? 3),
    style: has('y') ? 'side-by-side' : style,
    width: Number(values.get('W')?.at(-1) ?? 130),
    labels: values.get('L') ?? [],
    key: comparison(flags),
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
      yield* tool.err(
        `cmp: EOF on ${a.length < b.length ? operands[0] : operands[1]} after byte ${at}, ${at > 0 && a[at - 1] === '\n' ? 'line' : 'in line'} ${at > 0 && a[at - 1] === '\n' ? line - 1 : line}\n`,
      );
    else
      yield* tool.out(
        `${operands[0]} ${operands[1]} differ: ${tool.machine.programs.has('busybox') ? 'char' : 'byte'} ${at + 1}, line ${line}\n`,
      );
    return 1;
  }),
});
