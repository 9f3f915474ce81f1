import type { Coroutine } from '@seatrial/kernel';
import type { Shell } from '../evaluation/shell.js';

/** An array given to a declaration command: `declare a=(x y)`. */
export interface ArrayWord {
  readonly name: string;
  readonly append: boolean;
  readonly elements: readonly { readonly key?: string; readonly value: string; readonly append?: boolean }[];
}

export interface BuiltinContext {
  /** Arrays by the index of the argument that declares them. */
  readonly arrays: ReadonlyMap<number, ArrayWord>;
}

/** A command that the shell runs itself. `args` has no name in front; the status is returned. */
export interface Builtin {
  readonly name: string;
  readonly run: (shell: Shell, args: readonly string[], context: BuiltinContext) => Coroutine<number>;
  /** ash has it too. */
  readonly ash?: boolean;
  /** Runs in the redirections of its command for good (`exec`). */
  readonly keepsRedirections?: boolean;
}

export function defineBuiltin(builtin: Builtin): Builtin {
  return builtin;
}

/** Builtins of ash that are applets of busybox: their complaints have its name alone. */
const APPLETS = new Set(['[', '[[', 'kill', 'printf', 'test']);

/** ash names the builtin and, unless it is interactive, the line; `-c` counts from 0 (busybox 1.35, ash_vmsg). */
function ashPrefix(shell: Shell, name: string): string {
  if (APPLETS.has(name)) return 'sh: ';
  const file = shell.frames.findLast((frame) => frame.kind === 'file')?.name ?? shell.state.name;
  if (shell.interactive) return `${file}: ${name}: `;
  return `${file}: ${name}: line ${shell.line - (shell.inputLetter === 'c' ? 1 : 0)}: `;
}

/** Prints `bash: line 1: name: text` and gives the status. */
export function* complainAs(shell: Shell, name: string, text: string, status = 1): Coroutine<number> {
  if (shell.flavour === 'ash') yield* shell.write(2, `${ashPrefix(shell, name)}${text}\n`);
  else yield* shell.complain(`${name}: ${text}`);
  return status;
}

/** Single-letter options in front of the operands. */
export interface ParsedOptions {
  readonly options: ReadonlySet<string>;
  /** Values of options that take one. */
  readonly values: ReadonlyMap<string, string>;
  readonly operands: readonly string[];
  /** The first option that is not known, as `-x`. */
  readonly invalid?: string;
  /** The option that lacks its value. */
  readonly missing?: string;
}

/** getopt(3) for builtins: `letters` as in optstring, a colon behind those with a value. */
export function parseOptions(args: readonly string[], letters: string): ParsedOptions {
  const options = new Set<string>();
  const values = new Map<string, string>();
  let index = 0;
  for (; index < args.length; index++) {
    const arg = args[index];
    if (arg === '--') {
      index++;
      break;
    }
    if (!/^-./.test(arg)) break;
    for (let at = 1; at < arg.length; at++) {
      const letter = arg[at];
      const known = letter === ':' ? -1 : letters.indexOf(letter);
      if (known < 0) return { options, values, operands: args.slice(index), invalid: `-${letter}` };
      options.add(letter);
      if (letters[known + 1] !== ':') continue;
      const rest = arg.slice(at + 1);
      const value = rest !== '' ? rest : args[++index];
      if (value === undefined) return { options, values, operands: [], missing: `-${letter}` };
      values.set(letter, value);
      break;
    }
  }
  return { options, values, operands: args.slice(index) };
}
