import type { Environment } from '@marcbachmann/cel-js';
import { spend } from '../cel-cost.js';
import { celEqual } from './cel-order.js';

class SetNamespace {
  readonly name = 'sets';
}

const PER_STEP = 10;

type Values = readonly unknown[];

const holds = (list: Values, item: unknown): boolean => list.some((other) => celEqual(other, item));
function contains(list: Values, items: Values): boolean {
  spend((list.length * items.length) / PER_STEP);
  return items.every((item) => holds(list, item));
}

/** cel-go's ext.Sets. */
export function registerSetLibrary(env: Environment): void {
  env.registerType('SetNamespace', SetNamespace);
  env.registerConstant('sets', 'SetNamespace', new SetNamespace());
  env.registerFunction('SetNamespace.contains(list, list): bool', (_: unknown, a: Values, b: Values) => contains(a, b));
  env.registerFunction(
    'SetNamespace.equivalent(list, list): bool',
    (_: unknown, a: Values, b: Values) => contains(a, b) && contains(b, a),
  );
  env.registerFunction('SetNamespace.intersects(list, list): bool', (_: unknown, a: Values, b: Values) => {
    spend((a.length * b.length) / PER_STEP);
    return a.some((item) => holds(b, item));
  });
}
