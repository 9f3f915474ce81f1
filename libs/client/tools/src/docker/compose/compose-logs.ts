import { waitFor, type Coroutine, type Process } from '@seatrial/kernel';
import type { Container } from '../engine/container.js';
import { apiTime } from '../engine/human-units.js';
import { logName } from './compose-project.js';

interface Position {
  readonly container: Container;
  index: number;
  reported: boolean;
}

/** How the logs of several containers are shown together. */
export interface LogView {
  readonly follow: boolean;
  readonly tail: number | undefined;
  readonly timestamps: boolean;
  readonly prefix: boolean;
  /** Says when a container has ended, and ends with the first or the last of them. */
  readonly attached?: 'first' | 'all';
}

/** Prints logs of several containers, each line with its container's name; the status of the container that ended it. */
export function* printLogs(process: Process, containers: readonly Container[], view: LogView): Coroutine<number> {
  const width = Math.max(0, ...containers.map((container) => logName(container).length)) + 1;
  const prefixOf = (container: Container): string => (view.prefix ? `${logName(container).padEnd(width)} | ` : '');
  const positions: Position[] = containers.map((container) => ({
    container,
    index: view.tail === undefined ? 0 : Math.max(0, container.log.lines.length - view.tail),
    reported: false,
  }));
  if (view.follow) for (const signal of ['INT', 'TERM'] as const) process.setSignalHandler(signal, 'catch');
  for (;;) {
    if (view.follow && process.takeSignal()) return 130;
    for (const position of positions) yield* printNew(process, position, prefixOf(position.container), view);
    if (!view.follow) return 0;
    for (const position of positions) {
      if (position.reported || position.container.state !== 'exited') continue;
      position.reported = true;
      const { container } = position;
      if (view.attached) yield* process.stdout.write(`${logName(container)} exited with code ${container.exitCode}\n`);
      if (view.attached === 'first') return container.exitCode;
    }
    if (positions.every(({ container }) => container.state === 'exited')) return 0;
    const running = positions.filter(({ container }) => container.state !== 'exited');
    yield* waitFor([
      process.signalArrived,
      ...positions.map(({ container }) => container.log.changed),
      ...running.filter(({ container }) => container.running).map(({ container }) => container.stopped),
    ]);
  }
}

function* printNew(process: Process, position: Position, prefix: string, view: LogView): Coroutine<void> {
  const { lines } = position.container.log;
  for (; position.index < lines.length; position.index++) {
    const { text, time } = lines[position.index];
    const ended = text.endsWith('\n');
    if (!ended && position.index === lines.length - 1 && view.follow && position.container.running) return;
    const stamp = view.timestamps ? `${apiTime(time)} ` : '';
    yield* process.stdout.write(`${prefix}${stamp}${text}${ended ? '' : '\n'}`);
  }
}
