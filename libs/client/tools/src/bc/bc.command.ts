import type { Coroutine } from '@seatrial/kernel';
import { defineCommand } from '../command.js';
import { toolProgram, type Tool } from '../tool/tool.js';
import { BcEnd, BcInterpreter, BcRuntimeError } from './bc-interpreter.js';
import { BcIncomplete, BcQuit, BcSyntaxError } from './bc-cursor.js';
import { BcParser } from './bc-parser.js';

const VERSION = `bc 1.07.1
Copyright 1991-1994, 1997, 1998, 2000, 2004, 2006, 2008, 2012-2017 Free Software Foundation, Inc.
`;
const USAGE = `usage: bc [options] [file ...]
  -h  --help         print this usage and exit
  -i  --interactive  force interactive mode
  -l  --mathlib      use the predefined math routines
  -q  --quiet        don't print initial banner
  -s  --standard     non-standard bc constructs are errors
  -w  --warn         warn about non-standard bc constructs
  -v  --version      print version information and exit
`;

/** The text that was read and not run yet, and the line at which it begins. */
interface Pending {
  text: string;
  line: number;
}

function* flush(tool: Tool, interpreter: BcInterpreter): Coroutine<void> {
  const { output, warnings } = interpreter.takeOutput();
  yield* tool.out(output);
  yield* tool.err(warnings);
}

function* complainOfCharacters(tool: Tool, source: string, parser: BcParser): Coroutine<void> {
  for (const { line, text } of parser.takeIllegal())
    yield* tool.err(`(${source}) ${line}: illegal character: ${text}\n`);
}

/** Runs one item; false when there is none that is whole. */
function* runItem(tool: Tool, interpreter: BcInterpreter, source: string, parser: BcParser): Coroutine<boolean> {
  try {
    const item = parser.item();
    if (!item) return false;
    if (item.type === 'function') interpreter.define(item.definition);
    else interpreter.run(item.statements);
    yield* complainOfCharacters(tool, source, parser);
    yield* flush(tool, interpreter);
  } catch (error) {
    if (error instanceof BcIncomplete) return false;
    yield* complainOfCharacters(tool, source, parser);
    yield* flush(tool, interpreter);
    if (error instanceof BcRuntimeError) yield* tool.err(`${error.message}\n`);
    else if (error instanceof BcSyntaxError) {
      yield* tool.err(`(${source}) ${error.line}: syntax error\n`);
      parser.skipLine();
    } else throw error;
  }
  return true;
}

/** Runs the whole items of the text; what is left of it waits for more. False after `quit`. */
function* runItems(tool: Tool, interpreter: BcInterpreter, source: string, pending: Pending): Coroutine<boolean> {
  tool.charge(1 + (pending.text.length >> 4));
  const parser = new BcParser(pending.text, pending.line);
  try {
    while (yield* runItem(tool, interpreter, source, parser));
  } catch (error) {
    if (error instanceof BcEnd || error instanceof BcQuit) return false;
    throw error;
  }
  Object.assign(pending, parser.rest());
  return true;
}

/** `bc`: arbitrary precision arithmetic and its language (POSIX, GNU bc 1.07). */
export const bc = defineCommand({
  name: 'bc',
  program: toolProgram(function* (tool) {
    const { flags, operands } = yield* tool.options(
      '-l --mathlib, -q --quiet, -s --standard, -w --warn, -i --interactive, -v --version, -h --help',
    );
    if (flags.has('v')) {
      yield* tool.out(VERSION);
      return 0;
    }
    if (flags.has('h')) {
      yield* tool.out(USAGE);
      return 0;
    }
    const interpreter = new BcInterpreter(flags.has('l'), (steps) => tool.charge(Math.ceil(steps)));
    for (const path of operands) {
      const text = tool.readFile(path);
      if (!text.ok) {
        yield* tool.err(`File ${path} is unavailable.\n`);
        return 1;
      }
      const pending = { text: text.value.endsWith('\n') ? text.value : `${text.value}\n`, line: 1 };
      if (!(yield* runItems(tool, interpreter, path, pending))) return 0;
    }
    const pending = { text: '', line: 1 };
    const { stdin } = tool.process;
    for (let piece = yield* stdin.read(); piece !== undefined; piece = yield* stdin.read()) {
      pending.text += piece;
      tool.charge(1 + (pending.text.length >> 8));
      if (!(yield* runItems(tool, interpreter, 'standard_in', pending))) return 0;
    }
    if (pending.text !== '') {
      pending.text += '\n';
      yield* runItems(tool, interpreter, 'standard_in', pending);
    }
    return 0;
  }),
});
