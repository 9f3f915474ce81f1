import {
  fail,
  ok,
  waitFor,
  type Coroutine,
  type ExitStatus,
  type Input,
  type Output,
  type Process,
  type Result,
} from '@seatrial/kernel';
import { borrowInput, borrowOutput } from './borrowed-stream.js';
import { reportMissing } from './known-programs.js';
import { lookUpProgram, programArguments, type FoundProgram, type LookUpError } from './look-up-program.js';

export interface CommandOptions {
  /** Streams; by default those of the calling process, which stay open when the command ends. */
  readonly stdin?: Input;
  readonly stdout?: Output;
  readonly stderr?: Output;
  /** The whole environment; by default the caller's. */
  readonly env?: ReadonlyMap<string, string>;
  readonly cwd?: string;
  readonly user?: string;
  /** A process group of its own, so that signals to the caller's group pass it by. */
  readonly ownGroup?: boolean;
}

/** What starting a program takes, in steps of evaluation. */
export const START_COST = 100;

/**
 * Starts another program as a child of `process`, the way execvp(3) finds it; a file without `#!` is run by
 * `/bin/sh`. Streams that are given are closed when the command ends; inherited ones are not.
 */
export function startCommand(
  process: Process,
  argv: readonly string[],
  options: CommandOptions = {},
): Result<Process, LookUpError> {
  const env = options.env ?? process.env;
  const cwd = options.cwd ?? process.cwd;
  const looked = lookUpProgram({ machine: process.machine, env: new Map(env), cwd }, argv[0] ?? '');
  const found = looked.ok ? looked : plainScript(process, looked.error);
  if (!found.ok) {
    if (found.error.failure === 'not-found') reportMissing(process.machine, found.error.path);
    return found;
  }
  process.machine.simulation.charge('steps', START_COST);
  const child = process.machine.processes.spawn(
    {
      program: found.value.program,
      argv: programArguments(found.value, argv),
      env,
      cwd,
      user: options.user ?? process.user,
      stdin: options.stdin ?? borrowInput(process.stdin),
      stdout: options.stdout ?? borrowOutput(process.stdout),
      stderr: options.stderr ?? borrowOutput(process.stderr),
    },
    process,
  );
  if (options.ownGroup) child.group = child.pid;
  return ok(child);
}

function plainScript(process: Process, error: LookUpError): Result<FoundProgram, LookUpError> {
  if (error.failure !== 'plain-script') return fail(error);
  const shell = lookUpProgram(process, '/bin/sh');
  return shell.ok
    ? ok({ program: shell.value.program, path: error.path, interpreter: ['/bin/sh', error.path] })
    : fail(error);
}

/** Runs a program to its end: the error when it cannot be started, else how it ended. */
export function* runCommand(
  process: Process,
  argv: readonly string[],
  options: CommandOptions = {},
): Coroutine<Result<ExitStatus, LookUpError>> {
  const started = startCommand(process, argv, options);
  if (!started.ok) return started;
  yield* waitFor([started.value.exited]);
  return ok(started.value.exitStatus ?? { code: 0 });
}

/** What execvp(3)'s caller prints and exits with: `not found` is 127, everything else 126. */
export function startFailureStatus(error: LookUpError): { readonly code: 126 | 127; readonly text: string } {
  switch (error.failure) {
    case 'not-found':
    case 'no-such-file':
    case 'bad-interpreter':
      return { code: 127, text: 'No such file or directory' };
    case 'is-directory':
    case 'permission-denied':
      return { code: 126, text: 'Permission denied' };
    case 'plain-script':
      return { code: 126, text: 'Exec format error' };
  }
}
