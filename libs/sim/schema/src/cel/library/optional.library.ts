import { CelError, CelOptional, CelUint, isList, isMap, type CelValue } from '../evaluate/values.js';
import { implement, type CelLibrary } from './cel-library.js';

/* Optional values (cel-go cel/library.go OptionalTypes). `or` and `orValue` are the interpreter's own. */

function isZero(value: CelValue): boolean {
  if (value === null || value === false || value === '' || value === 0n || value === 0) return true;
  if (isList(value)) return value.length === 0;
  if (value instanceof CelUint) return value.value === 0n;
  return isMap(value) && value.size === 0;
}

const unwrapAll = (list: readonly CelValue[]): CelValue =>
  list.flatMap((item) => (item instanceof CelOptional && item.value !== undefined ? [item.value] : []));

export const optionalLibrary: CelLibrary = {
  optional_hasValue: implement(({ value }: CelOptional) => value !== undefined),
  optional_none: implement(() => CelOptional.none),
  optional_of: implement((value: CelValue) => CelOptional.of(value)),
  optional_ofNonZeroValue: implement((value: CelValue) => (isZero(value) ? CelOptional.none : CelOptional.of(value))),
  optional_unwrap: implement(unwrapAll),
  optional_unwrapOpt: implement(unwrapAll),
  optional_value: implement(({ value }: CelOptional) => value ?? new CelError('optional.none() dereference')),
};
