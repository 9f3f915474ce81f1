import type { KubeObject } from '@seatrial/apiserver';
import type { JsonObject } from '@seatrial/kernel';
import { fieldErrors, isDns1123Subdomain, type FieldError } from '@seatrial/schema';
import { draftAs } from '../registry/draft.js';
import { part, text } from '../registry/simple-kind.js';
import { SPEC, complain } from '../validation/fields.js';

/* pkg/apis/flowcontrol/validation, v1.35: what a schema or level says of itself. */

const MAX_PRECEDENCE = 10_000;
const METHODS = ['ByNamespace', 'ByUser'];

const json = (object: KubeObject): JsonObject => draftAs<JsonObject>(object);

/** ValidateFlowSchemaSpec, without what its rules say. */
export function validateFlowSchema(object: KubeObject): FieldError[] {
  const flow = json(object);
  const errors: FieldError[] = [];
  const precedence = part(flow, 'spec', 'matchingPrecedence');
  const path = SPEC.child('matchingPrecedence');
  if (typeof precedence === 'number') {
    if (precedence <= 0) errors.push(fieldErrors.invalid(path, precedence, 'must be a positive value'));
    if (precedence > MAX_PRECEDENCE)
      errors.push(fieldErrors.invalid(path, precedence, `must not be greater than ${MAX_PRECEDENCE}`));
    if (precedence === 1 && object.metadata.name !== 'exempt')
      errors.push(
        fieldErrors.invalid(path, precedence, "only the schema named 'exempt' may have matchingPrecedence 1"),
      );
  }
  const method = part(flow, 'spec', 'distinguisherMethod');
  if (method !== undefined && !METHODS.includes(text(part(method, 'type'))))
    errors.push(
      fieldErrors.notSupported(
        SPEC.child('distinguisherMethod', 'type'),
        { Type: text(part(method, 'type')) },
        METHODS,
      ),
    );
  const level = text(part(flow, 'spec', 'priorityLevelConfiguration', 'name'));
  const at = SPEC.child('priorityLevelConfiguration', 'name');
  if (level === '') errors.push(fieldErrors.required(at, 'must reference a priority level'));
  else errors.push(...complain(at, level, isDns1123Subdomain(level)));
  return errors;
}

/** ValidatePriorityLevelConfigurationSpec, without what its limits say. */
export function validatePriorityLevel(object: KubeObject): FieldError[] {
  const level = json(object);
  const type = text(part(level, 'spec', 'type'));
  const errors: FieldError[] = [];
  if ((object.metadata.name === 'exempt') !== (type === 'Exempt'))
    errors.push(fieldErrors.invalid(SPEC.child('type'), type, "must be 'Exempt' if and only if `name` is 'exempt'"));
  const has = (field: string): boolean => part(level, 'spec', field) !== undefined;
  switch (type) {
    case 'Exempt':
      if (has('limited'))
        errors.push(fieldErrors.forbidden(SPEC.child('limited'), 'must be nil if the type is not Limited'));
      break;
    case 'Limited':
      if (has('exempt')) errors.push(fieldErrors.forbidden(SPEC.child('exempt'), 'must be nil if the type is Limited'));
      if (!has('limited'))
        errors.push(fieldErrors.required(SPEC.child('limited'), 'must not be empty when type is Limited'));
      break;
    default:
      errors.push(fieldErrors.notSupported(SPEC.child('type'), type, ['Exempt', 'Limited']));
  }
  return errors;
}
