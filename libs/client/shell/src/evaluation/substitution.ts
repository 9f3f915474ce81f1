import { Condition, TextOutput, waitFor, type Coroutine } from '@seatrial/kernel';
import type { ListNode } from '../syntax/script-node.js';
import { withRedirections } from './redirect.js';
import { OpenFile } from './open-file.js';
import { runList } from './run-list.js';
import { runScriptText } from './run-script.js';
import type { Shell } from './shell.js';
import { runInSubshell } from './subshell.js';

const OUTPUT_LIMIT = 64 * 1024 * 1024;

/** Runs commands in a subshell and gives what they print, without the newlines at its end. */
function* capture(shell: Shell, body: (subshell: Shell) => Coroutine<number>): Coroutine<string> {
  const released = new Condition();
  const output = new TextOutput(OUTPUT_LIMIT, (text) => {
    shell.machine.simulation.charge('bytes', text.length);
  });
  const status = yield* shell.deeper(() =>
    runInSubshell(
      shell,
      (subshell) => {
        subshell.descriptors.set(1, new OpenFile(undefined, output, released));
        subshell.traceDepth++;
        // bash goes on after a failure in there, unless it was told otherwise.
        if (shell.flavour === 'bash' && !shell.state.shopt.has('inherit_errexit'))
          subshell.state.options.delete('errexit');
        return body(subshell);
      },
      true,
    ),
  );
  // Jobs left in the background keep the pipe open.
  yield* waitFor([released, shell.process.signalArrived]);
  shell.machine.simulation.charge('bytes', -output.text.length);
  shell.state.lastStatus = status;
  shell.lastSubstitutionStatus = status;
  return output.text.replaceAll('\0', '').replace(/\n+$/, '');
}

/** `$(…)`. `$(<file)` is the file's content. */
export function* runSubstitution(shell: Shell, list: ListNode, _source: string): Coroutine<string> {
  return yield* capture(shell, (subshell) => runReadOrList(subshell, list));
}

function* runReadOrList(shell: Shell, list: ListNode): Coroutine<number> {
  const command = list.items.length === 1 ? list.items[0].first.commands[0] : undefined;
  const only = command?.type === 'simple' && list.items[0].rest.length === 0 ? command : undefined;
  if (only && only.words.length === 0 && only.assignments.length === 0 && only.redirections[0]?.operator === '<') {
    return yield* withRedirections(shell, only.redirections, () => copyInput(shell));
  }
  return yield* runList(shell, list);
}

function* copyInput(shell: Shell): Coroutine<number> {
  const input = shell.descriptors.get(0)?.input;
  for (let piece = yield* input?.read() ?? none(); piece !== undefined; piece = yield* input?.read() ?? none())
    yield* shell.out(piece);
  return 0;
}

function* none(): Coroutine<undefined> {
  return undefined;
}

/** `` `…` ``: parsed when it runs. */
export function* runBacktick(shell: Shell, source: string, line: number): Coroutine<string> {
  return yield* capture(shell, (subshell) =>
    runScriptText(subshell, source, { firstLine: line, label: 'command substitution' }),
  );
}
