import type { Coroutine } from '@seatrial/kernel';
import { compilePattern, matchPattern } from '@seatrial/shell';
import { defineCommand } from '../command.js';
import { filesBelow } from '../files/walk.js';
import { busyboxUsage } from '../tool/busybox-words.js';
import { errorText, splitLines, toolProgram, type Tool } from '../tool/tool.js';
import { compileExpression, type Expression } from './regular-expression.js';

const OPTIONS =
  '-E --extended-regexp, -F --fixed-strings, -G --basic-regexp, -P --perl-regexp, -e --regexp=, -f --file=, -i --ignore-case, -y, -v --invert-match, -w --word-regexp, -x --line-regexp, -c --count, --color=?, --colour=?, -L --files-without-match, -l --files-with-matches, -m --max-count=, -o --only-matching, -q --quiet --silent, -s --no-messages, -b --byte-offset, -H --with-filename, -h --no-filename, -n --line-number, -A --after-context=, -B --before-context=, -C --context=, -d --directories=, -D --devices=, -r --recursive, -R --dereference-recursive, -a --text, -z --null-data, --line-buffered, --include=, --exclude=, --exclude-dir=, -I, -U, -Z --null, -T, -0, -1, -2, -3, -4, -5, -6, -7, -8, -9';

interface Search {
  readonly expressions: readonly Expression[];
  readonly flags: ReadonlyMap<string, number>;
  /** Lines around the chosen ones were asked for: groups are told apart. */
  readonly context: boolean;
  readonly before: number;
  readonly after: number;
  readonly limit: number;
  readonly named: boolean;
  readonly color: boolean;
  /** What `-d` says of directories. */
  readonly directories: string | undefined;
  /** Names to search, not to search, and folders to leave out. */
  readonly names: readonly (((name: string) => boolean) | undefined)[];
}

function matchesLine(search: Search, line: string): boolean {
  return search.expressions.some((expression) => expression.test(line)) !== search.flags.has('v');
}

/** What backtracking has cost since the last line. */
function costOf(search: Search): number {
  let cost = 0;
  for (const expression of search.expressions) cost += expression.takeCost();
  return cost;
}

/** Every match in a line, in order and not overlapping. */
function allMatches(search: Search, line: string): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = [];
  let from = 0;
  while (from <= line.length) {
    let best: { start: number; end: number } | undefined;
    for (const expression of search.expressions) {
      const match = expression.find(line, from);
      if (match && (!best || match.start < best.start || (match.start === best.start && match.end > best.end)))
        best = match;
    }
    if (!best) break;
    if (best.end > best.start) found.push({ start: best.start, end: best.end });
    from = best.end > best.start ? best.end : best.end + 1;
  }
  return found;
}

const RED = '\u001b[01;31m\u001b[K';
const RESET = '\u001b[m\u001b[K';

function colored(search: Search, line: string): string {
  let result = '';
  let from = 0;
  for (const { start, end } of allMatches(search, line)) {
    result += line.slice(from, start) + RED + line.slice(start, end) + RESET;
    from = end;
  }
  return result + line.slice(from);
}

function prefix(search: Search, name: string, number: number, mark: ':' | '-'): string {
  const parts = [search.named ? name : undefined, search.flags.has('n') ? String(number) : undefined];
  return parts.map((part) => (part === undefined ? '' : `${part}${mark}`)).join('');
}

/** Searches the lines of one input; true when one was chosen. */
function* searchText(tool: Tool, search: Search, name: string, text: string): Coroutine<boolean> {
  const { flags } = search;
  const ender = flags.has('z') ? '\0' : '\n';
  const lines = text.split(ender);
  if (lines.at(-1) === '') lines.pop();
  const binary = text.includes('\0') && !flags.has('a') && !flags.has('z');
  let offset = 0;
  let count = 0;
  let printedTo = -1;
  let pendingAfter = 0;
  let result = '';
  for (const [index, line] of lines.entries()) {
    const lineStart = offset;
    offset += line.length + 1;
    tool.charge(1 + (line.length >> 5) + costOf(search));
    const chosen = count < search.limit && matchesLine(search, line);
    if (!chosen) {
      if (pendingAfter > 0) {
        result += prefix(search, name, index + 1, '-') + line + ender;
        printedTo = index;
        pendingAfter--;
      } else if (count >= search.limit) break;
      continue;
    }
    count++;
    if (flags.has('q')) return true;
    if (flags.has('l') || flags.has('L') || flags.has('c')) continue;
    const from = Math.max(printedTo + 1, index - search.before);
    if (search.context && printedTo >= 0 && from > printedTo + 1) result += '--\n';
    for (let at = from; at < index; at++) result += prefix(search, name, at + 1, '-') + lines[at] + ender;
    const head = prefix(search, name, index + 1, ':');
    if (flags.has('o')) {
      if (!flags.has('v'))
        for (const { start, end } of allMatches(search, line)) {
          const part = line.slice(start, end);
          const at = flags.has('b') ? `${lineStart + start}:` : '';
          result += head + at + (search.color ? RED + part + RESET : part) + ender;
        }
    } else
      result +=
        head +
        (flags.has('b') ? `${lineStart}:` : '') +
        (search.color && !flags.has('v') ? colored(search, line) : line) +
        ender;
    printedTo = index;
    pendingAfter = search.after;
  }
  if (binary && count > 0 && !flags.has('c') && !flags.has('l') && !flags.has('L')) {
    yield* tool.complain(`${name}: binary file matches`);
    return true;
  }
  if (flags.has('c')) result = `${search.named ? `${name}:` : ''}${count}\n`;
  if (flags.has('l')) result = count > 0 ? `${name}\n` : '';
  if (flags.has('L')) result = count > 0 ? '' : `${name}\n`;
  yield* tool.out(result);
  return flags.has('L') ? count === 0 : count > 0;
}

/** Lines from standard input are looked at as they come, so that `kubectl logs -f | grep` shows them at once. */
function* searchStdin(tool: Tool, search: Search): Coroutine<boolean> {
  const { flags } = search;
  const simple = ['c', 'l', 'L', 'n', 'q', 'm', 'z'].every((flag) => !flags.has(flag)) && !search.context;
  if (!simple) return yield* searchText(tool, search, '(standard input)', yield* tool.readStdin());
  const { stdin } = tool.process;
  let found = false;
  let rest = '';
  for (let piece = yield* stdin.read(); piece !== undefined; piece = yield* stdin.read()) {
    const end = piece.lastIndexOf('\n');
    if (end < 0) {
      rest += piece;
      continue;
    }
    found = (yield* searchText(tool, search, '(standard input)', rest + piece.slice(0, end + 1))) || found;
    rest = piece.slice(end + 1);
  }
  if (rest !== '') found = (yield* searchText(tool, search, '(standard input)', rest)) || found;
  return found;
}

function* compilePatterns(
  tool: Tool,
  patterns: readonly string[],
  flags: ReadonlyMap<string, number>,
): Coroutine<Expression[]> {
  const expressions: Expression[] = [];
  const extended = flags.has('E') || tool.name === 'egrep';
  for (const source of patterns.flatMap((pattern) => pattern.split('\n'))) {
    if (/^\[:.*:\]$/.test(source) && !flags.has('F') && !flags.has('P'))
      yield* tool.die('character class syntax is [[:space:]], not [:space:]', 2);
    const compiled = compileExpression(source, {
      extended,
      fixed: flags.has('F') || tool.name === 'fgrep',
      perl: flags.has('P'),
      ignoreCase: flags.has('i') || flags.has('y'),
      words: flags.has('w'),
      lines: flags.has('x'),
    });
    if (compiled.ok) {
      expressions.push(compiled.value);
      if (!tool.machine.programs.has('busybox'))
        for (const warning of compiled.value.warnings) yield* tool.complain(`warning: ${warning}`);
    } else yield* tool.die(tool.isBusybox ? `bad regex '${source}'` : compiled.error, 2);
  }
  return expressions;
}

const USAGE = `Usage: grep [OPTION]... PATTERNS [FILE]...\nTry 'grep --help' for more information.\n`;

export function* runGrep(tool: Tool): Coroutine<number> {
  const busybox = tool.machine.programs.has('busybox');
  const { flags, values, operands, order } = yield* tool.options(OPTIONS, {
    status: 2,
    ...(busybox ? {} : { usage: USAGE }),
  });
  const value = (name: string): string | undefined => values.get(name)?.at(-1);
  const patterns = [...(values.get('e') ?? [])];
  for (const file of values.get('f') ?? []) {
    const text = yield* tool.read(file);
    if (!text.ok) return yield* tool.die(`${file}: ${errorText(text.error)}`, 2);
    patterns.push(...splitLines(text.value));
  }
  const files = [...operands];
  if (!flags.has('e') && !flags.has('f')) {
    const first = files.shift();
    if (first === undefined) {
      yield* tool.err((busybox ? busyboxUsage(tool.name) : undefined) ?? USAGE);
      return 2;
    }
    patterns.push(first);
  }
  const digits = order
    .filter((option) => /^\d$/.test(option.name))
    .map((option) => option.name)
    .join('');
  const context = Number(value('C') ?? (digits === '' ? 0 : digits));
  for (const name of ['A', 'B', 'C'] as const) {
    const given = value(name);
    if (given !== undefined && !/^\d+$/.test(given))
      return yield* tool.die(`${given}: invalid context length argument`, 2);
  }
  const limit = value('m');
  if (limit !== undefined && !/^-?\d+$/.test(limit)) return yield* tool.die('invalid max count', 2);
  const recursive = flags.has('r') || flags.has('R') || value('d') === 'recurse';
  const color = value('color') ?? value('colour');
  const search: Search = {
    expressions: yield* compilePatterns(tool, patterns, flags),
    flags,
    context: digits !== '' || ['A', 'B', 'C'].some((name) => value(name) !== undefined),
    before: Number(value('B') ?? context),
    after: Number(value('A') ?? context),
    limit: Number(value('m') ?? Number.MAX_SAFE_INTEGER),
    named: !flags.has('h') && (flags.has('H') || files.length > 1 || recursive),
    names: [values.get('include'), values.get('exclude'), values.get('exclude-dir')].map(nameTest),
    directories: value('d'),
    color: color === 'always' || (flags.has('color') && color === undefined && tool.process.stdout.isTerminal),
  };
  return yield* searchFiles(tool, search, files.length > 0 ? files : recursive ? [''] : ['-'], recursive);
}

/** A glob of `--include` and its like as a test of names. */
function nameTest(globs: readonly string[] | undefined): ((name: string) => boolean) | undefined {
  if (!globs) return undefined;
  const patterns = globs.map((glob) => compilePattern(glob));
  return (name) => patterns.some((pattern) => matchPattern(pattern, name));
}

/** Files below a folder; without an operand their names have no folder in front. */
function searchedFiles(tool: Tool, search: Search, operand: string): string[] {
  const base = operand === '' ? '.' : operand;
  const [included, excluded, excludedFolder] = search.names;
  const paths = filesBelow(tool, base).filter((path) => {
    const names = path
      .slice(base.length)
      .split('/')
      .filter((name) => name !== '');
    const name = names.pop() ?? '';
    if (excludedFolder && names.some((folder) => excludedFolder(folder))) return false;
    return (included?.(name) ?? true) && !(excluded?.(name) ?? false);
  });
  return operand === '' ? paths.map((path) => path.slice(2)) : paths;
}

function* searchFiles(tool: Tool, search: Search, files: readonly string[], recursive: boolean): Coroutine<number> {
  let found = false;
  let failed = false;
  const skips = search.directories === 'skip';
  for (const operand of files) {
    if (operand === '-') {
      found = (yield* searchStdin(tool, search)) || found;
      continue;
    }
    const node = tool.stat(operand === '' ? '.' : operand);
    if (recursive && node.ok && node.value.type === 'directory') {
      for (const path of searchedFiles(tool, search, operand)) {
        const text = tool.readFile(path);
        if (text.ok) found = (yield* searchText(tool, search, path, text.value)) || found;
        else {
          failed = true;
          if (!search.flags.has('s')) yield* tool.complain(`${path}: ${errorText(text.error)}`);
        }
      }
      continue;
    }
    if (skips && node.ok && node.value.type === 'directory') continue;
    const text = tool.readFile(operand);
    if (text.ok) found = (yield* searchText(tool, search, operand, text.value)) || found;
    else {
      failed = true;
      if (!search.flags.has('s')) yield* tool.complain(`${operand}: ${errorText(text.error)}`);
    }
  }
  if (found && search.flags.has('q')) return 0;
  return failed ? 2 : found ? 0 : 1;
}

export const grep = defineCommand({ name: 'grep', program: toolProgram(runGrep) });
export const egrep = defineCommand({ name: 'egrep', program: toolProgram(runGrep) });
export const fgrep = defineCommand({ name: 'fgrep', program: toolProgram(runGrep) });
