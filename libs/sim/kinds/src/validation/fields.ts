import {
  FieldPath,
  IMMUTABLE_COMPLAINT,
  NON_NEGATIVE_COMPLAINT,
  fieldErrors,
  isValidPercent,
  isValidPortName,
  isValidPortNumber,
  type Complaints,
  type FieldError,
} from '@seatrial/schema';
import { compareStrings, jsonEqual } from '@seatrial/kernel';

/** What several kinds validate alike; texts as in k8s.io/kubernetes and apimachinery v1.35. */

export const SPEC = FieldPath.root('spec');

export const complain = (path: FieldPath, value: unknown, complaints: Complaints): FieldError[] =>
  complaints.map((complaint) => fieldErrors.invalid(path, value, complaint));

export const nonNegative = (value: number | undefined, path: FieldPath): FieldError[] =>
  value !== undefined && value < 0 ? [fieldErrors.invalid(path, value, NON_NEGATIVE_COMPLAINT)] : [];

export const positive = (value: number | undefined, path: FieldPath): FieldError[] =>
  value !== undefined && value <= 0 ? [fieldErrors.invalid(path, value, 'must be greater than 0')] : [];

/** Labels as a Go map prints them: sorted; null when there are none. */
export const shownLabels = (labels: Readonly<Record<string, string>> | undefined): unknown =>
  labels ? Object.fromEntries(Object.entries(labels).sort(([a], [b]) => compareStrings(a, b))) : null;

interface ShownExpression {
  readonly key?: unknown;
  readonly operator?: unknown;
  readonly values?: readonly unknown[];
}

/** A label selector as it prints: labels sorted, then the expressions. */
export function shownSelector(
  selector: { readonly matchLabels?: unknown; readonly matchExpressions?: unknown } | undefined,
): unknown {
  if (!selector) return null;
  const { matchLabels, matchExpressions } = selector;
  return {
    ...(matchLabels ? { matchLabels: shownLabels(matchLabels as Record<string, string>) } : {}),
    ...(Array.isArray(matchExpressions)
      ? {
          matchExpressions: (matchExpressions as ShownExpression[]).map(({ key, operator, values }) => ({
            key,
            operator,
            ...(values?.length ? { values } : {}),
          })),
        }
      : {}),
  };
}

/** ValidateImmutableField of a selector. */
export const immutableSelector = (
  value: Parameters<typeof shownSelector>[0],
  old: Parameters<typeof shownSelector>[0],
  path: FieldPath,
): FieldError[] =>
  jsonEqual(value ?? null, old ?? null) ? [] : [fieldErrors.invalid(path, shownSelector(value), IMMUTABLE_COMPLAINT)];

/** ValidateImmutableField: the new value is shown. */
export const immutable = (value: unknown, old: unknown, path: FieldPath): FieldError[] =>
  jsonEqual(value ?? null, old ?? null) ? [] : [fieldErrors.invalid(path, value ?? null, IMMUTABLE_COMPLAINT)];

/** A value out of a closed set; an empty one is `Required` when it must be there. */
export function oneOf(
  value: string | undefined,
  supported: readonly string[],
  path: FieldPath,
  empty: 'required' | 'allowed' | 'wrong' = 'wrong',
): FieldError[] {
  if (value === undefined || (value === '' && empty !== 'wrong'))
    return empty === 'required' ? [fieldErrors.required(path)] : [];
  return supported.includes(value) ? [] : [fieldErrors.notSupported(path, value, supported)];
}

type IntOrString = number | string;

/** ValidatePortNumOrName. */
export const portNumberOrName = (port: IntOrString = 0, path: FieldPath): FieldError[] =>
  typeof port === 'number'
    ? complain(path, port, isValidPortNumber(port))
    : complain(path, port, isValidPortName(port));

/** ValidatePositiveIntOrPercent: a count that is not negative, or a percentage. */
export const countOrPercent = (value: IntOrString, path: FieldPath): FieldError[] =>
  typeof value === 'string' ? complain(path, value, isValidPercent(value)) : nonNegative(value, path);

/** The number in front of `%`; undefined for counts. */
export const percentOf = (value: IntOrString): number | undefined =>
  typeof value === 'string' && /^[0-9]+%$/.test(value) ? Number(value.slice(0, -1)) : undefined;

export const notMoreThanHundredPercent = (value: IntOrString, path: FieldPath): FieldError[] =>
  (percentOf(value) ?? 0) > 100 ? [fieldErrors.invalid(path, value, 'must not be greater than 100%')] : [];

/** A count, or the number of a percentage (getIntOrPercentValue); a number as text counts as the number. */
export const countOrPercentNumber = (value: IntOrString): number =>
  typeof value === 'number' ? value : (percentOf(value) ?? (/^[+-]?\d+$/.test(value) ? Number(value) : 0));
