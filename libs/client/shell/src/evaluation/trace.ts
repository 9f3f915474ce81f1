import type { Coroutine } from '@seatrial/kernel';
import type { AssignmentNode, CompoundNode } from '../syntax/script-node.js';
import { quoteForTrace } from './quote.js';
import type { Shell } from './shell.js';

/** A line of `set -x`. */
export function* trace(shell: Shell, text: string): Coroutine<void> {
  if (shell.option('xtrace')) yield* shell.write(2, `${shell.tracePrompt}${text}\n`);
}

/** An assignment as bash traces it: a scalar with its value, an array as it was written. */
export function* traceAssignment(shell: Shell, node: AssignmentNode, value: string | undefined): Coroutine<void> {
  if (!shell.option('xtrace')) return;
  const subscript = node.subscript ? `[${node.subscript.text}]` : '';
  const operator = node.append ? '+=' : '=';
  const elements = node.elements?.map((element) => {
    const key = element.subscript ? `[${element.subscript.text}]${element.append ? '+=' : '='}` : '';
    return key + element.value.text;
  });
  const shown = elements ? `(${elements.join(' ')})` : value === undefined || value === '' ? '' : quoteForTrace(value);
  yield* trace(shell, `${node.name}${subscript}${operator}${shown}`);
}

/** How `set -x` and `$BASH_COMMAND` show the head of a `for`, `select` or `case`. */
export function compoundHead(node: Extract<CompoundNode, { type: 'for' | 'select' | 'case' }>): string {
  if (node.type === 'case') return `case ${node.word.text} in`;
  const words = node.words?.map((word) => word.text) ?? ['"$@"'];
  return `${node.type} ${node.variable} in ${words.join(' ')}`;
}
