import { FILE_ERROR_TEXT, type Coroutine } from '@seatrial/kernel';
import { runCommand, startFailureStatus } from '@seatrial/shell';
import { goQuote } from '@seatrial/schema';
import { failWith } from '../../command/failure.js';
import type { Invocation } from '../../command/invocation.js';

/** The editor of KUBE_EDITOR, EDITOR or `vi`, as words; with a shell where the value needs one (util/editor). */
function editorCommand(k: Invocation): { readonly argv: string[]; readonly text: string; readonly shell: boolean } {
  const value = k.process.env.get('KUBE_EDITOR') || k.process.env.get('EDITOR') || 'vi';
  if (/["'\\]/.test(value)) return { argv: ['/bin/bash', '-c', value], text: value, shell: true };
  return { argv: value.split(' '), text: value, shell: false };
}

/** Writes a text to a file in /tmp, lets the editor change it, gives what is there then. */
export function* editText(k: Invocation, text: string): Coroutine<{ readonly text: string; readonly path: string }> {
  const { machine } = k.process;
  const path = `/tmp/kubectl-edit-${machine.simulation.random.split(`edit/${k.now()}/${k.pid}`).below(4_000_000_000)}.${k.flags.string('output') === 'json' ? 'json' : 'yaml'}`;
  machine.files.makeDirectories('/tmp');
  const written = machine.files.writeFile(path, text, { mode: 0o600 });
  if (!written.ok) failWith(`unable to create a temporary file: ${FILE_ERROR_TEXT[written.error].toLowerCase()}`);
  yield* openEditor(k, path);
  const read = machine.files.readFile(path);
  return { text: read.ok ? read.value : '', path };
}

function* openEditor(k: Invocation, path: string): Coroutine<void> {
  const { argv, text, shell } = editorCommand(k);
  const line = shell ? [...argv.slice(0, -1), `${text} ${path}`] : [...argv, path];
  const ended = yield* runCommand(k.process, line);
  // os/exec says that a program was not found only of names it looks up in PATH.
  if (!ended.ok && !line[0].includes('/') && startFailureStatus(ended.error).code === 127)
    failWith(`unable to launch the editor ${goQuote(argv.join(' '))}`);
  if (!ended.ok || ended.value.code !== 0) failWith(`there was a problem with the editor ${goQuote(argv.join(' '))}`);
}
