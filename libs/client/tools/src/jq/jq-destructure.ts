import type { JqMachine } from './jq-evaluator.js';
import { JqError, type JqPattern } from './jq-node.js';
import type { JqScope } from './jq-stream.js';
import { indexValue, typeName } from './jq-value.js';

/** Every way in which a pattern takes a value apart, as scopes with its variables. */
export function* destructure(
  machine: JqMachine,
  pattern: JqPattern,
  value: unknown,
  input: unknown,
  scope: JqScope,
): Generator<JqScope, void> {
  if (pattern.type === 'variable') {
    yield { parent: scope, variable: [pattern.name, value] };
    return;
  }
  if (pattern.type === 'array') {
    if (value !== null && !Array.isArray(value)) throw new JqError(`Cannot index ${typeName(value)} with number`);
    yield* destructureArray(machine, pattern.items, 0, value, input, scope);
    return;
  }
  yield* destructureObject(machine, pattern.entries, 0, value, input, scope);
}

function* destructureArray(
  machine: JqMachine,
  items: readonly JqPattern[],
  at: number,
  value: unknown,
  input: unknown,
  scope: JqScope,
): Generator<JqScope, void> {
  if (at >= items.length) yield scope;
  else
    for (const bound of destructure(machine, items[at], indexValue(value, at), input, scope))
      yield* destructureArray(machine, items, at + 1, value, input, bound);
}

function* destructureObject(
  machine: JqMachine,
  entries: Extract<JqPattern, { type: 'object' }>['entries'],
  at: number,
  value: unknown,
  input: unknown,
  scope: JqScope,
): Generator<JqScope, void> {
  if (at >= entries.length) {
    yield scope;
    return;
  }
  const { key, variable, pattern } = entries[at];
  for (const name of machine.values(key, input, scope)) {
    if (typeof name !== 'string') throw new JqError(`Cannot index ${typeName(value)} with ${typeName(name)}`);
    const member = indexValue(value, name);
    const named = variable === undefined ? scope : { parent: scope, variable: [variable, member] as const };
    for (const bound of pattern ? destructure(machine, pattern, member, input, named) : [named])
      yield* destructureObject(machine, entries, at + 1, value, input, bound);
  }
}

/** The variables of all alternatives of `?//`, null where one does not bind them. */
export function withNulls(patterns: readonly JqPattern[], scope: JqScope): JqScope {
  const names = (pattern: JqPattern): string[] => {
    if (pattern.type === 'variable') return [pattern.name];
    if (pattern.type === 'array') return pattern.items.flatMap(names);
    return pattern.entries.flatMap((entry) => [
      ...(entry.variable === undefined ? [] : [entry.variable]),
      ...(entry.pattern ? names(entry.pattern) : []),
    ]);
  };
  return patterns.flatMap(names).reduce<JqScope>((parent, name) => ({ parent, variable: [name, null] }), scope);
}
