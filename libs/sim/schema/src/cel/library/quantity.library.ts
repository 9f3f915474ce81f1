import { Quantity } from '../../quantity/quantity.js';
import { CelError, CelNative, type CelValue } from '../evaluate/values.js';
import { implement, type CelLibrary } from './cel-library.js';

/* Quantities (k8s.io/apiserver/pkg/cel/library quantity.go). */

const LARGEST = 2n ** 63n - 1n;
const NANOS = 10n ** 9n;

class CelQuantity extends CelNative {
  readonly typeName = 'kubernetes.Quantity';
  constructor(readonly amount: Quantity) {
    super();
  }
  equals(other: CelNative): boolean {
    return other instanceof CelQuantity && other.amount.equals(this.amount);
  }
  toString(): string {
    return this.amount.toString();
  }
}

function read(text: string): CelValue {
  const parsed = Quantity.parse(text);
  return parsed.ok ? new CelQuantity(parsed.value) : new CelError(parsed.error);
}

const isWhole = ({ amount }: CelQuantity): boolean =>
  amount.isInteger() && amount.nanos <= LARGEST * NANOS && amount.nanos >= -LARGEST * NANOS;

const integer = (value: bigint): Quantity => Quantity.fromInteger(value, 'DecimalExponent');

export const quantityLibrary: CelLibrary = {
  is_quantity_string: implement((text: string) => Quantity.parse(text).ok),
  quantity_add: implement((a: CelQuantity, b: CelQuantity) => new CelQuantity(a.amount.add(b.amount))),
  quantity_add_int: implement((a: CelQuantity, b: bigint) => new CelQuantity(a.amount.add(integer(b)))),
  quantity_compare_to: implement((a: CelQuantity, b: CelQuantity) => BigInt(a.amount.compare(b.amount))),
  quantity_get_float: implement(({ amount }: CelQuantity) => amount.toNumber()),
  quantity_get_int: implement((quantity: CelQuantity) =>
    isWhole(quantity) ? quantity.amount.nanos / NANOS : new CelError('cannot convert value to integer'),
  ),
  quantity_is_greater_than: implement((a: CelQuantity, b: CelQuantity) => a.amount.compare(b.amount) > 0),
  quantity_is_integer: implement(isWhole),
  quantity_is_less_than: implement((a: CelQuantity, b: CelQuantity) => a.amount.compare(b.amount) < 0),
  quantity_sign: implement(({ amount }: CelQuantity) => BigInt(amount.sign())),
  quantity_sub: implement((a: CelQuantity, b: CelQuantity) => new CelQuantity(a.amount.sub(b.amount))),
  quantity_sub_int: implement((a: CelQuantity, b: bigint) => new CelQuantity(a.amount.sub(integer(b)))),
  string_to_quantity: implement(read),
};
