import type { Coroutine } from '@seatrial/kernel';
import type { FunctionNode } from '../syntax/script-node.js';
import { ReturnJump } from './jumps.js';
import { runCompound } from './run-compound.js';
import type { Shell } from './shell.js';
import { hideTraps, runTrap } from './traps.js';

/** Calls a shell function. */
export function* runFunction(shell: Shell, node: FunctionNode, args: readonly string[]): Coroutine<number> {
  const { state } = shell;
  const { positional } = state;
  const { loopDepth } = shell;
  state.positional = [...args];
  shell.loopDepth = 0;
  shell.frames.push({ kind: 'function', name: node.name, line: shell.line });
  state.variables.enterFunction();
  const restoreTraps = hideTraps(shell);
  let status: number;
  try {
    try {
      status = yield* shell.deeper(() => runCompound(shell, node.body));
    } catch (error) {
      if (!(error instanceof ReturnJump)) throw error;
      ({ status } = error);
    }
    if (state.traps.has('RETURN')) yield* runTrap(shell, 'RETURN');
    return status;
  } finally {
    restoreTraps();
    state.variables.leaveFunction();
    shell.frames.pop();
    shell.loopDepth = loopDepth;
    state.positional = positional;
  }
}
