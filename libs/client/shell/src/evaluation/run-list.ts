import type { Coroutine } from '@seatrial/kernel';
import type { AndOrNode, ListNode } from '../syntax/script-node.js';
import { AssignmentFailure } from './assign.js';
import { ExitJump } from './jumps.js';
import { runPipeline } from './run-pipeline.js';
import { startBackground } from './run-background.js';
import type { Shell } from './shell.js';
import { handleSignals, runTrap } from './traps.js';

/** Runs commands one after the other; the status of the last. */
export function* runList(shell: Shell, list: ListNode): Coroutine<number> {
  let status = 0;
  for (const item of list.items) status = yield* runAndOr(shell, item);
  return status;
}

/** A list whose status decides something (`if`, `while`): `errexit` does not count in it. */
export function* runTest(shell: Shell, list: ListNode): Coroutine<number> {
  shell.errexitSuspended++;
  try {
    return yield* runList(shell, list);
  } finally {
    shell.errexitSuspended--;
  }
}

function* runAndOr(shell: Shell, node: AndOrNode): Coroutine<number> {
  if (shell.process.pendingSignals.length > 0) yield* handleSignals(shell);
  if (node.background) return yield* startBackground(shell, node);
  return yield* runForeground(shell, node);
}

/** The pipelines of a list in the foreground, with `errexit` looked at where it counts. */
export function* runForeground(shell: Shell, node: AndOrNode): Coroutine<number> {
  let status = yield* runGuarded(shell, node, -1);
  for (const [index, { operator }] of node.rest.entries()) {
    if ((operator === '&&') !== (status === 0)) continue;
    status = yield* runGuarded(shell, node, index);
  }
  return status;
}

function* runGuarded(shell: Shell, node: AndOrNode, index: number): Coroutine<number> {
  const pipeline = index < 0 ? node.first : node.rest[index].pipeline;
  const last = index === node.rest.length - 1;
  const suspended = !last || pipeline.negated;
  if (suspended) shell.errexitSuspended++;
  let status: number;
  try {
    status = yield* runPipeline(shell, pipeline);
  } catch (error) {
    if (!(error instanceof AssignmentFailure)) throw error;
    return yield* shell.discard(error.message, shell.flavour === 'ash' ? 2 : 1);
  } finally {
    if (suspended) shell.errexitSuspended--;
  }
  shell.state.lastStatus = status;
  if (shell.process.pendingSignals.length > 0) yield* handleSignals(shell);
  if (status !== 0 && !suspended && shell.errexitSuspended === 0) {
    if (shell.state.traps.has('ERR')) yield* runTrap(shell, 'ERR');
    if (shell.option('errexit')) throw new ExitJump(status);
  }
  return status;
}
