import type { JsonObject } from '@seatrial/kernel';
import { fieldErrors, isQualifiedName, type FieldError, type FieldPath } from '@seatrial/schema';
import { text } from '../registry/untyped.js';
import { complain } from '../validation/fields.js';
import { compileExpression, type ExpressionScope } from './expression.validation.js';

const MAX_CONDITIONS = 64;

/** The conditions under which a policy or webhook is asked at all (validateMatchConditions). */
export function validateMatchConditions(
  conditions: readonly JsonObject[],
  scope: ExpressionScope,
  path: FieldPath,
): FieldError[] {
  const errors =
    conditions.length > MAX_CONDITIONS ? [fieldErrors.tooMany(path, conditions.length, MAX_CONDITIONS)] : [];
  const names = new Set<string>();
  conditions.forEach((condition, index) => {
    const at = path.index(index);
    const name = text(condition.name);
    const expression = text(condition.expression).trim();
    if (expression === '') errors.push(fieldErrors.required(at.child('expression')));
    else errors.push(...compileExpression(expression, ['bool'], scope, at.child('expression')).errors);
    if (name === '') errors.push(fieldErrors.required(at.child('name')));
    else errors.push(...complain(at.child('name'), name, isQualifiedName(name)));
    if (name !== '' && names.has(name)) errors.push(fieldErrors.duplicate(at.child('name'), name));
    names.add(name);
  });
  return errors;
}
