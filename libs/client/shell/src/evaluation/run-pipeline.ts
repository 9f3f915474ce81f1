import { Pipe, type Coroutine, type Process } from '@seatrial/kernel';
import type { CommandNode, PipelineNode } from '../syntax/script-node.js';
import { OpenFile } from './open-file.js';
import { runCompound } from './run-compound.js';
import { startCoprocess } from './run-coprocess.js';
import { beginSimple, runSimple } from './run-simple.js';
import type { Shell } from './shell.js';
import { spawnSubshell } from './subshell.js';
import { pipelineStatus, waitForForeground } from './wait-for-job.js';

/** Runs a pipeline in the foreground. */
export function* runPipeline(shell: Shell, node: PipelineNode): Coroutine<number> {
  const started = shell.machine.simulation.now();
  let status: number;
  if (node.commands.length === 0) status = 0;
  else if (node.commands.length === 1) {
    status = yield* runCommandNode(shell, node.commands[0]);
    if (node.commands[0].type === 'simple') shell.state.pipeStatus = [status];
  } else status = yield* runConcurrently(shell, node);
  if (node.timed) yield* reportTime(shell, shell.machine.simulation.now() - started, node.timed === 'posix');
  return node.negated ? Number(status === 0) : status;
}

function* reportTime(shell: Shell, elapsedMs: number, posix: boolean): Coroutine<void> {
  if (posix) {
    yield* shell.write(2, `real ${(elapsedMs / 1000).toFixed(2)}\nuser 0.00\nsys 0.00\n`);
    return;
  }
  const format = shell.state.variables.read('TIMEFORMAT') ?? '\nreal\t%3lR\nuser\t%3lU\nsys\t%3lS';
  if (format !== '') yield* shell.write(2, `${timeText(format, elapsedMs)}\n`);
}

/** `TIMEFORMAT`: `%R`, `%U`, `%S` with decimals and `l` for minutes, `%P` and `%%`. Programs use no time of a processor. */
function timeText(format: string, elapsedMs: number): string {
  return format.replace(/%(?:([0-6]?)(l?)([RUS])|P|%)/g, (directive, digits: string, long: string, unit?: string) => {
    if (unit === undefined) return directive === '%P' ? '0.00' : '%';
    const ms = unit === 'R' ? elapsedMs : 0;
    const decimals = digits === '' ? 3 : Math.min(3, Number(digits));
    const seconds = (value: number): string =>
      (Math.floor(value / 10 ** (3 - decimals)) / 10 ** decimals).toFixed(decimals);
    return long === '' ? seconds(ms) : `${String(Math.floor(ms / 60_000))}m${seconds(ms % 60_000)}s`;
  });
}

/** `shopt -s lastpipe`: without job control the last command runs in the shell itself. */
function* runLastHere(shell: Shell, node: PipelineNode): Coroutine<number> {
  const last = node.commands[node.commands.length - 1];
  const pipe = new Pipe();
  const before = { ...node, commands: node.commands.slice(0, -1) };
  const processes = yield* spawnPipeline(shell, before, new OpenFile(undefined, pipe.output));
  for (const process of processes) process.group = shell.process.group;
  const saved = shell.descriptors;
  const table = saved.clone();
  table.set(0, new OpenFile(pipe.input, undefined));
  shell.descriptors = table;
  let status: number;
  try {
    status = yield* runCommandNode(shell, last);
  } finally {
    shell.descriptors = saved;
    table.closeAll();
  }
  yield* waitForForeground(shell, shell.state.jobs.add(processes, '', shell.process.group, true));
  shell.state.pipeStatus = [...shell.state.pipeStatus, status];
  return pipelineStatus(shell, shell.state.pipeStatus);
}

function* runConcurrently(shell: Shell, node: PipelineNode): Coroutine<number> {
  if (shell.state.shopt.has('lastpipe') && !shell.option('monitor')) return yield* runLastHere(shell, node);
  const processes = yield* spawnPipeline(shell, node);
  const group = shell.option('monitor') ? processes[0].pid : shell.process.group;
  for (const process of processes) process.group = group;
  const text = node.commands.map((command) => command.text).join(' | ');
  return yield* waitForForeground(shell, shell.state.jobs.add(processes, text, group, true));
}

/** Starts the commands of a pipeline, each in a process, joined by pipes. */
export function* spawnPipeline(shell: Shell, node: PipelineNode, end?: OpenFile): Coroutine<Process[]> {
  const processes: Process[] = [];
  let upstream: OpenFile | undefined;
  for (const [index, command] of node.commands.entries()) {
    const pipe = index < node.commands.length - 1 ? new Pipe() : undefined;
    const input = upstream;
    const output = pipe ? new OpenFile(undefined, pipe.output) : end;
    const prepare = (subshell: Shell): void => {
      if (input) subshell.descriptors.set(0, input);
      if (output) subshell.descriptors.set(1, output);
      if (output && node.withStderr[index]) subshell.descriptors.set(2, output.retain());
    };
    if (command.type === 'simple') yield* beginSimple(shell, command);
    const listsJobs = command.type === 'simple' && command.words[0]?.text === 'jobs';
    const run = (subshell: Shell): Coroutine<number> => runCommandHere(subshell, command);
    processes.push(spawnSubshell(shell, [shell.state.name], prepare, run, listsJobs));
    upstream = pipe && new OpenFile(pipe.input, undefined);
  }
  return processes;
}

/** A command that is all its process does: an external program takes the process over. */
export function* runCommandHere(shell: Shell, node: CommandNode): Coroutine<number> {
  shell.errexitSuspended = 0;
  const status = node.type === 'simple' ? yield* runSimple(shell, node, true) : yield* runCommandNode(shell, node);
  shell.state.lastStatus = status;
  return status;
}

function* runCommandNode(shell: Shell, node: CommandNode): Coroutine<number> {
  if (node.type === 'simple') return yield* runSimple(shell, node, node === shell.last && shell.state.traps.size === 0);
  shell.line = node.line;
  if (node.type === 'coproc') return yield* startCoprocess(shell, node);
  if (node.type !== 'function') return yield* runCompound(shell, node);
  shell.state.functions.set(node.name, node);
  return 0;
}
