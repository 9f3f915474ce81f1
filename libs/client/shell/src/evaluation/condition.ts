import type { Coroutine } from '@seatrial/kernel';
import { RE2JS } from 're2js';
import { tryArithmetic } from '../expansion/arithmetic-expansion.js';
import { expandExpression, expandPattern, expandText } from '../expansion/expand-word.js';
import { compilePattern, matchPattern } from '../expansion/pattern.js';
import type { ConditionNode } from '../syntax/script-node.js';
import { assignArray } from './assign.js';
import { compareFiles, testUnary } from './file-test.js';
import type { Shell } from './shell.js';
import { quoteForTrace } from './quote.js';

/** `[[ … ]]`: 0 when it holds, 1 when not, 2 for an error. */
export function* runCondition(shell: Shell, node: ConditionNode): Coroutine<number> {
  const result = yield* evaluate(shell, node);
  return result === undefined ? 2 : result ? 0 : 1;
}

function* evaluate(shell: Shell, node: ConditionNode): Coroutine<boolean | undefined> {
  shell.charge(1);
  switch (node.type) {
    case 'word':
      return (yield* expandText(shell, node.word.parts)) !== '';
    case 'not': {
      const value = yield* evaluate(shell, node.operand);
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
      yield* trace(shell, `${node.operator} ${quoteForTrace(operand)}`);
      return testUnary(shell, node.operator, operand);
    }
    case 'binary':
      return yield* evaluateBinary(shell, node);
  }
}

function* trace(shell: Shell, text: string): Coroutine<void> {
  if (!shell.option('xtrace')) return;
  yield* shell.write(2, `${shell.tracePrompt}[[ ${text} ]]\n`);
}

function* evaluateBinary(
  shell: Shell,
  node: Extract<ConditionNode, { type: 'binary' }>,
): Coroutine<boolean | undefined> {
  const left = yield* expandText(shell, node.left.parts);
  const { operator } = node;
  if (operator === '=~') return yield* matchExpression(shell, left, yield* expandExpression(shell, node.right.parts));
  if (operator === '=' || operator === '==' || operator === '!=') {
    const ignoreCase = shell.state.shopt.has('nocasematch');
    const source = yield* expandPattern(shell, node.right.parts);
    yield* trace(shell, `${quoteForTrace(left)} ${operator} ${source}`);
    shell.charge(1 + left.length);
    const matched = matchPattern(compilePattern(source, { extended: true, ignoreCase }), ignoreCase ? left.toLowerCase() : left); // prettier-ignore
    return matched === (operator !== '!=');
  }
  const right = yield* expandText(shell, node.right.parts);
  yield* trace(shell, `${quoteForTrace(left)} ${operator} ${quoteForTrace(right)}`);
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
