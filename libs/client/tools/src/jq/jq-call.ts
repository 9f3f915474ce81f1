import { JqError, type JqFunction, type JqNode } from './jq-node.js';
import type { JqMachine } from './jq-evaluator.js';
import type { JqItem, JqScope, JqStream } from './jq-stream.js';

const ROOT: JqScope = {};

/** Calls what a name stands for: a closure, a definition, or a builtin. */
export function* callFunction(
  machine: JqMachine,
  node: Extract<JqNode, { type: 'call' }>,
  item: JqItem,
  scope: JqScope,
): JqStream {
  for (let current: JqScope | undefined = scope; current; current = current.parent) {
    const { closure, definition } = current;
    if (closure && closure.name === node.name && node.args.length === 0) {
      yield* machine.run(closure.node, item, closure.scope);
      return;
    }
    if (definition && definition.name === node.name && definition.parameters.length === node.args.length) {
      yield* enter(machine, definition, node.args, 0, item, current, scope);
      return;
    }
  }
  const defined = machine.context.prelude.get(`${node.name}/${String(node.args.length)}`);
  if (defined) {
    yield* enter(machine, defined, node.args, 0, item, ROOT, scope);
    return;
  }
  const native = machine.context.natives.get(`${node.name}/${String(node.args.length)}`);
  if (!native) throw new JqError(`${node.name}/${String(node.args.length)} is not defined`);
  yield* native(machine, item, node.args, scope);
}

/** Binds a function's parameters one by one; `$name` parameters run once for each value. */
function* enter(
  machine: JqMachine,
  definition: JqFunction,
  args: readonly JqNode[],
  at: number,
  item: JqItem,
  inner: JqScope,
  caller: JqScope,
): JqStream {
  if (at >= args.length) {
    yield* machine.run(definition.body, item, inner);
    return;
  }
  const parameter = definition.parameters[at];
  if (!parameter.startsWith('$')) {
    const closure = { name: parameter, node: args[at], scope: caller };
    yield* enter(machine, definition, args, at + 1, item, { parent: inner, closure }, caller);
    return;
  }
  const name = parameter.slice(1);
  for (const value of machine.values(args[at], item.value, caller)) {
    const bound: JqScope = { parent: inner, variable: [name, value] };
    const asFilter: JqScope = { parent: bound, closure: { name, node: { type: 'literal', value }, scope: bound } };
    yield* enter(machine, definition, args, at + 1, item, asFilter, caller);
  }
}
