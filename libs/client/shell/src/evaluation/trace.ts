import type { Coroutine } from '@seatrial/kernel';
import { expandQuotedText } from '../expansion/expand-word.js';
import { ScriptParser } from '../syntax/script-parser.js';
import type { AssignmentNode, CompoundNode } from '../syntax/script-node.js';
import { quoteForTrace } from './quote.js';
import type { Shell } from './shell.js';

/** `PS4`, expanded; its first character once more for each level. */
function* tracePrompt(shell: Shell): Coroutine<string> {
  const raw = shell.state.variables.read('PS4') ?? '';
  const prompt = raw.includes('$') || raw.includes('`') ? yield* expandedPrompt(shell, raw) : raw;
  return shell.flavour === 'bash' ? prompt.slice(0, 1).repeat(shell.traceDepth) + prompt : prompt;
}

function* expandedPrompt(shell: Shell, text: string): Coroutine<string> {
  // What it runs is not traced itself.
  shell.state.options.delete('xtrace');
  const status = shell.state.lastStatus;
  try {
    return yield* expandQuotedText(shell, ScriptParser.textParts(text, { flavour: shell.flavour }));
  } finally {
    shell.state.options.add('xtrace');
    shell.state.lastStatus = status;
  }
}

/** A line of `set -x`. */
export function* trace(shell: Shell, text: string): Coroutine<void> {
  if (shell.option('xtrace')) yield* shell.write(2, `${yield* tracePrompt(shell)}${text}\n`);
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
