import { JqError, type JqNode } from './jq-node.js';
import type { JqMachine } from './jq-evaluator.js';
import { formatValue } from './jq-format.js';
import { extend, guarded, iterate, result, type JqItem, type JqScope, type JqStream } from './jq-stream.js';
import { indexValue, isObject, sliceValue } from './jq-value.js';

/** The texts of a string with programs in it. */
export function* interpolate(
  machine: JqMachine,
  node: Extract<JqNode, { type: 'string' }>,
  item: JqItem,
  scope: JqScope,
  at = 0,
  before = '',
): JqStream {
  if (at >= node.parts.length) {
    yield result(item, before);
    return;
  }
  const part = node.parts[at];
  if (typeof part === 'string') {
    yield* interpolate(machine, node, item, scope, at + 1, before + part);
    return;
  }
  for (const value of machine.values(part, item.value, scope))
    yield* interpolate(machine, node, item, scope, at + 1, before + formatValue(node.format ?? 'text', value));
}

/** What an index, a slice or `.[]` leads to. */
export function* accessPath(
  machine: JqMachine,
  node: Extract<JqNode, { type: 'index' | 'slice' | 'iterate' }>,
  item: JqItem,
  scope: JqScope,
): JqStream {
  for (const target of machine.run(node.target, item, scope)) {
    if (node.type === 'iterate') {
      if (node.optional && !Array.isArray(target.value) && !isObject(target.value)) continue;
      yield* iterate(target, machine.context.charge);
    } else if (node.type === 'index') {
      for (const key of machine.values(node.key, item.value, scope))
        yield* guarded(node.optional ?? false, () => ({
          value: indexValue(target.value, key),
          ...extend(target, key),
        }));
    } else
      for (const to of node.to ? machine.values(node.to, item.value, scope) : [null])
        for (const from of node.from ? machine.values(node.from, item.value, scope) : [null])
          yield* guarded(node.optional ?? false, () => ({
            value: sliceValue(target.value, from, to),
            ...extend(target, { start: from, end: to }),
          }));
  }
}

/** The objects that `{…}` builds: one for each combination of its parts. */
export function* objects(
  machine: JqMachine,
  entries: Extract<JqNode, { type: 'object' }>['entries'],
  at: number,
  value: unknown,
  scope: JqScope,
): Generator<unknown, void> {
  if (at >= entries.length) {
    yield {};
    return;
  }
  // Later entries vary fastest in jq: the first key's outputs form the outer loop.
  for (const key of machine.values(entries[at].key, value, scope)) {
    if (typeof key !== 'string') throw new JqError(`Object keys must be strings`);
    for (const member of machine.values(entries[at].value, value, scope))
      for (const rest of objects(machine, entries, at + 1, value, scope)) yield { [key]: member, ...(rest as object) };
  }
}
