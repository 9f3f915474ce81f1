import { compilePattern } from '../library/regex.library.js';
import { mapKey } from './cel-maps.js';
import { NO_OVERLOAD } from './compare.js';
import { CelMeter } from './meter.js';
import { CelError, CelOptional, CelUint, isError, isList, typeNameOf, type CelValue } from './values.js';

/** What an evaluation works with: variables, the loops' own in slots, and its costs. */
export interface Frame {
  readonly slots: CelValue[];
  readonly meter: CelMeter;
  variable(name: string): CelValue;
}

export type Run = (frame: Frame) => CelValue;

/** A part of an expression ready to run. */
export interface Plan {
  readonly run: Run;
  /** For variables and what is selected from them: without the cost of the whole, as part of a longer one. */
  readonly attribute?: Run;
  /** Has no cost of its own as a whole: `a ? b : c`. */
  readonly conditional?: boolean;
  readonly constant?: { readonly value: CelValue };
}

/** An expression that fails before it is run. */
export class PlanProblem extends Error {}

export const constant = (value: CelValue): Plan => ({ run: () => value, constant: { value } });

export const attribute = (read: Run, conditional = false): Plan => ({
  attribute: read,
  conditional,
  run: conditional
    ? read
    : (frame) => {
        frame.meter.charge(1);
        return read(frame);
      },
});

const GO_TYPES: Readonly<Record<string, string | undefined>> = {
  bool: 'types.Bool',
  bytes: 'types.Bytes',
  double: 'types.Double',
  'google.protobuf.Duration': 'types.Duration',
  'google.protobuf.Timestamp': 'types.Timestamp',
  int: 'types.Int',
  null_type: 'types.Null',
  string: 'types.String',
  uint: 'types.Uint',
};

/** What is said of a loop over something that has no elements. */
export function noRange(value: CelValue, two: boolean): CelError {
  const type = GO_TYPES[typeNameOf(value)] ?? `*types.${typeNameOf(value)}`;
  return new CelError(two ? `unsupported comprehension range type: ${type}` : `got '${type}', expected iterable type`);
}

/** `&&` and `||`: what decides, decides, whatever failed before. */
export const logical =
  (args: readonly Plan[], decisive: boolean): Run =>
  (frame) => {
    let failed: CelError | undefined;
    for (const { run } of args) {
      const value = run(frame);
      if (value === decisive) return decisive;
      if (typeof value !== 'boolean') failed ??= isError(value) ? value : NO_OVERLOAD;
    }
    return failed ?? !decisive;
  };

/** `a ? b : c`. */
export function conditional([test, yes, no]: readonly Plan[]): Plan {
  const whenTrue = yes.attribute ?? yes.run;
  const whenFalse = no.attribute ?? no.run;
  return attribute((frame) => {
    const value = test.run(frame);
    if (typeof value === 'boolean') return value ? whenTrue(frame) : whenFalse(frame);
    return isError(value) ? value : NO_OVERLOAD;
  }, true);
}

/** `a.or(b)` and `a.orValue(b)`: what is not needed is not worked out. */
export function alternative(name: string, [first, second]: readonly Plan[]): Plan {
  return {
    run: (frame) => {
      const value = first.run(frame);
      if (isError(value)) return value;
      if (!(value instanceof CelOptional)) return NO_OVERLOAD;
      if (value.value !== undefined) return name === 'or' ? value : value.value;
      return second.run(frame);
    },
  };
}

/** A conversion of a constant. */
export function foldedConversion(
  apply: (args: readonly CelValue[], meter: CelMeter) => CelValue,
  value: CelValue,
): Plan {
  const folded = apply([value], new CelMeter());
  if (isError(folded)) throw new PlanProblem(folded.message);
  return constant(folded);
}

/** Keys of a constant list of scalars. */
export function memberSet(list: CelValue): ReadonlySet<string> | undefined {
  if (!isList(list)) return undefined;
  const keys = list.map((item) => (item instanceof CelUint || typeof item !== 'object' ? mapKey(item) : undefined));
  return keys.includes(undefined) ? undefined : new Set(keys as string[]);
}

/** `in` a constant list. */
export function membership(item: Plan, members: ReadonlySet<string>): Plan {
  if (members.size === 0) return constant(false);
  return {
    run: (frame) => {
      const value = item.run(frame);
      return isError(value) ? value : members.has(mapKey(value) ?? '');
    },
  };
}

/** Patterns that are known before the evaluation are compiled then. */
export function checkPattern(name: string, args: readonly Plan[]): void {
  if (name !== 'matches' && name !== 'find' && name !== 'findAll') return;
  const pattern = args.at(1)?.constant?.value;
  if (typeof pattern !== 'string') return;
  const compiled = compilePattern(pattern);
  if (typeof compiled === 'string') throw new PlanProblem(compiled);
}
