import { BreakJump, ContinueJump, ExitJump, ReturnJump } from '../evaluation/jumps.js';
import type { Shell } from '../evaluation/shell.js';
import type { Coroutine } from '@seatrial/kernel';
import { complainAs, defineBuiltin, type Builtin } from './builtin.js';

function loopBuiltin(name: 'break' | 'continue'): Builtin {
  return defineBuiltin({
    name,
    ash: true,
    *run(shell, args) {
      if (shell.loopDepth === 0) {
        if (shell.flavour === 'bash')
          yield* shell.complain(`${name}: only meaningful in a \`for', \`while', or \`until' loop`);
        return 0;
      }
      const levels = Number(args[0] ?? 1);
      if (!Number.isInteger(levels)) return yield* shell.discard(`${name}: ${args[0]}: numeric argument required`, 128);
      if (levels < 1) return yield* complainAs(shell, name, `${args[0]}: loop count out of range`);
      const bounded = Math.min(levels, shell.loopDepth);
      throw name === 'break' ? new BreakJump(bounded) : new ContinueJump(bounded);
    },
  });
}

function* statusArgument(shell: Shell, name: string, arg: string | undefined): Coroutine<number> {
  if (arg === undefined) return shell.state.lastStatus;
  if (/^-?\d+$/.test(arg)) return Number(BigInt.asUintN(8, BigInt(arg)));
  if (shell.flavour === 'ash') {
    yield* shell.complain(`${name}: Illegal number: ${arg}`);
    return 2;
  }
  return yield* complainAs(shell, name, `${arg}: numeric argument required`, 2);
}

const exit = defineBuiltin({
  name: 'exit',
  ash: true,
  *run(shell, args) {
    const status = yield* statusArgument(shell, 'exit', args[0]);
    if (args.length > 1 && /^-?\d+$/.test(args[0])) yield* shell.discard('exit: too many arguments');
    if (shell.interactive && shell.subshellLevel === 0 && shell.flavour === 'bash') yield* shell.write(2, 'exit\n');
    throw new ExitJump(status);
  },
});

const logout = defineBuiltin({
  name: 'logout',
  *run(shell) {
    return yield* complainAs(shell, 'logout', "not login shell: use `exit'");
  },
});

const returnBuiltin = defineBuiltin({
  name: 'return',
  ash: true,
  *run(shell, args) {
    const status = yield* statusArgument(shell, 'return', args[0]);
    if (shell.frames.length === 0 && shell.flavour === 'bash')
      return yield* complainAs(shell, 'return', "can only `return' from a function or sourced script", 2);
    throw new ReturnJump(status);
  },
});

const shift = defineBuiltin({
  name: 'shift',
  ash: true,
  *run(shell, args) {
    const count = Number(args[0] ?? 1);
    if (!Number.isInteger(count)) return yield* complainAs(shell, 'shift', `${args[0]}: numeric argument required`);
    if (count < 0) return yield* complainAs(shell, 'shift', `${args[0]}: shift count out of range`);
    if (count > shell.state.positional.length) return 1;
    shell.state.positional = shell.state.positional.slice(count);
    return 0;
  },
});

function constant(name: string, status: number): Builtin {
  return defineBuiltin({
    name,
    ash: true,
    *run() {
      return status;
    },
  });
}

export const FLOW_BUILTINS: readonly Builtin[] = [
  constant(':', 0),
  loopBuiltin('break'),
  loopBuiltin('continue'),
  exit,
  constant('false', 1),
  logout,
  returnBuiltin,
  shift,
  constant('true', 0),
];
