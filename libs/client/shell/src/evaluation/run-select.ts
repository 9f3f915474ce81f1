import { readLine, type Coroutine } from '@seatrial/kernel';
import { expandWords } from '../expansion/expand-word.js';
import type { CompoundNode } from '../syntax/script-node.js';
import { assignScalar } from './assign.js';
import { NOTHING_TO_READ } from './open-file.js';
import { runLoop } from './run-compound.js';
import type { Shell } from './shell.js';
import { compoundHead, trace } from './trace.js';

/** `select`: a numbered menu on standard error, a choice from standard input for each turn. */
export function* runSelect(shell: Shell, node: Extract<CompoundNode, { type: 'for' | 'select' }>): Coroutine<number> {
  const values = node.words ? yield* expandWords(shell, node.words) : shell.state.positional;
  if (values.length === 0) return 0;
  const width = String(values.length).length;
  const menu = values.map((value, index) => `${String(index + 1).padStart(width)}) ${value}\n`).join('');
  yield* trace(shell, compoundHead(node));
  let show = true;
  let cutOff = false;
  const status = yield* runLoop(shell, node.body, function* () {
    for (;;) {
      if (show) yield* shell.write(2, menu);
      yield* shell.write(2, shell.state.variables.read('PS3') ?? '#? ');
      const line = yield* readLine(shell.descriptors.get(0)?.input ?? NOTHING_TO_READ);
      if (line === undefined) {
        yield* shell.out('\n');
        cutOff = true;
        return false;
      }
      show = line.trim() === '';
      if (show) continue;
      assignScalar(shell, 'REPLY', line, false);
      assignScalar(shell, node.variable, values[Number(line.trim()) - 1] ?? '', false);
      return true;
    }
  });
  return cutOff ? 1 : status;
}
