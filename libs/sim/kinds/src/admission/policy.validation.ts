import { isJsonObject, type JsonObject, type JsonValue } from '@seatrial/kernel';
import type { KubeObject } from '@seatrial/apiserver';
import { FieldPath, fieldErrors, isDns1123Subdomain, type FieldError } from '@seatrial/schema';
import { draftAs } from '../registry/draft.js';
import { SPEC, complain, oneOf } from '../validation/fields.js';
import { expressionErrors } from './expression.validation.js';
import { validateRules } from './resource-rules.validation.js';

const REASONS = ['Forbidden', 'Invalid', 'RequestEntityTooLarge'];
const ACTIONS = ['Audit', 'Deny', 'Warn'];

const specOf = (object: KubeObject): JsonObject => {
  const { spec } = draftAs<JsonObject>(object);
  return isJsonObject(spec) ? spec : {};
};
const list = (value: JsonValue | undefined): JsonObject[] =>
  Array.isArray(value) ? value.filter((item): item is JsonObject => isJsonObject(item)) : [];
const text = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '');

function validateMatch(match: JsonValue | undefined, path: FieldPath): FieldError[] {
  if (!isJsonObject(match)) return [];
  const errors = oneOf(text(match.matchPolicy), ['Equivalent', 'Exact'], path.child('matchPolicy'));
  errors.push(...validateRules(list(match.resourceRules), path.child('resourceRules')));
  errors.push(...validateRules(list(match.excludeResourceRules), path.child('excludeResourceRules')));
  return errors;
}

/** ValidateValidatingAdmissionPolicy. */
export function validatePolicy(object: KubeObject): FieldError[] {
  const spec = specOf(object);
  const errors: FieldError[] = [];
  const policy = text(spec.failurePolicy);
  if (policy === '') errors.push(fieldErrors.required(SPEC.child('failurePolicy')));
  else errors.push(...oneOf(policy, ['Fail', 'Ignore'], SPEC.child('failurePolicy')));
  if (isJsonObject(spec.paramKind)) {
    for (const field of ['apiVersion', 'kind'])
      if (text(spec.paramKind[field]) === '') errors.push(fieldErrors.required(SPEC.child('paramKind', field)));
  }
  if (!isJsonObject(spec.matchConstraints)) errors.push(fieldErrors.required(SPEC.child('matchConstraints')));
  else {
    const match = SPEC.child('matchConstraints');
    errors.push(...validateMatch(spec.matchConstraints, match));
    if (list(spec.matchConstraints.resourceRules).length === 0)
      errors.push(fieldErrors.required(match.child('resourceRules')));
  }
  const variables = list(spec.variables).map((variable) => text(variable.name));
  const scope = { params: isJsonObject(spec.paramKind), variables };
  list(spec.matchConditions).forEach((condition, index) => {
    const at = SPEC.child('matchConditions').index(index);
    if (text(condition.name) === '') errors.push(fieldErrors.required(at.child('name')));
    errors.push(...expressionErrors(text(condition.expression), 'bool', scope, at.child('expression')));
  });
  const validations = list(spec.validations);
  const annotations = list(spec.auditAnnotations);
  if (validations.length === 0 && annotations.length === 0) {
    const detail = 'validations or auditAnnotations must contain at least one item';
    errors.push(fieldErrors.required(SPEC.child('validations'), detail));
    errors.push(fieldErrors.required(SPEC.child('auditAnnotations'), detail));
    return errors;
  }
  validations.forEach((validation, index) => {
    const at = SPEC.child('validations').index(index);
    const expression = text(validation.expression);
    if (expression.trim() === '')
      errors.push(fieldErrors.required(at.child('expression'), 'expression is not specified'));
    else errors.push(...expressionErrors(expression, 'bool', scope, at.child('expression')));
    const message = text(validation.messageExpression);
    if (message !== '') errors.push(...expressionErrors(message, 'string', scope, at.child('messageExpression')));
    if (text(validation.message).includes('\n'))
      errors.push(fieldErrors.invalid(at.child('message'), validation.message, 'message must not contain line breaks'));
    errors.push(...oneOf(text(validation.reason), REASONS, at.child('reason')));
  });
  return errors;
}

/** ValidateValidatingAdmissionPolicyBinding. */
export function validatePolicyBinding(object: KubeObject): FieldError[] {
  const spec = specOf(object);
  const errors: FieldError[] = [];
  const name = text(spec.policyName);
  if (name === '') errors.push(fieldErrors.required(SPEC.child('policyName')));
  else errors.push(...complain(SPEC.child('policyName'), name, isDns1123Subdomain(name)));
  const reference = spec.paramRef;
  if (isJsonObject(reference)) {
    const at = SPEC.child('paramRef');
    const named = text(reference.name) !== '';
    const selected = isJsonObject(reference.selector);
    if (named && selected)
      errors.push(
        fieldErrors.forbidden(at.child('name'), 'name and selector are mutually exclusive'),
        fieldErrors.forbidden(at.child('selector'), 'name and selector are mutually exclusive'),
      );
    if (!named && !selected) errors.push(fieldErrors.required(at, 'one of name or selector must be specified'));
    errors.push(
      ...oneOf(
        text(reference.parameterNotFoundAction),
        ['Allow', 'Deny'],
        at.child('parameterNotFoundAction'),
        'required',
      ),
    );
  }
  errors.push(...validateMatch(spec.matchResources, SPEC.child('matchResources')));
  const actions = (spec.validationActions as string[] | undefined) ?? [];
  const path = SPEC.child('validationActions');
  if (actions.length === 0) errors.push(fieldErrors.required(path, 'at least one validation action is required'));
  const seen = new Set<string>();
  actions.forEach((action, index) => {
    errors.push(...oneOf(action, ACTIONS, path.index(index)));
    if (seen.has(action)) errors.push(fieldErrors.duplicate(path.index(index), action));
    seen.add(action);
  });
  if (seen.has('Deny') && seen.has('Warn'))
    errors.push(
      fieldErrors.invalid(
        path,
        actions,
        'must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)',
      ),
    );
  return errors;
}
