import { ACCESS, FILE_ERROR_TEXT, resolvePath, type Coroutine } from '@seatrial/kernel';
import { isThere } from '../program/handed-in.js';
import type { Shell } from '../evaluation/shell.js';
import { complainAs, defineBuiltin, parseOptions, type Builtin } from './builtin.js';

/** A path of more characters takes a while to walk. */
const LONG_PATH = 512;

/** Changes the working directory of the shell; the error text when that is not possible. */
export function changeDirectory(shell: Shell, target: string, physical = false): string | undefined {
  const { files } = shell.machine;
  const path = resolvePath(shell.state.cwd, target);
  if (path.length > LONG_PATH) shell.charge(path.length);
  isThere(shell.machine, path);
  const found = files.stat(path);
  if (!found.ok) return FILE_ERROR_TEXT[found.error];
  if (found.value.type !== 'directory') return FILE_ERROR_TEXT.ENOTDIR;
  if (!files.permits(found.value, ACCESS.execute)) return FILE_ERROR_TEXT.EACCES;
  const real = physical ? files.realPath(path) : undefined;
  const { variables } = shell.state;
  const before = variables.ensure('OLDPWD');
  before.value = shell.state.cwd;
  before.exported = true;
  shell.state.cwd = real?.ok ? real.value : path;
  variables.ensure('PWD').value = shell.state.cwd;
  if (shell.subshellLevel === 0) shell.process.cwd = shell.state.cwd;
  return undefined;
}

const cd = defineBuiltin({
  name: 'cd',
  ash: true,
  *run(shell, args) {
    const { options, operands, invalid } = parseOptions(args[0] === '-' ? ['--', ...args] : args, 'LPe@');
    if (invalid) {
      yield* complainAs(shell, 'cd', `${invalid}: invalid option`);
      yield* shell.write(2, 'cd: usage: cd [-L|[-P [-e]] [-@]] [dir]\n');
      return 2;
    }
    if (operands.length > 1 && shell.flavour === 'bash') return yield* complainAs(shell, 'cd', 'too many arguments');
    const variable = operands.length === 0 ? 'HOME' : operands[0] === '-' ? 'OLDPWD' : undefined;
    const target = variable ? shell.state.variables.read(variable) : operands[0];
    if (target === undefined) return yield* complainAs(shell, 'cd', `${variable ?? ''} not set`);
    if (target === '') {
      if (operands[0] === '-') yield* shell.out(`${shell.state.cwd}\n`);
      return 0;
    }
    const viaPath = yield* searchDirectoryPath(shell, target, options.has('P'));
    if (viaPath) return 0;
    const problem = changeDirectory(shell, target, options.has('P'));
    if (problem !== undefined)
      return shell.flavour === 'ash'
        ? yield* complainAs(shell, 'cd', `can't cd to ${target}: ${problem}`, 2)
        : yield* complainAs(shell, 'cd', `${target}: ${problem}`);
    if (operands[0] === '-') yield* shell.out(`${shell.state.cwd}\n`);
    return 0;
  },
});

function* searchDirectoryPath(shell: Shell, target: string, physical: boolean): Coroutine<boolean> {
  const path = shell.state.variables.read('CDPATH');
  if (path === undefined || path === '' || /^\.{0,2}(\/|$)/.test(target)) return false;
  for (const folder of path.split(':')) {
    if (changeDirectory(shell, `${folder === '' ? '.' : folder}/${target}`, physical) !== undefined) continue;
    if (folder !== '' && folder !== '.') yield* shell.out(`${shell.state.cwd}\n`);
    return true;
  }
  return false;
}

const pwd = defineBuiltin({
  name: 'pwd',
  ash: true,
  *run(shell, args) {
    const real = args.includes('-P') ? shell.machine.files.realPath(shell.state.cwd) : undefined;
    yield* shell.out(`${real?.ok ? real.value : shell.state.cwd}\n`);
    return 0;
  },
});

function withTilde(shell: Shell, path: string): string {
  const home = shell.state.variables.read('HOME');
  return home && (path === home || path.startsWith(`${home}/`)) ? `~${path.slice(home.length)}` : path;
}

function* printStack(shell: Shell): Coroutine<number> {
  const stack = [shell.state.cwd, ...shell.state.directoryStack];
  yield* shell.out(`${stack.map((path) => withTilde(shell, path)).join(' ')}\n`);
  return 0;
}

const dirs = defineBuiltin({
  name: 'dirs',
  *run(shell, args) {
    if (args[0] === '-c') {
      shell.state.directoryStack = [];
      return 0;
    }
    const stack = [shell.state.cwd, ...shell.state.directoryStack];
    if (args[0] === '-v') {
      for (const [index, path] of stack.entries())
        yield* shell.out(`${String(index).padStart(2)}  ${withTilde(shell, path)}\n`);
      return 0;
    }
    if (args[0] === '-p') {
      for (const path of stack) yield* shell.out(`${withTilde(shell, path)}\n`);
      return 0;
    }
    return yield* printStack(shell);
  },
});

/** Rotates the stack so that the entry `+n` or `-n` comes first; undefined when there is none. */
function rotated(stack: readonly string[], operand: string): string[] | undefined {
  const number = Number(operand.slice(1));
  const index = operand.startsWith('+') ? number : stack.length - 1 - number;
  return index >= 0 && index < stack.length ? [...stack.slice(index), ...stack.slice(0, index)] : undefined;
}

const pushd = defineBuiltin({
  name: 'pushd',
  *run(shell, args) {
    const operand = args.find((arg) => arg !== '-n');
    const stack = [shell.state.cwd, ...shell.state.directoryStack];
    let next: string[] | undefined;
    if (operand === undefined) {
      if (stack.length < 2) return yield* complainAs(shell, 'pushd', 'no other directory');
      next = [stack[1], stack[0], ...stack.slice(2)];
    } else if (/^[+-]\d+$/.test(operand)) {
      next = rotated(stack, operand);
      if (!next) return yield* complainAs(shell, 'pushd', `${operand}: directory stack index out of range`);
    } else next = [operand, ...stack];
    const problem = changeDirectory(shell, next[0]);
    if (problem !== undefined) return yield* complainAs(shell, 'pushd', `${next[0]}: ${problem}`);
    shell.state.directoryStack = next.slice(1);
    return yield* printStack(shell);
  },
});

const popd = defineBuiltin({
  name: 'popd',
  *run(shell, args) {
    const stack = [shell.state.cwd, ...shell.state.directoryStack];
    if (stack.length < 2) return yield* complainAs(shell, 'popd', 'directory stack empty');
    const operand = args[0];
    if (operand !== undefined && operand !== '+0') {
      const index = /^[+-]\d+$/.test(operand)
        ? rotated(
            stack.map((_, at) => String(at)),
            operand,
          )?.[0]
        : undefined;
      if (index === undefined)
        return yield* complainAs(shell, 'popd', `${operand}: directory stack index out of range`);
      if (index !== '0') {
        shell.state.directoryStack.splice(Number(index) - 1, 1);
        return yield* printStack(shell);
      }
    }
    const problem = changeDirectory(shell, stack[1]);
    if (problem !== undefined) return yield* complainAs(shell, 'popd', `${stack[1]}: ${problem}`);
    shell.state.directoryStack = stack.slice(2);
    return yield* printStack(shell);
  },
});

export const DIRECTORY_BUILTINS: readonly Builtin[] = [cd, dirs, popd, pushd, pwd];
