import { readAll, type Coroutine, type Device, type Input } from '@seatrial/kernel';
import { OpenFile } from './open-file.js';
import type { Shell } from './shell.js';

const NAMED = /(?:^|[=@])\/dev\/(stdin|stdout|stderr)$/;
const NAMES = ['stdin', 'stdout', 'stderr'] as const;

const descriptorInput = (shell: Shell, descriptor: number): Input =>
  (shell.descriptors.get(descriptor) ?? new OpenFile(undefined, undefined)).asInput();

/** The number of the descriptor that a path stands for. */
export function descriptorOf(path: string): number | undefined {
  const found = /^\/dev\/(?:fd\/(\d+)|(stdin|stdout|stderr))$/.exec(path);
  if (!found) return undefined;
  return found[1] === undefined ? (NAMES as readonly string[]).indexOf(found[2]) : Number(found[1]);
}

/** All that can be read from a descriptor of the shell's. */
export function* readDescriptor(shell: Shell, descriptor: number): Coroutine<string> {
  return yield* readAll(descriptorInput(shell, descriptor));
}

/** A device that keeps what is written. */
const collector = (pieces: string[], modifiedAt: number): Device => ({
  type: 'device',
  mode: 0o666,
  owner: 'root',
  group: 'root',
  modifiedAt,
  read: () => undefined,
  write: (text) => {
    pieces.push(text);
  },
});

/**
 * Makes `/dev/stdin`, `/dev/stdout` and `/dev/stderr` for a command whose words name them. They are links to a
 * process's own descriptors on a real machine; here they stand for as long as the command runs. True when its standard
 * input has been taken for that.
 */
export function* openStreamFiles(shell: Shell, words: readonly string[]): Coroutine<'none' | 'output' | 'input'> {
  const { files, simulation } = shell.machine;
  const named = new Set(words.slice(1).map((word) => NAMED.exec(word)?.[1]));
  const wanted = NAMES.filter((name) => named.has(name) && !files.exists(`/dev/${name}`));
  if (wanted.length === 0) return 'none';
  const input = wanted.includes('stdin') ? yield* readDescriptor(shell, 0) : undefined;
  const outputs = wanted.filter((name) => name !== 'stdin').map((name) => ({ name, pieces: [] as string[] }));
  files.privileged(() => {
    if (input !== undefined) files.writeFile('/dev/stdin', input, { mode: 0o666 });
    for (const { name, pieces } of outputs) files.place(`/dev/${name}`, collector(pieces, simulation.now()));
  });
  shell.cleanups.push(function* () {
    files.privileged(() => {
      for (const name of wanted) files.remove(`/dev/${name}`);
    });
    for (const { name, pieces } of outputs) yield* shell.write(NAMES.indexOf(name), pieces.join(''));
  });
  return input === undefined ? 'output' : 'input';
}
