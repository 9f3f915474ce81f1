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

function validateRequirement(requirement: meta.LabelSelectorRequirement, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const values = requirement.values ?? [];
  switch (requirement.operator) {
    case 'In':
    case 'NotIn':
      if (values.length === 0)
        errors.push(fieldErrors.required(path.child('values'), "must be specified when `operator` is 'In' or 'NotIn'"));
      break;
    case 'Exists':
    case 'DoesNotExist':
      if (values.length > 0)
        errors.push(
          fieldErrors.forbidden(
            path.child('values'),
            "may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
          ),
        );
      break;
    default:
      errors.push(fieldErrors.invalid(path.child('operator'), requirement.operator, 'not a valid selector operator'));
  }
  errors.push(...validateLabelName(requirement.key, path.child('key')));
  values.forEach((value, index) =>
    errors.push(...complain(path.child('values').index(index), value, isValidLabelValue(value))),
  );
  return errors;
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
