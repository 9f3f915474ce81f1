import { waitFor, type Coroutine, type Process } from '@seatrial/kernel';
import { askToStop, stopContainer } from '../commands/lifecycle.commands.js';
import type { Container } from '../engine/container.js';
import type { ComposeProject } from './compose-project.js';

/** Stops containers of a project, all at once; Ctrl-C to `impatient` meanwhile kills them. */
export function* stopAll(
  project: ComposeProject,
  containers: readonly Container[],
  seconds = 10,
  impatient?: Process,
): Coroutine<void> {
  const order = [...containers].reverse();
  for (const { name } of order) yield* project.say(`Container ${name}`, 'Stopping');
  for (const container of order) if (container.running) askToStop(container);
  const end = project.call.engine.simulation.now() + seconds * 1000;
  for (const container of order) {
    while (container.running && project.call.engine.simulation.now() < end) {
      const left = end - project.call.engine.simulation.now();
      const woken = yield* waitFor([container.stopped, ...(impatient ? [impatient.signalArrived] : [])], left);
      if (woken !== 1) continue;
      impatient?.takeSignal();
      for (const other of order) {
        yield* project.say(`Container ${other.name}`, 'Killing');
        other.kill('KILL');
        yield* project.say(`Container ${other.name}`, 'Killed');
      }
      return;
    }
    yield* stopContainer(container, 0);
    yield* project.say(`Container ${container.name}`, 'Stopped');
  }
}
