import type { Coroutine } from '@seatrial/kernel';
import { busyboxUsage } from '../tool/busybox-words.js';
import { defineCommand } from '../command.js';
import { errorText, toolProgram, type Tool } from '../tool/tool.js';
import { AwkInterpreter } from './awk-interpreter.js';
import { unescapeAwk } from './awk-lexer.js';
import { AwkSyntaxError, type AwkProgram } from './awk-node.js';
import { parseAwk } from './awk-parser.js';
import { inputValue } from './awk-value.js';

const USAGE = `Usage: mawk [Options] [Program] [file ...]

Program:
    The -f option value is the name of a file containing program text.
    If no -f option is given, a "--" ends option processing; the following
    parameters are the program text.

Options:
    -f program-file  Program  text is read from file instead of from the
                     command-line.  Multiple -f options are accepted.
    -F value         sets the field separator, FS, to value.
    -v var=value     assigns value to program variable var.
    --               unambiguous end of options.

    Implementation-specific options are prefixed with "-W".  They can be
    abbreviated:

    -W version       show version information and exit.
    -W dump          show assembler-like listing of program and exit.
    -W help          show this message and exit.
    -W interactive   set unbuffered output, line-buffered input.
    -W exec file     use file as program as well as last option.
    -W random=number set initial random seed.
    -W sprintf=number adjust size of sprintf buffer.
    -W posix_space   do not consider "\\n" a space.
    -W usage         show this message and exit.
`;

interface Arguments {
  readonly assignments: [string, string][];
  separator: string | undefined;
  program: string | undefined;
  readonly operands: string[];
}

/** Options of awk: `-F`, `-v`, `-f`; they end at the program. */
function* readArguments(tool: Tool): Coroutine<Arguments> {
  const { args } = tool;
  const parsed: Arguments = { assignments: [], separator: undefined, program: undefined, operands: [] };
  let index = 0;
  for (; index < args.length; index++) {
    const arg = args[index];
    if (arg === '--') {
      index++;
      break;
    }
    const found = /^-([Fvf])([^]*)$/.exec(arg);
    if (!found) {
      if (!arg.startsWith('-') || arg === '-') break;
      yield* tool.err(`awk: not an option: ${arg}\n`);
      return tool.exit(2);
    }
    const lacking = found[2] === '' && index + 1 >= args.length;
    if (lacking) {
      yield* tool.err(`awk: option -${found[1]} lacks argument\n`);
      return tool.exit(2);
    }
    const value = found[2] === '' ? args[++index] : found[2];
    if (found[1] === 'F') parsed.separator = value === 't' ? '\t' : unescapeAwk(value);
    else if (found[1] === 'v') parsed.assignments.push(yield* assignment(tool, value));
    else {
      const text = yield* tool.read(value);
      if (!text.ok) return yield* tool.die(`cannot open ${value} (${errorText(text.error)})`, 2);
      parsed.program = `${parsed.program ?? ''}${text.value}\n`;
    }
  }
  parsed.program ??= args[index++];
  parsed.operands.push(...args.slice(index));
  return parsed;
}

function* assignment(tool: Tool, text: string): Coroutine<[string, string]> {
  const equals = text.indexOf('=');
  if (!/^[A-Za-z_]\w*=/.test(text)) {
    yield* tool.err(`awk: improper assignment: -v ${text}\n`);
    return tool.exit(2);
  }
  return [text.slice(0, equals), unescapeAwk(text.slice(equals + 1))];
}

function* parse(tool: Tool, source: string): Coroutine<AwkProgram> {
  try {
    return parseAwk(source);
  } catch (error) {
    if (!(error instanceof AwkSyntaxError)) throw error;
    const { line, message } = error;
    if (tool.machine.programs.has('busybox')) {
      const problem = message.includes('at or near') ? 'Unexpected token' : message;
      yield* tool.err(`awk: cmd. line:${line}: ${problem}\n`);
      return tool.exit(1);
    }
    const place = message.startsWith('unexpected character') ? String(line) : `line ${line}`;
    yield* tool.err(`awk: ${place}: ${message}\n`);
    return tool.exit(2);
  }
}

function* runAwk(tool: Tool): Coroutine<number> {
  const { assignments, separator, program: source, operands } = yield* readArguments(tool);
  if (source === undefined) {
    yield* tool.err((tool.isBusybox ? busyboxUsage('awk') : undefined) ?? USAGE);
    return 0;
  }
  const program = yield* parse(tool, source);
  const awk = new AwkInterpreter(tool, program);
  if (separator !== undefined) awk.setVariable('FS', separator);
  for (const [name, value] of assignments) awk.setVariable(name, inputValue(value));
  const argv = awk.array('ARGV');
  for (const [index, word] of ['awk', ...operands].entries()) argv.set(String(index), inputValue(word));
  awk.setVariable('ARGC', operands.length + 1);
  const environment = awk.array('ENVIRON');
  for (const [name, value] of tool.process.env) environment.set(name, inputValue(value));
  return yield* awk.run();
}

export const awk = defineCommand({ name: 'awk', program: toolProgram(runAwk) });
