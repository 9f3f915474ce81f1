import { compareStrings, fail, ok, type Result } from '@seatrial/kernel';
import { fieldErrors, fieldErrorsText, type FieldError } from '../validation/field-error.js';
import { FieldPath } from '../validation/field-path.js';
import { isQualifiedName, isValidLabelValue } from '../validation/formats.js';

export type SelectorOperator = '=' | '==' | '!=' | 'in' | 'notin' | 'exists' | '!' | 'gt' | 'lt';

export type Labels = Readonly<Record<string, string>>;

/** One condition on a label (k8s.io/apimachinery/pkg/labels.Requirement). */
export interface Requirement {
  readonly key: string;
  readonly operator: SelectorOperator;
  /** Sorted. */
  readonly values: readonly string[];
}

/** labels.validateLabelKey; a parser without a path names Go's nil. */
export function validateLabelKey(key: string, path: FieldPath | '<nil>' = '<nil>'): FieldError | undefined {
  const complaints = isQualifiedName(key);
  return complaints.length === 0 ? undefined : fieldErrors.invalid(path, key, complaints.join('; '));
}

/** Checks and makes a requirement; the error is the text of labels.NewRequirement. */
export function newRequirement(
  key: string,
  operator: SelectorOperator,
  values: readonly string[],
  path?: FieldPath,
): Result<Requirement, string> {
  const errors: FieldError[] = [];
  const badKey = validateLabelKey(key, path ? path.child('key') : FieldPath.root('key'));
  if (badKey) errors.push(badKey);
  const at = path ? path.child('values') : FieldPath.root('values');
  const list = [...values].sort(compareStrings);
  if ((operator === 'in' || operator === 'notin') && list.length === 0)
    errors.push(fieldErrors.invalid(at, list, "for 'in', 'notin' operators, values set can't be empty"));
  if ((operator === 'exists' || operator === '!') && list.length > 0)
    errors.push(fieldErrors.invalid(at, list, 'values set must be empty for exists and does not exist'));
  if (operator === 'gt' || operator === 'lt') {
    list.forEach((value, index) => {
      if (!/^[+-]?\d+$/.test(value))
        errors.push(
          fieldErrors.invalid(at.index(index), value, "for 'Gt', 'Lt' operators, the value must be an integer"),
        );
    });
  }
  list.forEach((value, index) => {
    const complaints = isValidLabelValue(value);
    if (complaints.length > 0) errors.push(fieldErrors.invalid(at.index(index).key(key), value, complaints.join('; ')));
  });
  return errors.length > 0 ? fail(fieldErrorsText(errors)) : ok({ key, operator, values: list });
}

export function requirementMatches({ key, operator, values }: Requirement, labels: Labels | undefined): boolean {
  const value = labels && Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case 'in':
    case '=':
    case '==':
      return value !== undefined && values.includes(value);
    case 'notin':
    case '!=':
      return value === undefined || !values.includes(value);
    case 'exists':
      return value !== undefined;
    case '!':
      return value === undefined;
    default: {
      if (value === undefined || !/^[+-]?\d+$/.test(value)) return false;
      const [left, right] = [BigInt(value), BigInt(values[0])];
      return operator === 'gt' ? left > right : left < right;
    }
  }
}

/** As Requirement.String prints it: `a=b`, `c in (d,e)`, `!f`. */
export function requirementText({ key, operator, values }: Requirement): string {
  switch (operator) {
    case 'exists':
      return key;
    case '!':
      return `!${key}`;
    case 'in':
    case 'notin':
      return `${key} ${operator} (${values.join(',')})`;
    case 'gt':
      return `${key}>${values[0]}`;
    case 'lt':
      return `${key}<${values[0]}`;
    default:
      return `${key}${operator}${values[0]}`;
  }
}
