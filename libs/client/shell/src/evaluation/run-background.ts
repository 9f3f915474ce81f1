import { Pipe, type Coroutine } from '@seatrial/kernel';
import { printAndOr } from '../syntax/print-function.js';
import type { AndOrNode } from '../syntax/script-node.js';
import { OpenFile } from './open-file.js';
import { runForeground } from './run-list.js';
import { runCommandHere, spawnPipeline } from './run-pipeline.js';
import type { Shell } from './shell.js';
import { spawnSubshell } from './subshell.js';

/** `list &`: starts it and goes on. */
export function* startBackground(shell: Shell, node: AndOrNode): Coroutine<number> {
  const { first } = node;
  const single = node.rest.length === 0 && !first.negated && !first.timed;
  const detach = (subshell: Shell): void => {
    // Without job control a background command reads nothing from the terminal or script.
    if (!shell.option('monitor')) subshell.descriptors.set(0, new OpenFile(new Pipe().input, undefined));
  };
  const processes =
    single && first.commands.length > 1
      ? yield* spawnPipeline(shell, first)
      : [
          spawnSubshell(shell, [shell.state.name, node.text], detach, (subshell) =>
            single && first.commands.length === 1
              ? runCommandHere(subshell, first.commands[0])
              : runForeground(subshell, { ...node, background: false }),
          ),
        ];
  const group = shell.option('monitor') ? (processes[0]?.pid ?? shell.process.group) : shell.process.group;
  for (const process of processes) {
    process.group = group;
    // A shell without job control shields its background jobs from Ctrl-C.
    if (!shell.option('monitor')) process.setSignalHandler('INT', 'ignore');
  }
  const job = shell.state.jobs.add(processes, printAndOr(node), group, false);
  shell.state.lastBackgroundPid = processes.at(-1)?.pid;
  if (shell.interactive) yield* shell.write(2, `[${job.id}] ${shell.state.lastBackgroundPid ?? 0}\n`);
  shell.state.lastStatus = 0;
  return 0;
}
