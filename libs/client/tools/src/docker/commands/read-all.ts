import { resolvePath, type Coroutine, type Process } from '@seatrial/kernel';
import { DockerFailure } from '../docker-failure.js';

/** The text of a file of the client's machine; of its standard input when no file is named. */
export function* readAll(process: Process, file: string): Coroutine<string> {
  if (file !== '') {
    const read = process.machine.files.readFile(resolvePath(process.cwd, file));
    if (read.ok) return read.value;
    throw new DockerFailure(
      read.error === 'EISDIR' ? `read ${file}: is a directory` : `open ${file}: no such file or directory`,
    );
  }
  let all = '';
  for (;;) {
    const piece = yield* process.stdin.read();
    if (piece === undefined) return all;
    all += piece;
    process.machine.simulation.charge('bytes', piece.length);
  }
}
