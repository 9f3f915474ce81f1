import type { Coroutine } from '@seatrial/kernel';
import { arithmeticValue, tryArithmetic } from '../expansion/arithmetic-expansion.js';
import { expandPattern, expandQuotedText, expandText, expandWords } from '../expansion/expand-word.js';
import { matchPattern } from '../expansion/match-pattern.js';
import { compilePattern } from '../expansion/pattern.js';
import type { CaseItemNode, CompoundNode, ListNode, WordPart } from '../syntax/script-node.js';
import { assignScalar } from './assign.js';
import { runCondition } from './condition.js';
import { BreakJump, ContinueJump } from './jumps.js';
import { withRedirections } from './redirect.js';
import { runList, runTest } from './run-list.js';
import { runSelect } from './run-select.js';
import type { Shell } from './shell.js';
import { runInSubshell } from './subshell.js';
import { compoundHead, trace } from './trace.js';
import { handleSignals, runDebugTrap } from './traps.js';

/** A compound command in its redirections. */
export function* runCompound(shell: Shell, node: CompoundNode): Coroutine<number> {
  shell.line = node.line;
  return yield* withRedirections(shell, node.redirections, () => runShape(shell, node));
}

function* runShape(shell: Shell, node: CompoundNode): Coroutine<number> {
  switch (node.type) {
    case 'group':
      return yield* runList(shell, node.body);
    case 'subshell':
      return yield* runParenthesized(shell, node);
    case 'if':
      for (const clause of node.clauses)
        if ((yield* runTest(shell, clause.condition)) === 0) return yield* runList(shell, clause.body);
      return node.otherwise ? yield* runList(shell, node.otherwise) : 0;
    case 'while':
      return yield* runLoop(shell, node.body, () => goesOn(shell, node));
    case 'for':
      return yield* runFor(shell, node);
    case 'select':
      return yield* runSelect(shell, node);
    case 'arithmetic-for':
      return yield* runArithmeticFor(shell, node);
    case 'case':
      return yield* runCase(shell, node);
    case 'arithmetic':
      return yield* runArithmetic(shell, node);
    case 'condition':
      if (!shell.inTrap) shell.commandText = node.text;
      if (shell.state.traps.has('DEBUG')) yield* runDebugTrap(shell);
      return yield* runCondition(shell, node.expression);
  }
}

function* goesOn(shell: Shell, node: Extract<CompoundNode, { type: 'while' }>): Coroutine<boolean> {
  return ((yield* runTest(shell, node.condition)) === 0) !== node.until;
}

function* runParenthesized(shell: Shell, node: Extract<CompoundNode, { type: 'subshell' }>): Coroutine<number> {
  const status = yield* shell.deeper(() => runInSubshell(shell, (subshell) => runList(subshell, node.body)));
  if (!shell.inTrap) shell.commandText = node.text;
  return status;
}

/** Runs the body while `next` says so; takes `break` and `continue`. */
export function* runLoop(
  shell: Shell,
  body: ListNode,
  next: () => Coroutine<boolean>,
  after?: () => Coroutine<void>,
): Coroutine<number> {
  let status = 0;
  shell.loopDepth++;
  try {
    while (yield* next()) {
      yield* shell.countCommand();
      try {
        status = yield* runList(shell, body);
      } catch (error) {
        if (!(error instanceof ContinueJump)) throw error;
        if (--error.levels > 0) throw error;
        status = 0;
      }
      if (after) yield* after();
      if (shell.process.pendingSignals.length > 0) yield* handleSignals(shell);
    }
  } catch (error) {
    if (!(error instanceof BreakJump)) throw error;
    if (--error.levels > 0) throw error;
    status = 0;
  } finally {
    shell.loopDepth--;
  }
  return status;
}

function* runFor(shell: Shell, node: Extract<CompoundNode, { type: 'for' | 'select' }>): Coroutine<number> {
  const values = node.words ? yield* expandWords(shell, node.words) : shell.state.positional;
  let index = 0;
  return yield* runLoop(shell, node.body, function* () {
    if (index >= values.length) return false;
    yield* announce(shell, compoundHead(node));
    assignScalar(shell, node.variable, values[index++], false);
    return true;
  });
}

/** What `set -x` and the `DEBUG` trap get to see of a compound command. */
function* announce(shell: Shell, text: string): Coroutine<void> {
  if (!shell.inTrap) shell.commandText = text;
  if (shell.state.traps.has('DEBUG')) yield* runDebugTrap(shell);
  // ash shows the commands alone.
  if (shell.flavour !== 'ash') yield* trace(shell, text);
}

function* evaluatePart(shell: Shell, parts: readonly WordPart[]): Coroutine<bigint> {
  const text = yield* expandQuotedText(shell, parts);
  if (text.trim() === '') return 1n;
  yield* announce(shell, `(( ${text.trim()} ))`);
  return yield* arithmeticValue(shell, text);
}

function* runArithmeticFor(shell: Shell, node: Extract<CompoundNode, { type: 'arithmetic-for' }>): Coroutine<number> {
  const [start, test, step] = node.expressions;
  yield* evaluatePart(shell, start);
  return yield* runLoop(
    shell,
    node.body,
    function* () {
      return (yield* evaluatePart(shell, test)) !== 0n;
    },
    function* () {
      yield* evaluatePart(shell, step);
    },
  );
}

function* runCase(shell: Shell, node: Extract<CompoundNode, { type: 'case' }>): Coroutine<number> {
  yield* announce(shell, compoundHead(node));
  const text = yield* expandText(shell, node.word.parts);
  let status = 0;
  let fallThrough = false;
  for (const item of node.items) {
    if (!fallThrough && !(yield* matchesItem(shell, item, text))) continue;
    status = yield* runList(shell, item.body);
    if (item.terminator === ';;') return status;
    fallThrough = item.terminator === ';&';
  }
  return status;
}

function* matchesItem(shell: Shell, item: CaseItemNode, text: string): Coroutine<boolean> {
  const ignoreCase = shell.state.shopt.has('nocasematch');
  for (const word of item.patterns) {
    const pattern = compilePattern(yield* expandPattern(shell, word.parts), {
      extended: shell.state.shopt.has('extglob'),
      ignoreCase,
    });
    shell.charge(1 + text.length);
    const charge = (steps: number): void => {
      shell.charge(steps);
    };
    if (matchPattern(pattern, ignoreCase ? text.toLowerCase() : text, charge)) return true;
  }
  return false;
}

/** `((…))`: 0 when the value is not 0. */
function* runArithmetic(shell: Shell, node: Extract<CompoundNode, { type: 'arithmetic' }>): Coroutine<number> {
  if (!shell.inTrap) shell.commandText = node.text;
  if (shell.state.traps.has('DEBUG')) yield* runDebugTrap(shell);
  const text = yield* expandQuotedText(shell, node.expression);
  yield* trace(shell, `(( ${text} ))`);
  const result = tryArithmetic(shell, text);
  if ('value' in result) return result.value === 0n ? 1 : 0;
  yield* shell.complain(`((: ${result.error}`);
  return 1;
}
