import { Optional, type Environment } from '@marcbachmann/cel-js';
import { spend } from '../cel-cost.js';
import { celEqual, celOrder } from './cel-order.js';

class ListNamespace {
  readonly name = 'lists';
}

const MAX_RANGE = 100_000;
/** Comparisons that cost as much as one step of an expression. */
const PER_STEP = 10;

function flatten(list: readonly unknown[], depth: number): unknown[] {
  spend(list.length / PER_STEP);
  return depth <= 0
    ? [...list]
    : list.flatMap((item) => (Array.isArray(item) ? flatten(item as unknown[], depth - 1) : [item]));
}

function slice(list: readonly unknown[], from: bigint, to: bigint): unknown[] {
  const [start, end] = [Number(from), Number(to)];
  if (start < 0 || end < 0) throw new Error(`cannot slice(${start}, ${end}), negative indexes not supported`);
  if (start > end)
    throw new Error(`cannot slice(${start}, ${end}), start index must be less than or equal to end index`);
  if (end > list.length) throw new Error(`cannot slice(${start}, ${end}), list is length ${list.length}`);
  return list.slice(start, end);
}

function distinct(list: readonly unknown[]): unknown[] {
  spend((list.length * list.length) / PER_STEP);
  return list.filter((item, index) => list.findIndex((other) => celEqual(other, item)) === index);
}

/** Lists: Kubernetes' own functions and cel-go's ext.Lists (version 3), without sortBy. */
export function registerListLibrary(env: Environment): void {
  env.registerFunction('list.isSorted(): bool', (list: unknown[]) =>
    list.every((item, index) => index === 0 || celOrder(list[index - 1], item) <= 0),
  );
  env.registerFunction('list.sum(): dyn', (list: (bigint | number)[]) =>
    list.length === 0 ? 0n : list.slice(1).reduce((sum, item) => (sum as bigint) + (item as bigint), list[0]),
  );
  const extreme = (list: unknown[], sign: number, name: string): unknown => {
    if (list.length === 0) throw new Error(`${name} called on empty list`);
    return list.reduce((best, item) => (celOrder(item, best) * sign < 0 ? item : best));
  };
  env.registerFunction('list.min(): dyn', (list: unknown[]) => extreme(list, 1, 'min'));
  env.registerFunction('list.max(): dyn', (list: unknown[]) => extreme(list, -1, 'max'));
  env.registerFunction('list.indexOf(dyn): int', (list: unknown[], item: unknown) =>
    BigInt(list.findIndex((entry) => celEqual(entry, item))),
  );
  env.registerFunction('list.lastIndexOf(dyn): int', (list: unknown[], item: unknown) =>
    BigInt(list.findLastIndex((entry) => celEqual(entry, item))),
  );
  env.registerFunction('list.slice(int, int): list', slice);
  env.registerFunction('list.flatten(): list', (list: unknown[]) => flatten(list, 1));
  env.registerFunction('list.flatten(int): list', (list: unknown[], depth: bigint) => {
    if (depth < 0n) throw new Error('flatten: level must be non-negative');
    return flatten(list, Number(depth));
  });
  env.registerFunction('list.distinct(): list', distinct);
  env.registerFunction('list.reverse(): list', (list: unknown[]) => [...list].reverse());
  env.registerFunction('list.sort(): list', (list: unknown[]) => {
    spend(list.length);
    return [...list].sort(celOrder);
  });
  env.registerFunction('list.first(): optional<dyn>', (list: unknown[]) =>
    list.length > 0 ? Optional.of(list[0]) : Optional.none(),
  );
  env.registerFunction('list.last(): optional<dyn>', (list: unknown[]) =>
    list.length > 0 ? Optional.of(list.at(-1)) : Optional.none(),
  );
  env.registerType('ListNamespace', ListNamespace);
  env.registerConstant('lists', 'ListNamespace', new ListNamespace());
  env.registerFunction('ListNamespace.range(int): list', (_: unknown, length: bigint) => {
    if (length > MAX_RANGE) throw new Error(`lists.range: size ${length} exceeds maximum`);
    spend(Number(length) / PER_STEP);
    return Array.from({ length: Math.max(0, Number(length)) }, (_item, index) => BigInt(index));
  });
}
