import type { Environment } from '@marcbachmann/cel-js';
import { Quantity } from '../../quantity/quantity.js';

function mustParse(text: string): Quantity {
  const parsed = Quantity.parse(text);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}

/** Quantities (k8s.io/apiserver/pkg/cel/library quantity.go). */
export function registerQuantityLibrary(env: Environment): void {
  env.registerType('Quantity', Quantity);
  env.registerFunction('quantity(string): Quantity', mustParse);
  env.registerFunction('isQuantity(string): bool', (text: string) => Quantity.parse(text).ok);
  env.registerFunction('Quantity.isInteger(): bool', (amount: Quantity) => amount.isInteger());
  env.registerFunction('Quantity.asInteger(): int', (amount: Quantity) => BigInt(amount.value()));
  env.registerFunction('Quantity.asApproximateFloat(): double', (amount: Quantity) => amount.toNumber());
  env.registerFunction('Quantity.sign(): int', (amount: Quantity) => BigInt(amount.sign()));
  env.registerFunction('Quantity.compareTo(Quantity): int', (a: Quantity, b: Quantity) => BigInt(a.compare(b)));
  env.registerFunction('Quantity.isGreaterThan(Quantity): bool', (a: Quantity, b: Quantity) => a.compare(b) > 0);
  env.registerFunction('Quantity.isLessThan(Quantity): bool', (a: Quantity, b: Quantity) => a.compare(b) < 0);
  env.registerFunction('Quantity.add(Quantity): Quantity', (a: Quantity, b: Quantity) => a.add(b));
  env.registerFunction('Quantity.sub(Quantity): Quantity', (a: Quantity, b: Quantity) => a.sub(b));
  env.registerFunction('Quantity.add(int): Quantity', (a: Quantity, b: bigint) => a.add(Quantity.fromInteger(b)));
  env.registerFunction('Quantity.sub(int): Quantity', (a: Quantity, b: bigint) => a.sub(Quantity.fromInteger(b)));
}
