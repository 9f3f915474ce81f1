import { type Coroutine } from '@seatrial/kernel';
import { defineCommand } from '../command.js';
import { compileExpression } from '../text/regular-expression.js';
import { errorText, toolProgram, type Tool } from '../tool/tool.js';
import { inputLines, SedMachine } from './sed-machine.js';
import { parseSed, type SedCommand } from './sed-script.js';

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
  const used = Math.max(0, ...[...(command.replacement ?? '').replace(/\\\\/g, '').matchAll(/\\([1-9])/g)].map((found) => Number(found[1]))); // prettier-ignore
  return used > count ? `invalid reference \\${String(used)} on \`s' command's RHS` : undefined;
}

function* runSed(tool: Tool): Coroutine<number> {
  const { flags, values, order, operands } = yield* tool.options('-n --quiet --silent, -e --expression=, -f --file=, -E -r --regexp-extended, -i --in-place=?, -s --separate, -u --unbuffered, -z --null-data, --posix, --debug, -l --line-length='); // prettier-ignore
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
      yield* tool.err('Usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...\n\n');
      return 1;
    }
    pieces.push(script);
  }
  const parsed = parseSed(pieces.join('\n'));
  if (!parsed.ok) return yield* tool.die(parsed.error);
  const extended = flags.has('E');
  const problem = expressionError(parsed.value, extended);
  if (problem !== undefined) {
    const length = pieces.join('\n').length;
    return yield* tool.die(`-e expression #1, char ${length}: ${problem}`);
  }
  const plan: Plan = { commands: parsed.value, quiet: flags.has('n'), extended, files };
  if (flags.has('i')) return yield* editInPlace(tool, plan, values.get('i')?.at(-1) ?? '');
  return yield* editStream(tool, plan, flags.has('s'));
}

interface Plan {
  readonly commands: readonly SedCommand[];
  readonly quiet: boolean;
  readonly extended: boolean;
  readonly files: readonly string[];
}

function* readProblem(tool: Tool, operand: string, error: Parameters<typeof errorText>[0]): Coroutine<void> {
  yield* tool.complain(error === 'EISDIR' ? `read error on ${operand}: ${errorText(error)}` : `can't read ${operand}: ${errorText(error)}`); // prettier-ignore
}

function* editStream(tool: Tool, plan: Plan, _separate: boolean): Coroutine<number> {
  let status = 0;
  let text = '';
  for (const operand of plan.files.length > 0 ? plan.files : ['-']) {
    const content = yield* tool.read(operand);
    if (content.ok) text += (text === '' || text.endsWith('\n') ? '' : '\n') + content.value;
    else {
      status = 2;
      yield* readProblem(tool, operand, content.error);
    }
  }
  let buffer = '';
  const machine = new SedMachine(tool, plan.commands, {
    ...plan,
    *write(piece) {
      buffer += piece;
      if (buffer.length < 65_536) return;
      yield* tool.out(buffer);
      buffer = '';
    },
  });
  const quit = yield* machine.run(inputLines(text));
  yield* tool.out(buffer);
  saveWritten(tool, machine);
  return quit ?? status;
}

function saveWritten(tool: Tool, machine: SedMachine): void {
  for (const [file, text] of machine.written)
    if (file !== '/dev/stdout') tool.machine.files.writeFile(tool.path(file), text);
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
      status = 2;
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
    const quit = yield* machine.run(inputLines(before));
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
