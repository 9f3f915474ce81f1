import {
  FieldPath,
  fieldErrors,
  isQualifiedName,
  isValidLabelValue,
  validateLabels,
  type FieldError,
} from '@seatrial/schema';
import type * as meta from 'kubernetes-types/meta/v1.js';
import { complain } from './fields.js';

export const validateLabelName = (name: string, path: FieldPath): FieldError[] =>
  complain(path, name, isQualifiedName(name));

/** What an operator says of its values; `isNumeric`: of nodes, whose labels may be compared as numbers. */
function validateOperator(
  operator: string,
  values: readonly string[],
  path: FieldPath,
  isNumeric: boolean,
): FieldError[] {
  const at = path.child('values');
  if (operator === 'In' || operator === 'NotIn')
    return values.length > 0 ? [] : [fieldErrors.required(at, "must be specified when `operator` is 'In' or 'NotIn'")];
  if (operator === 'Exists' || operator === 'DoesNotExist')
    return values.length === 0
      ? []
      : [fieldErrors.forbidden(at, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")];
  if (isNumeric && (operator === 'Gt' || operator === 'Lt'))
    return values.length === 1
      ? []
      : [fieldErrors.required(at, "must be specified single value when `operator` is 'Lt' or 'Gt'")];
  return [fieldErrors.invalid(path.child('operator'), operator, 'not a valid selector operator')];
}

/** One requirement of a selector of labels. */
export function validateRequirement(
  requirement: meta.LabelSelectorRequirement,
  path: FieldPath,
  isNumeric = false,
): FieldError[] {
  const { key, operator, values = [] } = requirement;
  return [
    ...validateOperator(operator, values, path, isNumeric),
    ...validateLabelName(key, path.child('key')),
    ...values.flatMap((value, index) => complain(path.child('values').index(index), value, isValidLabelValue(value))),
  ];
}

/** metav1 validation.ValidateLabelSelector. */
export function validateLabelSelector(selector: meta.LabelSelector | undefined, path: FieldPath): FieldError[] {
  if (!selector) return [];
  return [
    ...validateLabels(selector.matchLabels, path.child('matchLabels')),
    ...(selector.matchExpressions ?? []).flatMap((requirement, index) =>
      validateRequirement(requirement, path.child('matchExpressions').index(index)),
    ),
  ];
}

export const isEmptySelector = (selector: meta.LabelSelector | undefined): boolean =>
  Object.keys(selector?.matchLabels ?? {}).length === 0 && (selector?.matchExpressions ?? []).length === 0;
