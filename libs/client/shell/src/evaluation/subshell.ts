import type { Coroutine, Process } from '@seatrial/kernel';
import { OpenFile } from './open-file.js';
import { BreakJump, ContinueJump, DiscardJump, ExitJump, ReturnJump } from './jumps.js';
import type { Shell } from './shell.js';
import { runExitTrap } from './traps.js';

/** Runs a body in a copy of the shell inside the same process; its changes and its `exit` stay there. */
export function* runInSubshell(
  shell: Shell,
  body: (subshell: Shell) => Coroutine<number>,
  showsJobs = false,
): Coroutine<number> {
  return yield* runToEnd(shell.subshell(shell.process, showsJobs), body);
}

/** Runs a body to the end of its shell: turns every way out into a status, runs the exit trap, closes files. */
export function* runToEnd(shell: Shell, body: (shell: Shell) => Coroutine<number>): Coroutine<number> {
  try {
    let status = yield* statusOf(() => body(shell));
    shell.state.lastStatus = status;
    status = yield* statusOf(() => runExitTrap(shell, status));
    return status;
  } finally {
    shell.descriptors.closeAll();
  }
}

function* statusOf(body: () => Coroutine<number>): Coroutine<number> {
  try {
    return yield* body();
  } catch (error) {
    if (error instanceof ExitJump || error instanceof DiscardJump || error instanceof ReturnJump) return error.status;
    if (error instanceof BreakJump || error instanceof ContinueJump) return 0;
    throw error;
  }
}

/** Starts a process of its own for a part of a pipeline or a background list. */
export function spawnSubshell(
  shell: Shell,
  argv: readonly string[],
  prepare: (subshell: Shell) => void,
  body: (subshell: Shell) => Coroutine<number>,
  showsJobs = false,
): Process {
  // The copy is taken now, before the parent goes on and changes its own.
  const draft = shell.subshell(shell.process, showsJobs);
  prepare(draft);
  const { descriptors, state } = draft;
  const started = shell.machine.processes.spawn(
    {
      program: (process) => {
        const subshell = draft.inProcess(process, descriptors, state);
        return runToEnd(subshell, body);
      },
      argv,
      env: shell.process.env,
      cwd: state.cwd,
      stdin: (descriptors.get(0) ?? closedFile()).asInput(),
      stdout: (descriptors.get(1) ?? closedFile()).asOutput(),
      stderr: (descriptors.get(2) ?? closedFile()).asOutput(),
    },
    shell.process,
  );
  // A process that is killed before its first step runs no `finally`.
  started.exited.subscribe(() => {
    descriptors.closeAll();
  });
  return started;
}

function closedFile(): OpenFile {
  return new OpenFile(undefined, undefined);
}
