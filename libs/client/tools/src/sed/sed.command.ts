import { type Coroutine } from '@seatrial/kernel';
import { defineCommand } from '../command.js';
import { compileExpression } from '../text/regular-expression.js';
import { busyboxUsage } from '../tool/busybox-words.js';
import { errorText, toolProgram, type Tool } from '../tool/tool.js';
import { inputLines, SedMachine } from './sed-machine.js';
import { parseSed, type SedCommand } from './sed-script.js';

const VERSION =
  'sed (GNU sed) 4.9\nPackaged by Debian\nCopyright (C) 2022 Free Software Foundation, Inc.\nLicense GPLv3+: GNU GPL version 3 or later <https://gnu.org/licenses/gpl.html>.\nThis is free software: you are free to change and redistribute it.\nThere is NO WARRANTY, to the extent permitted by law.\n\nWritten by Jay Fenlason, Tom Lord, Ken Pizzini,\nPaolo Bonzini, Jim Meyering, and Assaf Gordon.\n\nThis sed program was built with SELinux support.\nSELinux is disabled on this system.\n\nGNU sed home page: <https://www.gnu.org/software/sed/>.\nGeneral help using GNU software: <https://www.gnu.org/gethelp/>.\nE-mail bug reports to: <bug-sed@gnu.org>.\n';

const USAGE = `Usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...

  -n, --quiet, --silent
                 suppress automatic printing of pattern space
      --debug
                 annotate program execution
  -e script, --expression=script
                 add the script to the commands to be executed
  -f script-file, --file=script-file
                 add the contents of script-file to the commands to be executed
  --follow-symlinks
                 follow symlinks when processing in place
  -i[SUFFIX], --in-place[=SUFFIX]
                 edit files in place (makes backup if SUFFIX supplied)
  -l N, --line-length=N
                 specify the desired line-wrap length for the \`l' command
  --posix
                 disable all GNU extensions.
  -E, -r, --regexp-extended
                 use extended regular expressions in the script
                 (for portability use POSIX -E).
  -s, --separate
                 consider files as separate rather than as a single,
                 continuous long stream.
      --sandbox
                 operate in sandbox mode (disable e/r/w commands).
  -u, --unbuffered
                 load minimal amounts of data from the input files and flush
                 the output buffers more often
  -z, --null-data
                 separate lines by NUL characters
      --help     display this help and exit
      --version  output version information and exit

If no -e, --expression, -f, or --file option is given, then the first
non-option argument is taken as the sed script to interpret.  All
remaining arguments are names of input files; if no input files are
specified, then the standard input is read.

GNU sed home page: <https://www.gnu.org/software/sed/>.
General help using GNU software: <https://www.gnu.org/gethelp/>.
`;

/** Every expression of a script must compile before the first line is read. */
function expressionError(commands: readonly SedCommand[], extended: boolean): string | undefined {
  for (const command of commands) {
    const sources = [command.from, command.to].flatMap((address) =>
      address?.type === 'expression' ? [address.source] : [],
    );
    if (command.name === 's') sources.push(command.expression ?? '');
    for (const source of sources) {
      const compiled = compileExpression(source, { extended });
      if (!compiled.ok) return compiled.error;
    }
    const groups = compileGroups(command, extended);
    if (groups !== undefined) return groups;
  }
  return undefined;
}

function compileGroups(command: SedCommand, extended: boolean): string | undefined {
  if (command.name !== 's' || (command.expression ?? '') === '') return undefined;
  const source = (command.expression ?? '').replace(/\\\\/g, '').replace(/\[[^\]]*\]/g, '');
  const count = (extended ? source.replace(/\\\(/g, '').match(/\(/g) : source.match(/\\\(/g))?.length ?? 0;
  const used = Math.max(
    0,
    ...[...(command.replacement ?? '').replace(/\\\\/g, '').matchAll(/\\([1-9])/g)].map((found) => Number(found[1])),
  );
  return used > count ? `invalid reference \\${String(used)} on \`s' command's RHS` : undefined;
}

function* runSed(tool: Tool): Coroutine<number> {
  const { flags, values, order, operands } = yield* tool.options(
    '-n --quiet --silent, -e --expression=, -f --file=, -E -r --regexp-extended, -i --in-place=?, -s --separate, -u --unbuffered, -z --null-data, --posix, --debug, -l --line-length=, --version, --help',
    { usage: USAGE },
  );
  if (flags.has('version')) {
    yield* tool.out(VERSION);
    return 0;
  }
  const files = [...operands];
  const pieces: string[] = [];
  for (const option of order) {
    if (option.name === 'e') pieces.push(option.value ?? '');
    if (option.name !== 'f') continue;
    const text = yield* tool.read(option.value);
    if (!text.ok) return yield* tool.die(`couldn't open file ${option.value ?? ''}: ${errorText(text.error)}`);
    pieces.push(text.value.replace(/^#n\n/, ''));
  }
  if (pieces.length === 0) {
    const script = files.shift();
    if (script === undefined) {
      yield* tool.err((tool.isBusybox ? busyboxUsage('sed') : undefined) ?? USAGE);
      return 1;
    }
    pieces.push(script);
  }
  const parsed = parseSed(pieces.join('\n'));
  if (!parsed.ok)
    return yield* tool.die(tool.isBusybox && /unterminated `s'/.test(parsed.error) ? "unmatched '/'" : parsed.error);
  const extended = flags.has('E');
  const problem = expressionError(parsed.value, extended);
  if (problem !== undefined) {
    if (tool.isBusybox) return yield* tool.die(problem);
    const length = pieces.join('\n').length;
    return yield* tool.die(`-e expression #1, char ${length}: ${problem}`);
  }
  const end = flags.has('z') ? '\0' : '\n';
  const plan: Plan = { commands: parsed.value, quiet: flags.has('n'), extended, files, end };
  if (flags.has('i')) return yield* editInPlace(tool, plan, values.get('i')?.at(-1) ?? '');
  return yield* editStream(tool, plan, flags.has('s'));
}

interface Plan {
  readonly commands: readonly SedCommand[];
  readonly quiet: boolean;
  readonly extended: boolean;
  readonly files: readonly string[];
  readonly end: string;
}

function* readProblem(tool: Tool, operand: string, error: Parameters<typeof errorText>[0]): Coroutine<void> {
  if (tool.isBusybox) yield* tool.complain(`${operand}: ${errorText(error)}`);
  else
    yield* tool.complain(
      error === 'EISDIR'
        ? `read error on ${operand}: ${errorText(error)}`
        : `can't read ${operand}: ${errorText(error)}`,
    );
}

/** What a stream is printed through, a large piece at a time. */
class BufferedOutput {
  private text = '';

  constructor(private readonly tool: Tool) {}

  *write(piece: string): Coroutine<void> {
    this.text += piece;
    if (this.text.length >= 65_536) yield* this.flush();
  }

  *flush(): Coroutine<void> {
    yield* this.tool.out(this.text);
    this.text = '';
  }
}

function* editStream(tool: Tool, plan: Plan, separate: boolean): Coroutine<number> {
  let status = 0;
  const texts: string[] = [];
  for (const operand of plan.files.length > 0 ? plan.files : ['-']) {
    const content = yield* tool.read(operand);
    if (content.ok) {
      const last = texts.at(-1);
      if (last === undefined || separate) texts.push(content.value);
      else texts[texts.length - 1] = last + (last === '' || last.endsWith('\n') ? '' : '\n') + content.value;
    } else {
      status = tool.isBusybox ? 1 : 2;
      yield* readProblem(tool, operand, content.error);
    }
  }
  const output = new BufferedOutput(tool);
  let quit: number | undefined;
  for (const text of texts.length > 0 ? texts : ['']) {
    const machine = new SedMachine(tool, plan.commands, { ...plan, write: (piece) => output.write(piece) });
    quit = yield* machine.run(inputLines(text, plan.end));
    saveWritten(tool, machine);
    if (quit !== undefined) break;
  }
  yield* output.flush();
  return quit ?? status;
}

function saveWritten(tool: Tool, machine: SedMachine): void {
  for (const [file, text] of machine.written) tool.machine.files.writeFile(tool.path(file), text);
}

function* editInPlace(tool: Tool, plan: Plan, suffix: string): Coroutine<number> {
  let status = 0;
  if (plan.files.length === 0) {
    yield* tool.complain('no input files');
    return 1;
  }
  for (const operand of plan.files) {
    const node = tool.stat(operand);
    if (!node.ok) {
      status = tool.isBusybox ? 1 : 2;
      yield* readProblem(tool, operand, node.error);
      continue;
    }
    if (node.value.type !== 'file') {
      status = 4;
      yield* tool.complain(`couldn't edit ${operand}: not a regular file`);
      continue;
    }
    let result = '';
    const machine = new SedMachine(tool, plan.commands, {
      ...plan,
      *write(piece) {
        result += piece;
      },
    });
    const before = node.value.content;
    const quit = yield* machine.run(inputLines(before, plan.end));
    const backup = suffix.includes('*') ? suffix.replaceAll('*', operand) : operand + suffix;
    if (suffix !== '') tool.machine.files.writeFile(tool.path(backup), before, { mode: node.value.mode });
    const written = tool.machine.files.writeFile(tool.path(operand), result);
    if (!written.ok) return yield* tool.die(`couldn't open temporary file: ${errorText(written.error)}`, 4);
    saveWritten(tool, machine);
    if (quit !== undefined) return quit;
  }
  return status;
}

export const sed = defineCommand({ name: 'sed', program: toolProgram(runSed) });
