import { JqError, type JqFunction, type JqNode } from './jq-node.js';
import {
  copiesOf,
  deletePaths,
  getPath,
  isObject,
  isTruthy,
  setPath,
  shortText,
  weightOf,
  type JqPath,
} from './jq-value.js';
import { calculate, describe } from './jq-arithmetic.js';
import { destructure, withNulls } from './jq-destructure.js';
import { recurse, result, type JqItem, type JqScope, type JqStream } from './jq-stream.js';
import { accessPath, interpolate, objects } from './jq-access.js';
import { formatValue } from './jq-format.js';
import { callFunction } from './jq-call.js';
import { GrowingState } from './jq-growth.js';

/** A builtin that is not written in jq itself. */
export type JqNative = (machine: JqMachine, item: JqItem, args: readonly JqNode[], scope: JqScope) => JqStream;

/** `break`: unwinds to the label it belongs to. */
class JqBreak extends Error {
  constructor(readonly scope: JqScope) {
    super('break');
  }
}

export interface JqContext {
  readonly charge: (steps: number) => void;
  /** Counts text that was made, in characters. */
  readonly hold: (length: number) => void;
  readonly natives: ReadonlyMap<string, JqNative>;
  /** Builtins written in jq, by `name/arity`; they see each other. */
  readonly prelude: ReadonlyMap<string, JqFunction>;
  readonly env: () => unknown;
  readonly nextInput: () => { readonly value: unknown } | undefined;
  readonly now: () => number;
  readonly stderr: (text: string) => void;
}

const MAX_DEPTH = 1500;

/** Runs programs: every filter is a stream of outputs for one input. */
export class JqMachine {
  private depth = 0;

  constructor(readonly context: JqContext) {}

  *run(node: JqNode, item: JqItem, scope: JqScope): JqStream {
    this.context.charge(1);
    if (++this.depth > MAX_DEPTH) {
      this.depth = 0;
      throw new JqError('recursion too deep');
    }
    try {
      yield* this.dispatch(node, item, scope);
    } finally {
      this.depth--;
    }
  }

  /** The outputs as plain values; no paths are followed. */
  *values(node: JqNode, value: unknown, scope: JqScope): Generator<unknown, void> {
    for (const item of this.run(node, { value }, scope)) yield item.value;
  }

  first(node: JqNode, value: unknown, scope: JqScope): unknown {
    for (const output of this.values(node, value, scope)) return output;
    return undefined;
  }

  /** The paths that a filter leads to. */
  *paths(node: JqNode, value: unknown, scope: JqScope): Generator<JqItem, void> {
    for (const item of this.run(node, { value, path: [] }, scope)) {
      if (!item.path) throw new JqError(`Invalid path expression with result ${shortText(item.value)}`);
      yield item;
    }
  }

  private *dispatch(node: JqNode, item: JqItem, scope: JqScope): JqStream {
    switch (node.type) {
      case 'identity':
        yield item;
        return;
      case 'recurse':
        yield* recurse(item, this.context.charge);
        return;
      case 'literal':
        yield result(item, node.value);
        return;
      case 'string':
        yield* interpolate(this, node, item, scope);
        return;
      case 'format':
        yield result(item, formatValue(node.name, item.value));
        return;
      case 'index':
      case 'slice':
      case 'iterate':
        yield* accessPath(this, node, item, scope);
        return;
      case 'array':
        yield result(item, node.body ? [...this.values(node.body, item.value, scope)] : []);
        return;
      case 'object':
        for (const value of objects(this, node.entries, 0, item.value, scope)) yield result(item, value);
        return;
      case 'negate':
        for (const value of this.values(node.operand, item.value, scope)) {
          if (typeof value !== 'number') throw new JqError(`${describe(value)} cannot be negated`);
          yield result(item, -value);
        }
        return;
      case 'pipe':
        for (const left of this.run(node.left, item, scope)) yield* this.run(node.right, left, scope);
        return;
      case 'comma':
        yield* this.run(node.left, item, scope);
        yield* this.run(node.right, item, scope);
        return;
      default:
        yield* this.dispatchControl(node, item, scope);
    }
  }

  private *dispatchControl(node: JqNode, item: JqItem, scope: JqScope): JqStream {
    switch (node.type) {
      case 'alternative':
        yield* this.alternative(node, item, scope);
        return;
      case 'and':
      case 'or':
        for (const left of this.values(node.left, item.value, scope)) {
          if (isTruthy(left) === (node.type === 'or')) yield result(item, node.type === 'or');
          else for (const right of this.values(node.right, item.value, scope)) yield result(item, isTruthy(right));
        }
        return;
      case 'binary':
        for (const right of this.values(node.right, item.value, scope))
          for (const left of this.values(node.left, item.value, scope))
            yield result(item, this.calculated(node.operator, left, right));
        return;
      case 'update':
        yield* this.update(node, item, scope);
        return;
      case 'if':
        for (const test of this.values(node.test, item.value, scope)) {
          if (isTruthy(test)) yield* this.run(node.then, item, scope);
          else if (node.otherwise) yield* this.run(node.otherwise, item, scope);
          else yield item;
        }
        return;
      case 'try':
        yield* this.attempt(node, item, scope);
        return;
      case 'reduce':
      case 'foreach':
        yield* this.fold(node, item, scope);
        return;
      case 'function':
        yield* this.run(node.rest, item, { parent: scope, definition: node.definition });
        return;
      case 'call':
        yield* callFunction(this, node, item, scope);
        return;
      case 'variable':
        yield result(item, this.variable(node.name, scope));
        return;
      case 'bind':
        yield* this.bind(node, item, scope);
        return;
      case 'label':
        yield* this.labelled(node, item, scope);
        return;
      case 'break':
        throw new JqBreak(findLabel(scope, node.name));
      default:
        yield item;
    }
  }

  /** Arithmetic; the copies that it makes count. */
  private calculated(operator: string, left: unknown, right: unknown): unknown {
    if (left !== null && typeof left === 'object' && operator !== '==' && operator !== '!=')
      this.context.charge((weightOf(left) + weightOf(right)) >> 2);
    return calculate(operator, left, right);
  }

  private *alternative(
    node: Extract<JqNode, { type: 'pipe' | 'comma' | 'alternative' }>,
    item: JqItem,
    scope: JqScope,
  ): JqStream {
    let found = false;
    try {
      for (const left of this.run(node.left, item, scope))
        if (isTruthy(left.value)) {
          found = true;
          yield left;
        }
    } catch (error) {
      if (!(error instanceof JqError)) throw error;
    }
    if (!found) yield* this.run(node.right, item, scope);
  }

  private *update(node: Extract<JqNode, { type: 'update' }>, item: JqItem, scope: JqScope): JqStream {
    const { operator } = node;
    if (operator === '|=') {
      yield result(
        item,
        this.modify(node.left, item.value, scope, (old) => this.first(node.right, old, scope)),
      );
      return;
    }
    for (const right of this.values(node.right, item.value, scope)) {
      const change = (old: unknown): unknown => {
        if (operator === '=') return right;
        if (operator === '//=') return isTruthy(old) ? old : right;
        return this.calculated(operator.slice(0, -1), old, right);
      };
      yield result(item, this.modify(node.left, item.value, scope, change));
    }
  }

  /** Changes every place that a filter leads to; undefined deletes it. */
  modify(node: JqNode, value: unknown, scope: JqScope, change: (old: unknown) => unknown): unknown {
    const deleted: JqPath[] = [];
    let current = value;
    for (const { path } of [...this.paths(node, value, scope)]) {
      this.context.charge(copiesOf(current, path ?? []));
      const changed = change(getPath(current, path ?? []));
      if (changed === undefined) deleted.push(path ?? []);
      else current = setPath(current, path ?? [], changed);
    }
    return deleted.length > 0 ? deletePaths(current, deleted) : current;
  }

  private *attempt(node: Extract<JqNode, { type: 'try' }>, item: JqItem, scope: JqScope): JqStream {
    const { depth } = this;
    try {
      yield* this.run(node.body, item, scope);
    } catch (error) {
      if (!(error instanceof JqError)) throw error;
      this.depth = depth;
      if (isObject(error.value) && error.value.__jq !== undefined) throw error;
      if (node.handler) yield* this.run(node.handler, result(item, error.value), scope);
    }
  }

  private *fold(node: Extract<JqNode, { type: 'reduce' | 'foreach' }>, item: JqItem, scope: JqScope): JqStream {
    for (const init of this.run(node.init, item, scope)) {
      let state: JqItem | undefined = init;
      const growing = new GrowingState(node.update);
      for (const source of this.values(node.source, item.value, scope)) {
        for (const bound of destructure(this, node.pattern, source, item.value, scope)) {
          if (node.type === 'reduce') {
            const before: JqItem = state ?? result(item, null);
            this.context.charge(1);
            if (growing.grow(before.value, (part) => this.first(part, before.value, bound))) continue;
            let last: JqItem | undefined;
            for (const next of this.run(node.update, before, bound)) last = next;
            state = last ?? result(item, null);
            growing.take(state.value, before.value);
            continue;
          }
          for (const next of this.run(node.update, state, bound)) {
            state = next;
            if (node.extract) yield* this.run(node.extract, next, bound);
            else yield next;
          }
        }
      }
      if (node.type === 'reduce') yield state ?? result(item, null);
    }
  }

  private *bind(node: Extract<JqNode, { type: 'bind' }>, item: JqItem, scope: JqScope): JqStream {
    for (const source of this.values(node.source, item.value, scope)) {
      for (const [index, pattern] of node.patterns.entries()) {
        try {
          const all = node.patterns.length > 1 ? withNulls(node.patterns, scope) : scope;
          for (const bound of destructure(this, pattern, source, item.value, all))
            yield* this.run(node.body, item, bound);
          break;
        } catch (error) {
          if (!(error instanceof JqError) || index === node.patterns.length - 1) throw error;
        }
      }
    }
  }

  private variable(name: string, scope: JqScope): unknown {
    for (let current: JqScope | undefined = scope; current; current = current.parent)
      if (current.variable?.[0] === name) return current.variable[1];
    if (name === 'ENV') return this.context.env();
    throw new JqError(`$${name} is not defined`);
  }

  private *labelled(node: Extract<JqNode, { type: 'label' }>, item: JqItem, scope: JqScope): JqStream {
    const inner: JqScope = { parent: scope, label: node.name };
    const { depth } = this;
    try {
      yield* this.run(node.body, item, inner);
    } catch (error) {
      if (!(error instanceof JqBreak) || error.scope !== inner) throw error;
      this.depth = depth;
    }
  }
}

function findLabel(scope: JqScope, name: string): JqScope {
  for (let current: JqScope | undefined = scope; current; current = current.parent)
    if (current.label === name) return current;
  throw new JqError(`$*label-${name} is not defined`);
}
