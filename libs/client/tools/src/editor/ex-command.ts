import { utf8Length, type Coroutine } from '@seatrial/kernel';
import { compileExpression } from '../text/regular-expression.js';
import { parseSed } from '../sed/sed-script.js';
import { SedMachine, inputLines } from '../sed/sed-machine.js';
import { errorText, type Tool } from '../tool/tool.js';
import type { TextBuffer } from './text-buffer.js';

/** What a `:` command leaves to do: go on, or end with this status. */
export type ExOutcome = { readonly message?: string; readonly exit?: number };

/** A file being edited. */
export interface EditedFile {
  readonly buffer: TextBuffer;
  path: string | undefined;
}

function save(tool: Tool, { buffer, path }: EditedFile): string | undefined {
  if (path === undefined) return 'E32: No file name';
  const existed = tool.machine.files.exists(tool.path(path));
  const written = tool.machine.files.writeFile(
    tool.path(path),
    buffer.text,
    existed ? {} : { owner: tool.process.user },
  );
  if (!written.ok)
    return `"${path}" E212: Can't open file for writing${written.error === 'EACCES' ? '' : `: ${errorText(written.error)}`}`;
  buffer.modified = false;
  return undefined;
}

function saved({ buffer, path }: EditedFile, isNew: boolean): string {
  const bytes = utf8Length(buffer.text);
  return `"${path ?? ''}"${isNew ? ' [New]' : ''} ${buffer.text === '' ? 0 : buffer.lines.length}L, ${bytes}B written`;
}

/** A line of a range: a number, `.`, `$`, `/pattern/`. */
function lineOf(buffer: TextBuffer, text: string): number | undefined {
  if (text === '.') return buffer.line;
  if (text === '$') return buffer.lines.length - 1;
  if (/^\d+$/.test(text)) return Number(text) - 1;
  const found = text.startsWith('/') ? findLine(buffer, text.slice(1).replace(/\/$/, '')) : undefined;
  return found;
}

/** The next line that a pattern matches, around the end of the file. */
export function findLine(buffer: TextBuffer, pattern: string): number | undefined {
  const compiled = compileExpression(pattern, { extended: false });
  if (!compiled.ok) return undefined;
  const { lines } = buffer;
  for (let step = 1; step <= lines.length; step++) {
    const at = (buffer.line + step) % lines.length;
    if (compiled.value.find(lines[at])) return at;
  }
  return undefined;
}

interface Range {
  readonly first: number;
  readonly last: number;
  readonly rest: string;
}

function parseRange(buffer: TextBuffer, command: string): Range | string {
  if (command.startsWith('%')) return { first: 0, last: buffer.lines.length - 1, rest: command.slice(1) };
  const found = /^(\d+|\.|\$|\/(?:[^/\\]|\\.)*\/)(?:,(\d+|\.|\$|\/(?:[^/\\]|\\.)*\/))?/.exec(command);
  if (!found) return { first: buffer.line, last: buffer.line, rest: command };
  const first = lineOf(buffer, found[1]);
  const last = (found[2] as string | undefined) === undefined ? first : lineOf(buffer, found[2]);
  if (first === undefined || last === undefined) return `E486: Pattern not found: ${found[1].replaceAll('/', '')}`;
  if (first >= buffer.lines.length || last >= buffer.lines.length) return 'E16: Invalid range';
  return { first, last, rest: command.slice(found[0].length) };
}

/** `s/a/b/g` and its like on some lines, by sed. */
function* substitute(tool: Tool, buffer: TextBuffer, range: Range): Coroutine<ExOutcome> {
  const parsed = parseSed(`${range.first + 1},${range.last + 1}${range.rest.trim()}`);
  const closed = parsed.ok
    ? parsed
    : parseSed(`${range.first + 1},${range.last + 1}${range.rest.trim()}${range.rest.trim().charAt(1)}`);
  if (!closed.ok) return { message: `E486: ${closed.error}` };
  let result = '';
  const machine = new SedMachine(tool, closed.value, {
    quiet: false,
    extended: false,
    *write(piece) {
      result += piece;
    },
  });
  const before = buffer.text;
  buffer.remember();
  yield* machine.run(inputLines(before));
  if (result === before)
    return { message: `E486: Pattern not found: ${range.rest.split(range.rest.trim().charAt(1))[1] ?? ''}` };
  buffer.setText(result);
  return {};
}

/** `:g/pattern/d`. */
function globalDelete(buffer: TextBuffer, pattern: string, inverse: boolean): ExOutcome {
  const compiled = compileExpression(pattern, { extended: false });
  if (!compiled.ok) return { message: compiled.error };
  buffer.remember();
  const kept = buffer.lines.filter((line) => (compiled.value.find(line) !== undefined) === inverse);
  buffer.setText(kept.join('\n'));
  return {};
}

function quit(file: EditedFile, force: boolean): ExOutcome {
  if (file.buffer.modified && !force) return { message: 'E37: No write since last change (add ! to override)' };
  return { exit: 0 };
}

function write(tool: Tool, file: EditedFile, name: string): ExOutcome {
  if (name !== '') file.path ??= name;
  const target = name === '' ? file : { buffer: file.buffer, path: name };
  const isNew = target.path !== undefined && !tool.machine.files.exists(tool.path(target.path));
  const problem = save(tool, target);
  return { message: problem ?? saved(target, isNew) };
}

/** A command typed after `:` (vim 9's ex commands, as far as courses type them). */
export function* runExCommand(tool: Tool, file: EditedFile, typed: string): Coroutine<ExOutcome> {
  const command = typed.trim().replace(/^:+/, '');
  const { buffer } = file;
  if (command === '') return {};
  const quitting = /^(q|quit|wq|x|xit|exit|qa|qall|wqa|wqall|xa|cq)(!?)$/.exec(command);
  if (quitting) {
    const [, word, bang] = quitting;
    if (word === 'cq') return { exit: 1 };
    if (word.startsWith('q')) return quit(file, bang === '!');
    if (word.startsWith('w') || buffer.modified) {
      const outcome = write(tool, file, '');
      return buffer.modified ? outcome : { ...outcome, exit: 0 };
    }
    return { exit: 0 };
  }
  const writing = /^(?:w|write|sav|saveas)(!?)(?: +(\S+))?$/.exec(command);
  if (writing) return write(tool, file, writing[2] ?? '');
  const global = /^(g|v|g!)\/((?:[^/\\]|\\.)*)\/d$/.exec(command);
  if (global) return globalDelete(buffer, global[2], global[1] !== 'g');
  if (/^(?:set|se|syntax|syn|noh|nohlsearch|colorscheme|retab|help|map|filetype)\b/.test(command)) return {};
  if (/^(?:u|undo)$/.test(command)) {
    buffer.undo();
    return {};
  }
  if (/^e!$/.test(command) && file.path !== undefined) {
    const read = tool.readFile(file.path);
    buffer.setText(read.ok ? read.value : '');
    buffer.modified = false;
    return {};
  }
  const range = parseRange(buffer, command);
  if (typeof range === 'string') return { message: range };
  const { first, last, rest } = range;
  if (rest === '') {
    buffer.moveTo(last, 0);
    return {};
  }
  if (/^s\W/.test(rest)) return yield* substitute(tool, buffer, range);
  if (/^d(?:elete)?$/.test(rest)) {
    buffer.remember();
    buffer.takeLines(first, last - first + 1);
    return {};
  }
  return { message: `E492: Not an editor command: ${command}` };
}
