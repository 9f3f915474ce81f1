import { Pipe, type Coroutine } from '@seatrial/kernel';
import type { CoprocessNode } from '../syntax/script-node.js';
import { assignArray, assignScalar } from './assign.js';
import { OpenFile } from './open-file.js';
import { runCommandHere } from './run-pipeline.js';
import type { Shell } from './shell.js';
import { spawnSubshell } from './subshell.js';

/** Where bash puts the shell's ends of the pipes: what it reads from, what it writes to. */
const HIGHEST = 63;

function highestFree(shell: Shell, below: number): number {
  let descriptor = below;
  while (shell.descriptors.get(descriptor)) descriptor--;
  return descriptor;
}

/** `coproc NAME command`: in the background, with its input and output at the descriptors `${NAME[1]}` and `${NAME[0]}`. */
export function* startCoprocess(shell: Shell, node: CoprocessNode): Coroutine<number> {
  const input = new Pipe();
  const output = new Pipe();
  const prepare = (subshell: Shell): void => {
    subshell.descriptors.set(0, new OpenFile(input.input, undefined));
    subshell.descriptors.set(1, new OpenFile(undefined, output.output));
  };
  const process = spawnSubshell(shell, [shell.state.name], prepare, (subshell) =>
    runCommandHere(subshell, node.command),
  );
  const group = shell.option('monitor') ? process.pid : shell.process.group;
  process.group = group;
  const from = highestFree(shell, HIGHEST);
  shell.descriptors.set(from, new OpenFile(output.input, undefined));
  const to = highestFree(shell, from - 3);
  shell.descriptors.set(to, new OpenFile(undefined, input.output));
  const elements = [from, to].map((value, index) => ({ key: String(index), value: String(value) }));
  assignArray(shell, node.name, elements, false);
  assignScalar(shell, `${node.name}_PID`, String(process.pid), false);
  const job = shell.state.jobs.add([process], node.text, group, false);
  shell.state.lastBackgroundPid = process.pid;
  if (shell.interactive) yield* shell.write(2, `[${job.id}] ${process.pid}\n`);
  return 0;
}
