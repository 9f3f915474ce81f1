import { TextInput, resolvePath, sleep, type Coroutine } from '@seatrial/kernel';
import { reportMissing } from '../program/known-programs.js';
import {
  findOnPath,
  programArguments,
  programAt,
  type FoundProgram,
  type LookUpError,
} from '../program/look-up-program.js';
import { environmentOf } from './hash-order.js';
import { OpenFile } from './open-file.js';
import { ExitJump } from './jumps.js';
import { runScriptText } from './run-script.js';
import type { Shell } from './shell.js';
import { openStreamFiles } from './stream-files.js';
import { runInSubshell } from './subshell.js';
import { waitForForeground } from './wait-for-job.js';
import { START_COST } from '../program/run-command.js';

/** What starting a program takes, in virtual milliseconds. */
const START_MS = 1;

/** The program that a command word stands for; remembers where it was found. */
export function lookUpCommand(shell: Shell, name: string): FoundProgram | LookUpError {
  const { state, machine } = shell;
  if (name.includes('/')) return resultOf(programAt(machine, resolvePath(state.cwd, name), name));
  const remembered = state.hash.get(name);
  const path =
    remembered && machine.files.exists(remembered.path)
      ? remembered.path
      : findOnPath(machine, name, state.variables.read('PATH'), state.cwd);
  if (name === '' || path === undefined) return { failure: 'not-found', path: name };
  state.hash.set(name, { path, hits: (remembered?.hits ?? 0) + 1 });
  return resultOf(programAt(machine, path, path));
}

function resultOf(result: ReturnType<typeof programAt>): FoundProgram | LookUpError {
  return result.ok ? result.value : result.error;
}

/** Runs a program in the foreground with the shell's descriptors. */
export function* runExternal(
  shell: Shell,
  words: readonly string[],
  extraEnv: ReadonlyMap<string, string>,
  inPlace: boolean,
  text: string,
): Coroutine<number> {
  const found = lookUpCommand(shell, words[0]);
  if ('failure' in found) {
    if (found.failure === 'plain-script') return yield* runPlainScript(shell, found.path, words);
    return yield* complainOfLookUp(shell, words[0], found);
  }
  const env = environmentOf(shell.flavour, shell.state.variables.exported(), extraEnv);
  if (shell.flavour === 'bash') env.set('_', found.path);
  yield* sleep(START_MS);
  const streams = yield* openStreamFiles(shell, words);
  if (inPlace && streams === 'none') return yield* takeOver(shell, found, words, env);
  shell.charge(START_COST);
  shell.process.umask = shell.state.umask;
  const child = shell.machine.processes.spawn(
    {
      program: found.program,
      argv: programArguments(found, words),
      env,
      cwd: shell.state.cwd,
      stdin: streams === 'input' ? new TextInput('') : openOrNone(shell, 0).asInput(),
      stdout: openOrNone(shell, 1).asOutput(),
      stderr: openOrNone(shell, 2).asOutput(),
    },
    shell.process,
  );
  if (shell.option('monitor')) child.group = child.pid;
  return yield* waitForForeground(shell, shell.state.jobs.add([child], text, child.group, true));
}

function openOrNone(shell: Shell, descriptor: number): OpenFile {
  return shell.descriptors.get(descriptor) ?? new OpenFile(undefined, undefined);
}

/** `execve(2)`: the process goes on as the program; the shell is gone. */
export function* takeOver(
  shell: Shell,
  found: FoundProgram,
  words: readonly string[],
  env: ReadonlyMap<string, string>,
): Coroutine<number> {
  const { process } = shell;
  const former = [process.stdin, process.stdout, process.stderr];
  process.exec({
    argv: programArguments(found, words),
    env,
    stdin: openOrNone(shell, 0).asInput(),
    stdout: openOrNone(shell, 1).asOutput(),
    stderr: openOrNone(shell, 2).asOutput(),
  });
  process.cwd = shell.state.cwd;
  process.umask = shell.state.umask;
  shell.machine.files.umask = process.umask;
  for (const stream of former) stream.close();
  shell.descriptors.closeAll();
  shell.state.traps.clear();
  throw new ExitJump(yield* found.program(process));
}

/** An executable text without `#!` runs in a copy of the shell. */
function* runPlainScript(shell: Shell, path: string, words: readonly string[]): Coroutine<number> {
  const content = shell.machine.files.readFile(resolvePath(shell.state.cwd, path));
  return yield* shell.deeper(() =>
    runInSubshell(shell, (subshell) => {
      subshell.state.name = words[0];
      subshell.state.positional = words.slice(1);
      subshell.scriptFile = true;
      subshell.frames.length = 0;
      return runScriptText(subshell, content.ok ? content.value : '');
    }),
  );
}

/** Says why a program cannot be started: 127 when there is none, else 126. */
export function* complainOfLookUp(shell: Shell, name: string, error: LookUpError): Coroutine<number> {
  const ash = shell.flavour === 'ash';
  switch (error.failure) {
    case 'not-found':
      reportMissing(shell.machine, name);
      yield* shell.complain(`${name}: ${ash ? 'not found' : 'command not found'}`);
      return 127;
    case 'no-such-file':
      yield* shell.complain(`${name}: ${ash ? 'not found' : 'No such file or directory'}`);
      return 127;
    case 'bad-interpreter':
      yield* shell.complain(`${name}: ${ash ? 'not found' : 'cannot execute: required file not found'}`);
      return 127;
    case 'is-directory':
      yield* shell.complain(`${name}: ${ash ? 'Permission denied' : 'Is a directory'}`);
      return 126;
    case 'permission-denied':
    case 'plain-script':
      yield* shell.complain(`${name}: Permission denied`);
      return 126;
  }
}
