import type { Coroutine } from '@seatrial/kernel';
import type { Shell } from '../evaluation/shell.js';
import { singleQuote } from '../evaluation/quote.js';
import { findOnPath } from '../program/look-up-program.js';
import { printFunction } from '../syntax/print-function.js';
import { complainAs, defineBuiltin, parseOptions, type Builtin } from './builtin.js';
import { builtinNames, findBuiltin } from './registry.js';

const KEYWORDS = new Set(['if', 'then', 'else', 'elif', 'fi', 'case', 'esac', 'for', 'select', 'while', 'until', 'do', 'done', 'in', 'function', 'time', '{', '}', '!', '[[', ']]', 'coproc']); // prettier-ignore

type Style = 'short' | 'long' | 'type' | 'builtin';

/** What a command word stands for, as `type` (`long`), `command -v` (`short`) or `type -t` (`type`) say it. */
export function describeCommand(shell: Shell, name: string, style: Style): string | undefined {
  const { state } = shell;
  if (style === 'builtin') return findBuiltin(name, shell.flavour) && name;
  const alias = state.aliases.get(name);
  if (alias !== undefined && (shell.interactive || state.shopt.has('expand_aliases')))
    return { short: `alias ${name}=${singleQuote(alias)}`, long: `${name} is aliased to \`${alias}'`, type: 'alias' }[
      style
    ];
  if (KEYWORDS.has(name)) return { short: name, long: `${name} is a shell keyword`, type: 'keyword' }[style];
  const functionNode = state.functions.get(name);
  if (functionNode) {
    const text =
      shell.flavour === 'bash' ? `${name} is a function\n${printFunction(functionNode)}` : `${name} is a function`;
    return { short: name, long: text, type: 'function' }[style];
  }
  if (findBuiltin(name, shell.flavour))
    return { short: name, long: `${name} is a shell builtin`, type: 'builtin' }[style];
  const given = name.includes('/') && shell.machine.files.exists(name) ? name : undefined;
  const path = name.includes('/') ? given : findOnPath(shell.machine, name, state.variables.read('PATH'), state.cwd);
  if (path === undefined) return undefined;
  const hashed = shell.flavour === 'bash' && state.hash.has(name);
  return { short: path, long: hashed ? `${name} is hashed (${path})` : `${name} is ${path}`, type: 'file' }[style];
}

const type = defineBuiltin({
  name: 'type',
  ash: true,
  *run(shell, args) {
    const { options, operands } = parseOptions(args, 'afptP');
    let status = 0;
    for (const name of operands) {
      status = (yield* typeOne(shell, name, options)) || status;
      if (options.has('a')) yield* typeFiles(shell, name, options);
    }
    return status;
  },
});

function* typeOne(shell: Shell, name: string, options: ReadonlySet<string>): Coroutine<number> {
  if (options.has('P') || options.has('p')) {
    const path = findOnPath(shell.machine, name, shell.state.variables.read('PATH'), shell.state.cwd);
    const internal = options.has('p') && describeCommand(shell, name, 'type') !== 'file';
    if (path !== undefined && !internal) yield* shell.out(`${path}\n`);
    return path === undefined && !internal ? 1 : 0;
  }
  const text = describeCommand(shell, name, options.has('t') ? 'type' : 'long');
  if (text !== undefined) {
    yield* shell.out(`${text}\n`);
    return 0;
  }
  if (shell.flavour === 'ash') {
    yield* shell.out(`${name}: not found\n`);
    return 127;
  }
  return options.has('t') ? 1 : yield* complainAs(shell, 'type', `${name}: not found`);
}

/** The files of `type -a` behind what comes first. */
function* typeFiles(shell: Shell, name: string, options: ReadonlySet<string>): Coroutine<void> {
  const first = describeCommand(shell, name, 'type');
  const folders = (shell.state.variables.read('PATH') ?? '').split(':');
  let found = first === 'file' ? -1 : 0;
  for (const folder of folders) {
    const path = findOnPath(shell.machine, name, folder, shell.state.cwd);
    if (path === undefined || ++found === 0) continue;
    yield* shell.out(options.has('t') ? 'file\n' : `${name} is ${path}\n`);
  }
}

const history = defineBuiltin({
  name: 'history',
  ash: true,
  *run() {
    // Neither sessions nor scripts keep a history.
    return 0;
  },
});

const compgen = defineBuiltin({
  name: 'compgen',
  *run(shell, args) {
    const prefix = args.find((arg) => !arg.startsWith('-')) ?? '';
    const names = args.includes('-b')
      ? builtinNames('bash')
      : args.includes('-v')
        ? shell.state.variables.names()
        : args.includes('-k')
          ? [...KEYWORDS]
          : [];
    const found = names.filter((name) => name.startsWith(prefix));
    for (const name of found) yield* shell.out(`${name}\n`);
    return found.length > 0 ? 0 : 1;
  },
});

/** Builtins of line editing and completion: they change nothing here. */
function silent(name: string): Builtin {
  return defineBuiltin({
    name,
    *run() {
      return 0;
    },
  });
}

const caller = defineBuiltin({
  name: 'caller',
  *run(shell) {
    const frame = shell.frames.at(-1);
    if (!frame) return 1;
    yield* shell.out(`${frame.line} ${shell.state.name}\n`);
    return 0;
  },
});

export const LOOKUP_BUILTINS: readonly Builtin[] = [
  silent('bind'),
  caller,
  compgen,
  silent('complete'),
  silent('compopt'),
  silent('enable'),
  history,
  type,
];
