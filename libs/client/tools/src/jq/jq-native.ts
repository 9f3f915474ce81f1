import type { JqMachine, JqNative } from './jq-evaluator.js';
import { describe } from './jq-arithmetic.js';
import { JqError, type JqNode } from './jq-node.js';
import { result, type JqScope } from './jq-stream.js';

/** A function of the input and the values of its arguments; runs once for each combination of these. */
export function valueNative(
  compute: (value: unknown, args: readonly unknown[], machine: JqMachine) => unknown,
): JqNative {
  return function* (machine, item, args, scope) {
    for (const values of combinations(machine, args, item.value, scope))
      yield result(item, compute(item.value, values, machine));
  };
}

/** Every combination of the values of a function's arguments. */
export function* combinations(
  machine: JqMachine,
  args: readonly JqNode[],
  value: unknown,
  scope: JqScope,
): Generator<unknown[], void> {
  if (args.length === 0) {
    yield [];
    return;
  }
  for (const rest of combinations(machine, args.slice(1), value, scope))
    for (const first of machine.values(args[0], value, scope)) yield [first, ...rest];
}

/** A list, or jq's complaint. */
export function arrayOf(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new JqError(`${describe(value)} cannot be ${what}`);
  return value;
}
