import type { Coroutine } from '@seatrial/kernel';
import type { ArrayWord, Builtin, BuiltinContext } from '../builtins/builtin.js';
import { findBuiltin } from '../builtins/registry.js';
import { expandQuotedText, expandText, expandWords } from '../expansion/expand-word.js';
import { subscriptKey } from '../expansion/parameter-value.js';
import type { ArrayElementNode, AssignmentNode, SimpleCommandNode } from '../syntax/script-node.js';
import { assignArray, assignElement, assignScalar, AssignmentFailure } from './assign.js';
import { runExternal } from './run-external.js';
import { runFunction } from './run-function.js';
import { redirect, withRedirections } from './redirect.js';
import type { Shell } from './shell.js';
import { quoteForTrace } from './quote.js';
import { trace, traceAssignment } from './trace.js';
import { runDebugTrap } from './traps.js';

const DECLARATIONS = new Set(['declare', 'typeset', 'local', 'export', 'readonly']);

/** Notes the command that comes next, as its own shell does it, before a process of a pipeline is made of it. */
export function* beginSimple(shell: Shell, node: SimpleCommandNode): Coroutine<void> {
  shell.line = node.line;
  if (!shell.inTrap) shell.commandText = node.text;
  if (shell.state.traps.has('DEBUG')) yield* runDebugTrap(shell);
}

/** A simple command. `inPlace`: nothing follows in this process, so an external program may take it over. */
export function* runSimple(shell: Shell, node: SimpleCommandNode, inPlace: boolean): Coroutine<number> {
  yield* shell.countCommand();
  yield* beginSimple(shell, node);
  shell.lastSubstitutionStatus = undefined;
  const arrays = new Map<number, ArrayWord>();
  const words = yield* expandCommandWords(shell, node, arrays);
  const cleanups = shell.cleanups.splice(0);
  let status: number;
  if (words.length === 0) status = yield* runAssignments(shell, node);
  else {
    if (shell.option('xtrace')) yield* traceCommand(shell, node, words);
    status = yield* runWords(shell, words, { node, arrays, inPlace: inPlace && cleanups.length === 0 });
    shell.state.lastArgument = words.at(-1) ?? '';
  }
  for (const cleanup of [...cleanups, ...shell.cleanups.splice(0)]) yield* cleanup();
  return status;
}

function* expandCommandWords(
  shell: Shell,
  node: SimpleCommandNode,
  arrays: Map<number, ArrayWord>,
): Coroutine<string[]> {
  const first = node.words[0]?.text;
  if (first === undefined || !DECLARATIONS.has(first)) return yield* expandWords(shell, node.words);
  const words: string[] = [];
  for (const word of node.words) {
    const { assignment } = word;
    if (!assignment) {
      words.push(...(yield* expandWords(shell, [word])));
      continue;
    }
    const subscript = assignment.subscript ? `[${yield* expandQuotedText(shell, assignment.subscript.parts)}]` : '';
    const operator = assignment.append ? '+=' : '=';
    if (assignment.elements) {
      const elements = yield* expandElements(shell, assignment.elements);
      arrays.set(words.length - 1, { name: assignment.name, append: assignment.append, elements });
      words.push(`${assignment.name}${operator}()`);
    } else words.push(`${assignment.name}${subscript}${operator}${yield* expandText(shell, assignment.value, true)}`);
  }
  return words;
}

function* expandElements(shell: Shell, nodes: readonly ArrayElementNode[]): Coroutine<ArrayWord['elements']> {
  const elements: { key?: string; value: string; append?: boolean }[] = [];
  for (const node of nodes) {
    if (node.subscript) {
      const key = yield* expandQuotedText(shell, node.subscript.parts);
      elements.push({ key, value: yield* expandText(shell, node.value.parts), append: node.append ?? false });
    } else for (const value of yield* expandWords(shell, [node.value])) elements.push({ value });
  }
  return elements;
}

function* runAssignments(shell: Shell, node: SimpleCommandNode): Coroutine<number> {
  for (const assignment of node.assignments) yield* assign(shell, assignment);
  const status = shell.lastSubstitutionStatus ?? 0;
  if (node.redirections.length === 0) return status;
  return yield* withRedirections(shell, node.redirections, () => succeedWith(status));
}

function* succeedWith(status: number): Coroutine<number> {
  return status;
}

/** One assignment for good. */
function* assign(shell: Shell, node: AssignmentNode): Coroutine<void> {
  if (node.elements) {
    assignArray(shell, node.name, yield* expandElements(shell, node.elements), node.append);
    yield* traceAssignment(shell, node, undefined);
    return;
  }
  const value = yield* expandText(shell, node.value, true);
  yield* traceAssignment(shell, node, value);
  if (node.subscript) {
    const key = yield* subscriptKey(shell, node.name, node.subscript);
    assignElement(shell, node.name, key, value, node.append);
  } else assignScalar(shell, node.name, value, node.append);
}

function* traceCommand(shell: Shell, node: SimpleCommandNode, words: readonly string[]): Coroutine<void> {
  for (const assignment of node.assignments)
    yield* traceAssignment(shell, assignment, yield* expandText(shell, assignment.value, true));
  // Arrays given to `declare` are shown as assignments of their own.
  const arrays = new Set(
    node.words.flatMap(({ assignment }) =>
      assignment?.elements ? [`${assignment.name}${assignment.append ? '+=' : '='}()`] : [],
    ),
  );
  const plain = words.filter((word, index) => index === 0 || !arrays.has(word));
  for (const word of node.words)
    if (word.assignment?.elements) yield* traceAssignment(shell, word.assignment, undefined);
  const names = node.words.flatMap((word) => (word.assignment?.elements ? [word.assignment.name] : []));
  yield* trace(shell, [...plain, ...names].map(quoteForTrace).join(' '));
}

export interface CommandCall {
  readonly node?: SimpleCommandNode;
  readonly arrays?: ReadonlyMap<number, ArrayWord>;
  readonly inPlace?: boolean;
  /** `command`: functions do not count. */
  readonly skipFunctions?: boolean;
  /** `builtin`: only builtins count. */
  readonly text?: string;
}

/** Runs expanded words: a function, a builtin, or an external program, with redirections and assignments. */
export function* runWords(shell: Shell, words: readonly string[], call: CommandCall): Coroutine<number> {
  const [name] = words;
  const node = call.node;
  const redirections = node?.redirections ?? [];
  const assignments = node?.assignments ?? [];
  const functionNode = call.skipFunctions ? undefined : shell.state.functions.get(name);
  const builtin = functionNode ? undefined : findBuiltin(name, shell.flavour);
  if (builtin?.keepsRedirections) {
    if (!(yield* redirect(shell, redirections))) return 1;
    return yield* runBuiltin(shell, builtin, words.slice(1), { arrays: call.arrays ?? new Map() });
  }
  return yield* withRedirections(shell, redirections, () => {
    if (functionNode)
      return withTemporaryAssignments(shell, assignments, () => runFunction(shell, functionNode, words.slice(1)));
    if (builtin)
      return withTemporaryAssignments(shell, assignments, () =>
        runBuiltin(shell, builtin, words.slice(1), { arrays: call.arrays ?? new Map() }),
      );
    return runProgram(shell, words, call);
  });
}

function* runProgram(shell: Shell, words: readonly string[], { node, inPlace, text }: CommandCall): Coroutine<number> {
  const extra = new Map<string, string>();
  for (const { name, value } of node?.assignments ?? []) extra.set(name, yield* expandText(shell, value, true));
  return yield* runExternal(shell, words, extra, inPlace ?? false, text ?? node?.text ?? words.join(' '));
}

function* runBuiltin(
  shell: Shell,
  builtin: Builtin,
  args: readonly string[],
  context: BuiltinContext,
): Coroutine<number> {
  try {
    return yield* builtin.run(shell, args, context);
  } catch (error) {
    if (!(error instanceof AssignmentFailure)) throw error;
    yield* shell.complain(error.message);
    return 1;
  }
}

/** `NAME=value command` for a function or builtin: set and exported while it runs. */
function* withTemporaryAssignments(
  shell: Shell,
  assignments: readonly AssignmentNode[],
  body: () => Coroutine<number>,
): Coroutine<number> {
  if (assignments.length === 0) return yield* body();
  const { variables } = shell.state;
  const saved = assignments.map((assignment) => {
    const variable = variables.getOwn(assignment.name);
    return [assignment.name, variable && { ...variable }] as const;
  });
  for (const assignment of assignments) {
    yield* assign(shell, assignment);
    variables.ensure(assignment.name).exported = true;
  }
  try {
    return yield* body();
  } finally {
    for (const [name, variable] of saved) {
      if (variable) variables.set(name, variable);
      else variables.delete(name);
    }
  }
}
