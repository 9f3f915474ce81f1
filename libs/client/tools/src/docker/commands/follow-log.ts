import { waitFor, type Coroutine, type Output, type Process } from '@seatrial/kernel';
import type { Container } from '../engine/container.js';
import type { LogLine } from '../engine/engine-log.js';

/** Copies a container's output from a line on, until it has ended (and, `untilStopped` false, for ever). */
export function* followLog(
  container: Container,
  from: number,
  streams: { readonly stdout: Output; readonly stderr: Output },
  format: (line: LogLine) => string = (line) => line.text,
): Coroutine<void> {
  let [index, written] = [from, 0];
  for (;;) {
    for (; index < container.log.lines.length; index++, written = 0) {
      const line = container.log.lines[index];
      const text = format(line);
      if (text.length > written && !(yield* streams[line.stream].write(text.slice(written)))) return;
      written = text.length;
      // The last line may still grow.
      if (index === container.log.lines.length - 1 && !line.text.endsWith('\n')) break;
    }
    const waiting = index < container.log.lines.length ? format(container.log.lines[index]).length > written : false;
    if (waiting) continue;
    if (!container.running && container.state !== 'restarting') return;
    yield* waitFor([container.log.changed, container.stopped]);
    if (container.state === 'restarting') yield* waitFor([container.log.changed], 100);
  }
}

/** Passes caught signals of the client on to the container, as `--sig-proxy` does; ends with the container. */
export function* attachUntilExit(process: Process, container: Container, from: number): Coroutine<void> {
  for (const signal of ['INT', 'TERM'] as const) process.setSignalHandler(signal, 'catch');
  const { log } = container;
  let [index, written] = [from, 0];
  for (;;) {
    for (let signal = process.takeSignal(); signal; signal = process.takeSignal()) container.kill(signal);
    for (; index < log.lines.length; index++, written = 0) {
      const { text, stream } = log.lines[index];
      const output = stream === 'stdout' ? process.stdout : process.stderr;
      if (text.length > written) yield* output.write(text.slice(written));
      written = text.length;
      if (index === log.lines.length - 1 && !text.endsWith('\n')) break;
    }
    const more = index < log.lines.length && log.lines[index].text.length > written;
    if (more) continue;
    if (!container.running) return;
    yield* waitFor([log.changed, container.stopped, process.signalArrived]);
  }
}
