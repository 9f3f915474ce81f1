import { describe } from './jq-arithmetic.js';
import { JqError, type JqFunction, type JqNode } from './jq-node.js';
import { isObject, shortText, type JqPath } from './jq-value.js';

/** A value on its way through a program; `path` says where it is in the input while paths are collected. */
export interface JqItem {
  readonly value: unknown;
  readonly path?: JqPath | null;
}

/** Variables and functions that a piece of program sees. */
export interface JqScope {
  readonly parent?: JqScope;
  readonly variable?: readonly [name: string, value: unknown];
  readonly definition?: JqFunction;
  /** A filter given as an argument: runs in the scope of the call. */
  readonly closure?: { readonly name: string; readonly node: JqNode; readonly scope: JqScope };
  readonly label?: string;
}

export type JqStream = Generator<JqItem, void>;

/** A computed value; it has no path. */
export function result(item: JqItem, value: unknown): JqItem {
  return item.path === undefined ? { value } : { value, path: null };
}

/** The item, or nothing when it cannot be had and need not be. */
export function* guarded(optional: boolean, access: () => JqItem): JqStream {
  let item: JqItem;
  try {
    item = access();
  } catch (error) {
    if (optional && error instanceof JqError) return;
    throw error;
  }
  yield item;
}

/** The path of a member, where the whole has one. */
export function extend(target: JqItem, key: unknown): { path?: JqPath } {
  if (target.path === undefined) return {};
  if (target.path === null) throw new JqError(`Invalid path expression with result ${shortText(target.value)}`);
  return { path: [...target.path, key] };
}

/** `.[]`. */
export function* iterate(target: JqItem, charge: (steps: number) => void): JqStream {
  const { value } = target;
  if (Array.isArray(value)) {
    charge(value.length);
    for (const [index, element] of value.entries()) yield { value: element as unknown, ...extend(target, index) };
    return;
  }
  if (!isObject(value))
    throw new JqError(
      `Cannot iterate over ${value === null ? 'null' : describe(value)}${value === null ? ' (null)' : ''}`,
    );
  for (const key of Object.keys(value)) yield { value: value[key], ...extend(target, key) };
}

/** `..`. */
export function* recurse(item: JqItem, charge: (steps: number) => void): JqStream {
  const waiting = [item];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    charge(1);
    yield next;
    if (Array.isArray(next.value) || isObject(next.value)) waiting.push(...[...iterate(next, charge)].reverse());
  }
}
