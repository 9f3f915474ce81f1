import { TextInput, TextOutput, type Coroutine } from '@seatrial/kernel';
import type { WordPart } from '../syntax/script-node.js';
import { OpenFile } from './open-file.js';
import { runList } from './run-list.js';
import type { Shell } from './shell.js';
import { runInSubshell } from './subshell.js';

/** Where bash shows the pipes of process substitutions. */
const FIRST_DESCRIPTOR = 63;

/**
 * `<(…)` and `>(…)`: the path of a file that stands for the pipe. The reader's side runs before the command
 * that reads it, the writer's side after the command that writes it.
 */
export function* openProcessSubstitution(
  shell: Shell,
  part: Extract<WordPart, { type: 'process' }>,
): Coroutine<string> {
  const { files } = shell.machine;
  let descriptor = FIRST_DESCRIPTOR;
  while (files.exists(`/dev/fd/${String(descriptor)}`)) descriptor--;
  const path = `/dev/fd/${String(descriptor)}`;
  const output = new TextOutput();
  if (part.direction === 'in')
    yield* shell.deeper(() =>
      runInSubshell(shell, (subshell) => {
        subshell.descriptors.set(1, new OpenFile(undefined, output));
        return runList(subshell, part.list);
      }),
    );
  // A pipe of the shell's own, which nobody's rights keep it from making.
  files.privileged(() => {
    files.makeDirectories('/dev/fd');
    files.writeFile(path, output.text, { mode: 0o600, owner: shell.process.user });
  });
  shell.cleanups.push(function* () {
    const written = files.readFile(path);
    files.privileged(() => files.remove(path));
    if (part.direction === 'in') return;
    yield* runInSubshell(shell, (subshell) => {
      subshell.descriptors.set(0, new OpenFile(new TextInput(written.ok ? written.value : ''), undefined));
      return runList(subshell, part.list);
    });
  });
  return path;
}
