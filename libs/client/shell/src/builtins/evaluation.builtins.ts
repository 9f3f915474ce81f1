import { FILE_ERROR_TEXT, ok, resolvePath, type Coroutine } from '@seatrial/kernel';
import { tryArithmetic } from '../expansion/arithmetic-expansion.js';
import { environmentOf } from '../evaluation/hash-order.js';
import { ExitJump, ReturnJump } from '../evaluation/jumps.js';
import { complainOfLookUp, lookUpCommand, takeOver } from '../evaluation/run-external.js';
import { runScriptText } from '../evaluation/run-script.js';
import { runWords } from '../evaluation/run-simple.js';
import type { Shell } from '../evaluation/shell.js';
import { descriptorOf, readDescriptor } from '../evaluation/stream-files.js';
import { findOnPath } from '../program/look-up-program.js';
import { complainAs, defineBuiltin, parseOptions, type Builtin } from './builtin.js';
import { describeCommand } from './lookup.builtins.js';

const evalBuiltin = defineBuiltin({
  name: 'eval',
  ash: true,
  *run(shell, args) {
    const text = (args[0] === '--' ? args.slice(1) : args).join(' ');
    if (text.trim() === '') return 0;
    return yield* shell.traced(() =>
      shell.deeper(() => runScriptText(shell, text, { firstLine: shell.line, label: 'eval' })),
    );
  },
});

function findSource(shell: Shell, name: string): string | undefined {
  const { files } = shell.machine;
  const here = resolvePath(shell.state.cwd, name);
  if (name.includes('/')) return here;
  for (const folder of (shell.state.variables.read('PATH') ?? '').split(':')) {
    const path = resolvePath(shell.state.cwd, `${folder === '' ? '.' : folder}/${name}`);
    if (files.exists(path) && !files.isDirectory(path)) return path;
  }
  return shell.flavour === 'bash' ? here : undefined;
}

function* source(shell: Shell, called: string, args: readonly string[]): Coroutine<number> {
  const [name, ...positional] = args[0] === '--' ? args.slice(1) : args;
  if (name === undefined) {
    yield* shell.complain(shell.flavour === 'ash' ? '.: missing argument' : `${called}: filename argument required`);
    if (shell.flavour === 'bash') yield* shell.write(2, `${called}: usage: ${called} filename [arguments]\n`);
    return 2;
  }
  const descriptor = descriptorOf(name);
  const path = findSource(shell, name);
  const content =
    descriptor !== undefined && shell.descriptors.get(descriptor)
      ? ok(yield* readDescriptor(shell, descriptor))
      : path === undefined
        ? undefined
        : shell.machine.files.readFile(path);
  if (!content?.ok) {
    if (shell.flavour === 'ash') {
      if (content && name.includes('/'))
        yield* complainAs(shell, '.', `can't open '${name}': No such file or directory`);
      else yield* shell.complain(`.: ${name}: not found`);
      throw new ExitJump(2);
    }
    const directory = content?.error === 'EISDIR';
    yield* shell.complain(
      directory ? `.: ${name}: is a directory` : `${name}: ${FILE_ERROR_TEXT[content?.error ?? 'ENOENT']}`,
    );
    return 1;
  }
  return yield* runSource(shell, name, content.value, positional);
}

function* runSource(shell: Shell, name: string, text: string, positional: readonly string[]): Coroutine<number> {
  const saved = shell.state.positional;
  const { line } = shell;
  if (positional.length > 0) shell.state.positional = [...positional];
  shell.frames.push({ kind: 'file', name, line });
  try {
    return yield* shell.traced(() => shell.deeper(() => runScriptText(shell, text)));
  } catch (error) {
    if (error instanceof ReturnJump) return error.status;
    throw error;
  } finally {
    shell.frames.pop();
    shell.line = line;
    if (positional.length > 0) shell.state.positional = saved;
  }
}

function sourceBuiltin(name: string, ash: boolean): Builtin {
  return defineBuiltin({ name, ash, run: (shell, args) => source(shell, name, args) });
}

const exec = defineBuiltin({
  name: 'exec',
  ash: true,
  keepsRedirections: true,
  *run(shell, args) {
    const { operands, values } = parseOptions(args, 'cla:');
    if (operands.length === 0) return 0;
    const found = lookUpCommand(shell, operands[0]);
    if ('failure' in found) {
      const ash = shell.flavour === 'ash';
      const missing = found.failure === 'not-found' && !ash;
      if (missing) yield* complainAs(shell, 'exec', `${operands[0]}: not found`);
      else yield* complainOfLookUp(shell, operands[0], found);
      if (shell.interactive || shell.state.shopt.has('execfail')) return 127;
      throw new ExitJump(found.failure === 'permission-denied' || found.failure === 'is-directory' ? 126 : 127);
    }
    const words = [values.get('a') ?? operands[0], ...operands.slice(1)];
    return yield* takeOver(
      shell,
      found,
      words,
      environmentOf(shell.flavour, shell.state.variables.exported(), new Map()),
    );
  },
});

const command = defineBuiltin({
  name: 'command',
  ash: true,
  *run(shell, args) {
    const { options, operands } = parseOptions(args, 'pvV');
    if (operands.length === 0) return 0;
    if (!options.has('v') && !options.has('V'))
      return yield* runWords(shell, operands, { skipFunctions: true, text: operands.join(' ') });
    let status = 0;
    let found = false;
    for (const name of operands) {
      const text = describeCommand(shell, name, options.has('V') ? 'long' : 'short');
      if (text !== undefined) {
        found = true;
        yield* shell.out(`${text}\n`);
      } else {
        status = shell.flavour === 'ash' ? 127 : 1;
        if (options.has('V')) yield* complainAs(shell, 'command', `${name}: not found`);
      }
    }
    return found ? 0 : status;
  },
});

const builtin = defineBuiltin({
  name: 'builtin',
  *run(shell, args) {
    if (args.length === 0) return 0;
    if (describeCommand(shell, args[0], 'builtin') === undefined)
      return yield* complainAs(shell, 'builtin', `${args[0]}: not a shell builtin`);
    return yield* runWords(shell, args, { skipFunctions: true });
  },
});

const letBuiltin = defineBuiltin({
  name: 'let',
  ash: true,
  *run(shell, args) {
    if (args.length === 0) return yield* complainAs(shell, 'let', 'expression expected');
    let value = 0n;
    for (const text of args) {
      const result = tryArithmetic(shell, text);
      if ('error' in result) return yield* complainAs(shell, 'let', result.error);
      ({ value } = result);
    }
    return value === 0n ? 1 : 0;
  },
});

/** Remembered places of commands. */
const hash = defineBuiltin({
  name: 'hash',
  ash: true,
  *run(shell, args) {
    const table = shell.state.hash;
    if (args[0] === '-r') {
      table.clear();
      return 0;
    }
    let status = 0;
    for (const name of args.filter((arg) => !arg.startsWith('-'))) {
      const path = findOnPath(shell.machine, name, shell.state.variables.read('PATH'), shell.state.cwd);
      if (path === undefined) status = yield* complainAs(shell, 'hash', `${name}: not found`);
      else table.set(name, { path, hits: 0 });
    }
    if (args.length > 0) return status;
    if (table.size === 0) {
      if (shell.flavour === 'bash') yield* shell.out('hash: hash table empty\n');
      return 0;
    }
    if (shell.flavour === 'bash') yield* shell.out('hits\tcommand\n');
    for (const { path, hits } of table.values())
      yield* shell.out(shell.flavour === 'bash' ? `${String(hits).padStart(4)}\t${path}\n` : `${path}\n`);
    return 0;
  },
});

export const EVALUATION_BUILTINS: readonly Builtin[] = [
  sourceBuiltin('.', true),
  builtin,
  command,
  evalBuiltin,
  exec,
  hash,
  letBuiltin,
  sourceBuiltin('source', true),
];
