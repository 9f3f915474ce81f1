import type { JqMachine, JqNative } from './jq-evaluator.js';
import { arrayOf } from './jq-native.js';
import { JqError, type JqNode } from './jq-node.js';
import { iterate, result, type JqItem, type JqScope, type JqStream } from './jq-stream.js';
import { COMPACT, compareValues, isTruthy, jsonText, typeName } from './jq-value.js';

/** Numbers from one bound to the other. */
export function* range(machine: JqMachine, item: JqItem, from: unknown, to: unknown, by: unknown): JqStream {
  if (typeof from !== 'number' || typeof to !== 'number' || typeof by !== 'number')
    throw new JqError('Range bounds must be numeric');
  if (by === 0) return;
  for (let value = from; by > 0 ? value < to : value > to; value += by) {
    machine.context.charge(1);
    yield result(item, value);
  }
}

/** `sort_by(f)`, `group_by(f)`: elements with their keys, in order. */
function keyed(machine: JqMachine, item: JqItem, node: JqNode, scope: JqScope, what: string) {
  const entries = arrayOf(item.value, what).map((value) => ({ value, key: [...machine.values(node, value, scope)] }));
  machine.context.charge(entries.length * 16);
  return entries.sort((a, b) => compareValues(a.key, b.key));
}

/** Builtins that choose, order and repeat: filters of their own, by `name/arity`. */
export const FILTERS: Readonly<Record<string, JqNative>> = {
  *'empty/0'() {
    // No output.
  },
  *'error/1'(machine, item, args, scope) {
    for (const value of machine.values(args[0], item.value, scope)) throw new JqError(value);
  },
  *'path/1'(machine, item, args, scope) {
    for (const found of machine.paths(args[0], item.value, scope)) yield result(item, found.path);
  },
  *'first/1'(machine, item, args, scope) {
    for (const found of machine.run(args[0], item, scope)) {
      yield found;
      return;
    }
  },
  *'first/0'(_, item) {
    for (const found of at(item, 0)) yield found;
  },
  *'last/0'(_, item) {
    for (const found of at(item, -1)) yield found;
  },
  *'last/1'(machine, item, args, scope) {
    let last: JqItem | undefined;
    for (const found of machine.run(args[0], item, scope)) last = found;
    if (last) yield last;
  },
  *'nth/1'(machine, item, args, scope) {
    for (const index of machine.values(args[0], item.value, scope)) yield* at(item, Number(index));
  },
  *'nth/2'(machine, item, args, scope) {
    for (const index of machine.values(args[0], item.value, scope)) {
      if (Number(index) < 0) throw new JqError('Out of bounds negative array index');
      let left = Number(index);
      for (const found of machine.run(args[1], item, scope))
        if (left-- === 0) {
          yield found;
          break;
        }
    }
  },
  *'limit/2'(machine, item, args, scope) {
    for (const count of machine.values(args[0], item.value, scope)) {
      let left = Number(count);
      if (left < 0) left = Infinity;
      for (const found of machine.run(args[1], item, scope)) {
        yield found;
        if (--left <= 0) break;
      }
    }
  },
  *'until/2'(machine, item, args, scope) {
    let current = item;
    while (!isTruthy(machine.first(args[0], current.value, scope))) {
      let next: JqItem | undefined;
      for (const found of machine.run(args[1], current, scope)) {
        next = found;
        break;
      }
      if (!next) return;
      current = next;
    }
    yield current;
  },
  *'while/2'(machine, item, args, scope) {
    let current: JqItem | undefined = item;
    while (current && isTruthy(machine.first(args[0], current.value, scope))) {
      yield current;
      const before: JqItem = current;
      current = undefined;
      for (const found of machine.run(args[1], before, scope)) {
        current = found;
        break;
      }
    }
  },
  *'isempty/1'(machine, item, args, scope) {
    for (const _ of machine.run(args[0], { value: item.value }, scope)) {
      yield result(item, false);
      return;
    }
    yield result(item, true);
  },
  *'sort_by/1'(machine, item, args, scope) {
    yield result(
      item,
      keyed(machine, item, args[0], scope, 'sorted, as it is not an array').map((entry) => entry.value),
    );
  },
  *'group_by/1'(machine, item, args, scope) {
    const groups: { key: unknown; values: unknown[] }[] = [];
    for (const { key, value } of keyed(machine, item, args[0], scope, 'grouped, as it is not an array')) {
      const last = groups.at(-1);
      if (last && compareValues(last.key, key) === 0) last.values.push(value);
      else groups.push({ key, values: [value] });
    }
    yield result(
      item,
      groups.map((group) => group.values),
    );
  },
  *'input/0'(machine, item) {
    const next = machine.context.nextInput();
    if (!next) throw new JqError('break');
    yield result(item, next.value);
  },
  *'inputs/0'(machine, item) {
    for (let next = machine.context.nextInput(); next; next = machine.context.nextInput())
      yield result(item, next.value);
  },
  *'debug/0'(machine, item) {
    machine.context.stderr(`["DEBUG:",${jsonText(item.value, COMPACT)}]\n`);
    yield item;
  },
  *'stderr/0'(machine, item) {
    machine.context.stderr(jsonText(item.value, COMPACT));
    yield item;
  },
  *'halt/0'() {
    throw new JqHalt(0, undefined);
  },
  *'halt_error/1'(machine, item, args, scope) {
    throw new JqHalt(Number(machine.first(args[0], item.value, scope)), item.value);
  },
};

/** `halt` and `halt_error`: the program ends at once. */
export class JqHalt extends Error {
  constructor(
    readonly status: number,
    readonly value: unknown,
  ) {
    super('halt');
  }
}

function* at(item: JqItem, index: number): JqStream {
  if (item.value !== null && !Array.isArray(item.value))
    throw new JqError(`Cannot index ${typeName(item.value)} with number`);
  const list = [...iterate({ ...item, value: item.value ?? [] }, () => undefined)];
  yield list.at(index) ?? result(item, null);
}
