import type { Coroutine } from '@seatrial/kernel';
import { failWith } from '../../command/failure.js';
import { helpPage } from '../../command/help.js';
import type { Invocation } from '../../command/invocation.js';

/** Prints the command's help page on stdout. */
export function* printHelp(k: Invocation): Coroutine<void> {
  yield* k.out(helpPage({ verb: k.verb, path: k.path, rest: [], parents: [] }));
}

/** Prints the help page and ends with an error (kubectl/pkg/cmd/config helpErrorf). */
export function* helpError(k: Invocation, text: string): Coroutine<never> {
  yield* printHelp(k);
  return failWith(text);
}
