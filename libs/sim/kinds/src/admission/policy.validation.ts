import { isJsonObject, type JsonObject, type JsonValue } from '@seatrial/kernel';
import type { KubeObject } from '@seatrial/apiserver';
import {
  DYN,
  fieldErrors,
  isDns1123Subdomain,
  isQualifiedName,
  isValidPathSegmentName,
  type CelType,
  type FieldError,
  type FieldPath,
} from '@seatrial/schema';
import { draftAs } from '../registry/draft.js';
import { given, objectsOf, text } from '../registry/untyped.js';
import type * as meta from 'kubernetes-types/meta/v1.js';
import { SPEC, complain, oneOf } from '../validation/fields.js';
import { validateLabelSelector } from '../validation/label-selector.validation.js';
import { compileExpression, type ExpressionScope } from './expression.validation.js';
import { validateMatchConditions } from './match-conditions.validation.js';
import { validateRules } from './resource-rules.validation.js';

const REASONS = ['Forbidden', 'Invalid', 'RequestEntityTooLarge'];
const ACTIONS = ['Audit', 'Deny', 'Warn'];

const specOf = (object: KubeObject): JsonObject => {
  const { spec } = draftAs<JsonObject>(object);
  return isJsonObject(spec) ? spec : {};
};

function validateMatch(match: JsonValue | undefined, path: FieldPath): FieldError[] {
  if (!isJsonObject(match)) return [];
  const errors = oneOf(given(match.matchPolicy), ['Equivalent', 'Exact'], path.child('matchPolicy'));
  for (const field of ['namespaceSelector', 'objectSelector'])
    errors.push(...validateLabelSelector(match[field] as meta.LabelSelector | undefined, path.child(field)));
  errors.push(...validateRules(objectsOf(match.resourceRules), path.child('resourceRules')));
  errors.push(...validateRules(objectsOf(match.excludeResourceRules), path.child('excludeResourceRules')));
  return errors;
}

const IDENTIFIER = /^[_a-zA-Z][_a-zA-Z0-9]*$/;
const RESERVED_WORDS = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
);

/** Compiles a policy's variables in their order; what they are is known to what comes after them. */
function validateVariables(variables: readonly JsonObject[], params: boolean, errors: FieldError[]): ExpressionScope {
  const types = new Map<string, CelType>();
  const scope = { params, authorizer: true, variables: variables.length > 0 ? types : undefined };
  variables.forEach((variable, index) => {
    const at = SPEC.child('variables').index(index);
    const name = text(variable.name);
    const expression = text(variable.expression);
    if (name.trim() === '') errors.push(fieldErrors.required(at.child('name'), 'name is not specified'));
    else if (!IDENTIFIER.test(name) || RESERVED_WORDS.has(name))
      errors.push(fieldErrors.invalid(at.child('name'), name, 'must be a valid CEL identifier'));
    if (expression.trim() === '') {
      errors.push(fieldErrors.required(at.child('expression'), 'expression is not specified'));
      return;
    }
    const compiled = compileExpression(expression, [], scope, at.child('expression'));
    errors.push(...compiled.errors);
    types.set(name, compiled.type ?? DYN);
  });
  return scope;
}

function validateValidation(validation: JsonObject, scope: ExpressionScope, at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const expression = text(validation.expression);
  if (expression.trim() === '')
    errors.push(fieldErrors.required(at.child('expression'), 'expression is not specified'));
  else errors.push(...compileExpression(expression, ['bool'], scope, at.child('expression')).errors);
  const messageExpression = text(validation.messageExpression);
  const path = at.child('messageExpression');
  if (messageExpression !== '' && messageExpression.trim() === '')
    errors.push(fieldErrors.invalid(path, messageExpression, 'must be non-empty if specified'));
  else if (messageExpression !== '')
    errors.push(...compileExpression(messageExpression, ['string'], { ...scope, authorizer: false }, path).errors);
  const message = text(validation.message);
  if (message !== '' && message.trim() === '')
    errors.push(fieldErrors.invalid(at.child('message'), message, 'must be non-empty if specified'));
  else if (/[\n\r]/.test(message.trim()))
    errors.push(fieldErrors.invalid(at.child('message'), message, 'must not contain line breaks'));
  errors.push(...oneOf(given(validation.reason), REASONS, at.child('reason')));
  return errors;
}

const MAX_ANNOTATION_BYTES = 5 * 1024;

function validateAuditAnnotations(
  name: string,
  annotations: readonly JsonObject[],
  scope: ExpressionScope,
): FieldError[] {
  const keys = new Set<string>();
  return annotations.flatMap((annotation, index) => {
    const at = SPEC.child('auditAnnotations').index(index);
    const key = text(annotation.key);
    const value = text(annotation.valueExpression);
    const path = at.child('valueExpression');
    const errors = complain(at.child('key'), `${name}/${key}`, isQualifiedName(`${name}/${key}`));
    if (value.trim() === '') errors.push(fieldErrors.required(path, 'valueExpression is not specified'));
    else if (value.trim().length > MAX_ANNOTATION_BYTES)
      errors.push(fieldErrors.required(path, `must not exceed ${MAX_ANNOTATION_BYTES} bytes in length`));
    else errors.push(...compileExpression(value.trim(), ['string', 'null'], scope, path).errors);
    if (keys.has(key)) errors.push(fieldErrors.duplicate(at.child('key'), key));
    keys.add(key);
    return errors;
  });
}

/** ValidateValidatingAdmissionPolicy. */
export function validatePolicy(object: KubeObject): FieldError[] {
  const spec = specOf(object);
  const errors: FieldError[] = [];
  const policy = given(spec.failurePolicy);
  if (policy === undefined) errors.push(fieldErrors.required(SPEC.child('failurePolicy')));
  else errors.push(...oneOf(policy, ['Fail', 'Ignore'], SPEC.child('failurePolicy')));
  if (isJsonObject(spec.paramKind)) {
    for (const field of ['apiVersion', 'kind'])
      if (text(spec.paramKind[field]) === '') errors.push(fieldErrors.required(SPEC.child('paramKind', field)));
  }
  if (!isJsonObject(spec.matchConstraints)) errors.push(fieldErrors.required(SPEC.child('matchConstraints')));
  else {
    const match = SPEC.child('matchConstraints');
    errors.push(...validateMatch(spec.matchConstraints, match));
    if (objectsOf(spec.matchConstraints.resourceRules).length === 0)
      errors.push(fieldErrors.required(match.child('resourceRules')));
  }
  const params = isJsonObject(spec.paramKind);
  errors.push(
    ...validateMatchConditions(
      objectsOf(spec.matchConditions),
      { params, authorizer: true },
      SPEC.child('matchConditions'),
    ),
  );
  const scope = validateVariables(objectsOf(spec.variables), params, errors);
  const validations = objectsOf(spec.validations);
  const annotations = objectsOf(spec.auditAnnotations);
  if (validations.length === 0 && annotations.length === 0) {
    const detail = 'validations or auditAnnotations must contain at least one item';
    errors.push(fieldErrors.required(SPEC.child('validations'), detail));
    errors.push(fieldErrors.required(SPEC.child('auditAnnotations'), detail));
    return errors;
  }
  validations.forEach((validation, index) => {
    errors.push(...validateValidation(validation, scope, SPEC.child('validations').index(index)));
  });
  errors.push(...validateAuditAnnotations(object.metadata.name, annotations, scope));
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
    const name = text(reference.name);
    const named = name !== '';
    const selected = isJsonObject(reference.selector);
    const why = 'name and selector are mutually exclusive';
    if (named) errors.push(...complain(at.child('name'), name, isValidPathSegmentName(name)));
    if (named && selected) errors.push(fieldErrors.forbidden(at.child('name'), why));
    errors.push(...validateLabelSelector(reference.selector as meta.LabelSelector | undefined, at.child('selector')));
    if (named && selected) errors.push(fieldErrors.forbidden(at.child('selector'), why));
    if (!named && !selected) errors.push(fieldErrors.required(at, 'one of name or selector must be specified'));
    errors.push(
      ...oneOf(
        given(reference.parameterNotFoundAction),
        ['Deny', 'Allow'],
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
