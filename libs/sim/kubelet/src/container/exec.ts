import {
  fail,
  ok,
  sleep,
  TextInput,
  TextOutput,
  waitFor,
  type Coroutine,
  type Input,
  type Output,
  type Process,
  type Result,
} from '@seatrial/kernel';
import type { ContainerInstance } from './container-instance.js';
import { resolveExecutable } from './executable.js';

export interface ExecStreams {
  readonly stdin?: Input | undefined;
  readonly stdout: Output;
  readonly stderr: Output;
}

/** Starts a command in a running container; the error is the runtime's text. */
export function execInContainer(
  instance: ContainerInstance,
  command: readonly string[],
  streams: ExecStreams,
): Result<Process, string> {
  const { machine, settings } = instance;
  const found = resolveExecutable(machine.files, settings.programs, command, {
    cwd: settings.cwd,
    path: settings.path,
  });
  if (!found.ok) {
    const id = settings.simulation.random.hex(64);
    return fail(
      `failed to exec in container: failed to start exec "${id}": OCI runtime exec failed: exec failed: unable to start container process: ${found.error}: unknown`,
    );
  }
  const process = machine.processes.spawn({
    program: found.value.program,
    argv: found.value.argv,
    env: () => settings.env(),
    cwd: settings.cwd,
    user: settings.user,
    stdin: streams.stdin ?? new TextInput(''),
    stdout: streams.stdout,
    stderr: streams.stderr,
  });
  return ok(process);
}

/** How a command in a container ended; `output` is stdout, then stderr. */
export type ExecOutcome =
  | { readonly kind: 'exited'; readonly code: number; readonly output: string; readonly stderr: string }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'error'; readonly message: string };

const MAX_OUTPUT = 10_240;

/** Runs a command to its end, with its output collected (probes, hooks). */
export function* runInContainer(
  instance: ContainerInstance,
  command: readonly string[],
  timeoutMs?: number,
): Coroutine<ExecOutcome> {
  const stdout = new TextOutput(MAX_OUTPUT);
  const stderr = new TextOutput(MAX_OUTPUT);
  const started = execInContainer(instance, command, { stdout, stderr });
  yield* sleep(30);
  if (!started.ok) return { kind: 'error', message: `rpc error: code = Unknown desc = ${started.error}` };
  const process = started.value;
  const woken = yield* waitFor([process.exited], timeoutMs);
  if (woken < 0 && !process.exitStatus) {
    process.kill('KILL');
    return { kind: 'timeout' };
  }
  const output = (stdout.text + stderr.text).slice(0, MAX_OUTPUT);
  return { kind: 'exited', code: process.exitStatus?.code ?? 0, output, stderr: stderr.text };
}
