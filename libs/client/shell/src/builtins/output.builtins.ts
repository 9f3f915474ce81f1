import { decodeUtf8, encodeUtf8, type Coroutine } from '@seatrial/kernel';
import { formatPrintf, type PrintfResult } from '../evaluation/printf-format.js';
import { assignElement, assignScalar } from '../evaluation/assign.js';
import { decodeEscape } from '../syntax/ansi-quote.js';
import type { Shell } from '../evaluation/shell.js';
import { complainAs, defineBuiltin, type Builtin } from './builtin.js';

/** Expands `echo -e` escapes; `stopped` at `\c`. */
export function expandEchoEscapes(text: string): { readonly text: string; readonly stopped: boolean } {
  if (!text.includes('\\')) return { text, stopped: false };
  let result = '';
  for (let i = 0; i < text.length; i++) {
    if (text[i] !== '\\') {
      result += text[i];
      continue;
    }
    if (text[i + 1] === 'c') return { text: joinBytes(result), stopped: true };
    const digit = /[1-7]/.test(text[i + 1] ?? '');
    const escape = digit ? undefined : decodeEscape(text, i + 1, 'zero');
    if (!escape) {
      result += '\\';
      continue;
    }
    result += escape.text;
    i += escape.length;
  }
  return { text: joinBytes(result), stopped: false };
}

/** Bytes written one by one become the characters they encode. */
function joinBytes(text: string): string {
  return /[\udc80-\udcff]/.test(text) ? decodeUtf8(encodeUtf8(text)) : text;
}

const echo = defineBuiltin({
  name: 'echo',
  ash: true,
  *run(shell, args) {
    let newline = true;
    let escapes = shell.state.shopt.has('xpg_echo');
    let index = 0;
    for (; index < args.length && /^-[neE]+$/.test(args[index]); index++)
      for (const letter of args[index].slice(1)) {
        if (letter === 'n') newline = false;
        else escapes = letter === 'e';
      }
    const text = args.slice(index).join(' ');
    const expanded = escapes ? expandEchoEscapes(text) : { text, stopped: false };
    return yield* writeAll(shell, 'echo', expanded.text + (newline && !expanded.stopped ? '\n' : ''));
  },
});

function* writeAll(shell: Shell, name: string, text: string): Coroutine<number> {
  if (text === '') return 0;
  if (shell.descriptors.get(1)?.output === undefined)
    return yield* complainAs(shell, name, 'write error: Bad file descriptor');
  yield* shell.out(text);
  return 0;
}

/** printf's complaint as busybox words it. */
function inAshWords(error: string): string {
  return error.replace(/^(.*): invalid (?:octal )?number$/, "invalid number '$1'");
}

const printf = defineBuiltin({
  name: 'printf',
  ash: true,
  *run(shell, args) {
    let rest = args;
    let variable: string | undefined;
    if (rest[0] === '-v' && shell.flavour === 'bash') {
      variable = rest[1];
      rest = rest.slice(2);
    }
    if (rest[0] === '--') rest = rest.slice(1);
    if (rest.length === 0) {
      yield* shell.write(
        2,
        shell.flavour === 'ash'
          ? 'printf: usage: printf format [arguments]\n'
          : 'printf: usage: printf [-v var] format [arguments]\n',
      );
      return 2;
    }
    const result: PrintfResult = formatPrintf(rest[0], rest.slice(1), { now: shell.machine.simulation.now() });
    // A width may ask for any length.
    if (result.text.length > shell.usage.budget.outputBytes / 8) shell.exceeded('outputBytes');
    for (const error of result.errors)
      yield* complainAs(shell, 'printf', shell.flavour === 'ash' ? inAshWords(error) : error);
    if (variable === undefined) yield* writeAll(shell, 'printf', joinBytes(result.text));
    else {
      const element = /^(\w+)\[(.*)\]$/.exec(variable);
      if (element)
        assignElement(
          shell,
          element[1],
          /^\d+$/.test(element[2]) ? Number(element[2]) : element[2],
          result.text,
          false,
        );
      else assignScalar(shell, variable, result.text, false);
    }
    return result.errors.length > 0 ? 1 : 0;
  },
});

const help = defineBuiltin({
  name: 'help',
  *run(shell, args) {
    if (args.length > 0)
      return yield* complainAs(
        shell,
        'help',
        `no help topics match \`${args[0]}'.  Try \`help help' or \`man -k ${args[0]}' or \`info ${args[0]}'.`,
      );
    yield* shell.out('GNU bash, version 5.2.15(1)-release (x86_64-pc-linux-gnu)\n');
    return 0;
  },
});

export const OUTPUT_BUILTINS: readonly Builtin[] = [echo, help, printf];
