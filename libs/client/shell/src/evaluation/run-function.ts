import type { Coroutine } from '@seatrial/kernel';
import type { FunctionNode } from '../syntax/script-node.js';
import { ReturnJump } from './jumps.js';
import { runCompound } from './run-compound.js';
import type { Shell } from './shell.js';
import { withoutTraps } from './traps.js';

/** Calls a shell function. */
export function* runFunction(shell: Shell, node: FunctionNode, args: readonly string[]): Coroutine<number> {
  const { state } = shell;
  const { positional } = state;
  const { loopDepth } = shell;
  state.positional = [...args];
  shell.loopDepth = 0;
  shell.frames.push({ kind: 'function', name: node.name, line: shell.line });
  state.variables.enterFunction();
  try {
    return yield* withoutTraps(shell, () => runBody(shell, node));
  } finally {
    state.variables.leaveFunction();
    shell.frames.pop();
    shell.loopDepth = loopDepth;
    state.positional = positional;
  }
}

function* runBody(shell: Shell, node: FunctionNode): Coroutine<number> {
  try {
    return yield* shell.deeper(() => runCompound(shell, node.body));
  } catch (error) {
    if (error instanceof ReturnJump) return error.status;
    throw error;
  }
}
