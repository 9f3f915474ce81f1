import type { Coroutine } from '@seatrial/kernel';
import { evaluateArithmetic, type ArithmeticScope } from '../arithmetic/arithmetic-evaluator.js';
import { ArithmeticFailure, type ArithmeticTarget } from '../arithmetic/arithmetic-node.js';
import { assignElement, assignScalar, AssignmentFailure } from '../evaluation/assign.js';
import type { Shell } from '../evaluation/shell.js';
import { specialParameter } from './special-parameter.js';

/** The variables of a shell for arithmetic. */
export function arithmeticScope(shell: Shell): ArithmeticScope {
  return {
    read: (target) => readTarget(shell, target),
    write: (target, value) => {
      if (target.subscript === undefined) assignScalar(shell, target.name, value, false);
      else assignElement(shell, target.name, subscriptKey(shell, target), value, false);
    },
    charge: (steps) => {
      shell.charge(steps);
    },
  };
}

/** The key of an element: text for associative arrays, a number otherwise. */
function subscriptKey(shell: Shell, target: ArithmeticTarget): string | number {
  const variable = shell.state.variables.get(target.name);
  const subscript = target.subscript ?? '0';
  if (variable?.associative) return subscript.replace(/^(["'])(.*)\1$/, '$2');
  return Number(evaluateArithmetic(subscript, arithmeticScope(shell)));
}

function readTarget(shell: Shell, target: ArithmeticTarget): string | undefined {
  const { variables } = shell.state;
  if (target.subscript === undefined) {
    const value = specialParameter(shell, target.name) ?? variables.read(target.name);
    if (value === undefined && shell.option('nounset')) throw new AssignmentFailure(`${target.name}: unbound variable`);
    return value;
  }
  const variable = variables.get(target.name);
  const key = subscriptKey(shell, target);
  if (typeof key === 'string') return variable?.associative?.get(key);
  const indexed = variable?.indexed;
  if (!indexed) return key === 0 ? variable?.value : undefined;
  return indexed.get(key < 0 ? Math.max(-1, ...indexed.keys()) + 1 + key : key);
}

/** The value of an expression, or the message of its error (with the expression in front). */
export function tryArithmetic(shell: Shell, text: string): { value: bigint } | { error: string } {
  try {
    return { value: evaluateArithmetic(text, arithmeticScope(shell)) };
  } catch (error) {
    if (error instanceof ArithmeticFailure) return { error: `${text.trimStart()}: ${error.message}` };
    if (error instanceof AssignmentFailure) return { error: error.message };
    throw error;
  }
}

/** The value of `$((…))`; an error gives up the command line. */
export function* arithmeticValue(shell: Shell, text: string): Coroutine<bigint> {
  const result = tryArithmetic(shell, text);
  if ('value' in result) return result.value;
  if (shell.flavour === 'bash') return yield* shell.discard(result.error);
  const division = result.error.includes('division by 0');
  return yield* shell.discard(division ? 'divide by zero' : 'arithmetic syntax error', 2);
}
