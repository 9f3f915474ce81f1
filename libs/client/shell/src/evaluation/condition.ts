import type { Coroutine } from '@seatrial/kernel';
import { RE2JS } from 're2js';
import { tryArithmetic } from '../expansion/arithmetic-expansion.js';
import { expandExpression, expandPattern, expandText } from '../expansion/expand-word.js';
import { matchPattern } from '../expansion/match-pattern.js';
import { compilePattern } from '../expansion/pattern.js';
import type { ConditionNode } from '../syntax/script-node.js';
import { assignArray } from './assign.js';
import { compareFiles, testUnary } from './file-test.js';
import type { Shell } from './shell.js';
import { trace } from './trace.js';

/** `[[ … ]]`: 0 when it holds, 1 when not, 2 for an error. */
export function* runCondition(shell: Shell, node: ConditionNode): Coroutine<number> {
  const result = yield* evaluate(shell, node);
  return result === undefined ? 2 : result ? 0 : 1;
}

function* evaluate(shell: Shell, node: ConditionNode, negated = false): Coroutine<boolean | undefined> {
  shell.charge(1);
  switch (node.type) {
    case 'word':
      return yield* testWord(shell, yield* expandText(shell, node.word.parts));
    case 'not': {
      const value = yield* evaluate(shell, node.operand, !negated);
      return value === undefined ? undefined : !value;
    }
    case 'and':
    case 'or': {
      const left = yield* evaluate(shell, node.left);
      if (left === undefined || left === (node.type === 'or')) return left;
      return yield* evaluate(shell, node.right);
    }
    case 'unary': {
      const operand = yield* expandText(shell, node.operand.parts);
      yield* traceTerm(shell, negated, [node.operator, operand]);
      return testUnary(shell, node.operator, operand);
    }
    case 'binary':
      return yield* evaluateBinary(shell, node, negated);
  }
}

function* testWord(shell: Shell, word: string): Coroutine<boolean> {
  yield* traceTerm(shell, false, ['-n', word]);
  return word !== '';
}

/** One term as `set -x` shows it: unquoted, an empty word as `''`. */
function* traceTerm(shell: Shell, negated: boolean, words: readonly string[]): Coroutine<void> {
  const shown = words.map((word) => (word === '' ? "''" : word)).join(' ');
  yield* trace(shell, `[[ ${negated ? '! ' : ''}${shown} ]]`);
}

function* evaluateBinary(
  shell: Shell,
  node: Extract<ConditionNode, { type: 'binary' }>,
  negated: boolean,
): Coroutine<boolean | undefined> {
  const left = yield* expandText(shell, node.left.parts);
  const { operator } = node;
  if (operator === '=~') {
    const source = yield* expandExpression(shell, node.right.parts);
    yield* traceTerm(shell, negated, [left, operator, source]);
    return yield* matchExpression(shell, left, source);
  }
  if (operator === '=' || operator === '==' || operator === '!=') {
    const ignoreCase = shell.state.shopt.has('nocasematch');
    const source = yield* expandPattern(shell, node.right.parts);
    yield* traceTerm(shell, negated, [left, operator, source]);
    shell.charge(1 + left.length);
    const pattern = compilePattern(source, { extended: true, ignoreCase });
    const matched = matchPattern(pattern, ignoreCase ? left.toLowerCase() : left, (steps) => {
      shell.charge(steps);
    });
    return matched === (operator !== '!=');
  }
  const right = yield* expandText(shell, node.right.parts);
  yield* traceTerm(shell, negated, [left, operator, right]);
  if (operator === '<') return left < right;
  if (operator === '>') return left > right;
  if (operator === '-nt' || operator === '-ot' || operator === '-ef') return compareFiles(shell, operator, left, right);
  return yield* compareNumbers(shell, operator, left, right);
}

function* compareNumbers(shell: Shell, operator: string, left: string, right: string): Coroutine<boolean | undefined> {
  const values: bigint[] = [];
  for (const text of [left, right]) {
    const result = tryArithmetic(shell, text);
    if ('error' in result) {
      yield* shell.complain(`[[: ${result.error}`);
      return false;
    }
    values.push(result.value);
  }
  return compareIntegers(operator, values[0], values[1]);
}

/** `-eq`, `-ne`, `-lt`, `-le`, `-gt`, `-ge`. */
export function compareIntegers(operator: string, a: bigint, b: bigint): boolean {
  switch (operator) {
    case '-eq':
      return a === b;
    case '-ne':
      return a !== b;
    case '-lt':
      return a < b;
    case '-le':
      return a <= b;
    case '-gt':
      return a > b;
    default:
      return a >= b;
  }
}

function* matchExpression(shell: Shell, text: string, source: string): Coroutine<boolean | undefined> {
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(source, shell.state.shopt.has('nocasematch') ? RE2JS.CASE_INSENSITIVE : 0);
  } catch {
    return undefined;
  }
  shell.charge(1 + text.length);
  const matcher = compiled.matcher(text);
  const found = matcher.find();
  const groups = found
    ? Array.from({ length: matcher.groupCount() + 1 }, (_, index) => ({ value: matcher.group(index) ?? '' }))
    : [];
  assignArray(shell, 'BASH_REMATCH', groups, false);
  return found;
}
