import type { KubeObject } from '@seatrial/apiserver';
import { fieldErrors, isDns1123Subdomain, type FieldError } from '@seatrial/schema';
import { draftAs } from '../registry/draft.js';
import { SPEC, complain } from '../validation/fields.js';
import { validateFlowRule, type FlowRule } from './flow-schema-rules.validation.js';

interface FlowSpec {
  matchingPrecedence?: number;
  readonly distinguisherMethod?: { readonly type?: string };
  readonly priorityLevelConfiguration?: { readonly name?: string };
  readonly rules?: readonly FlowRule[] | null;
}

const DEFAULT_PRECEDENCE = 1000;
const MAX_PRECEDENCE = 10_000;
const METHODS = ['ByNamespace', 'ByUser'];

/** SetDefaults_FlowSchemaSpec (pkg/apis/flowcontrol/v1, v1.35). */
export function defaultFlowSchema(object: unknown): void {
  const draft = draftAs<{ spec?: FlowSpec }>(object as KubeObject);
  draft.spec ??= {};
  draft.spec.matchingPrecedence ||= DEFAULT_PRECEDENCE;
}

/** ValidateFlowSchemaSpec (pkg/apis/flowcontrol/validation, v1.35). */
export function validateFlowSchema(object: KubeObject): FieldError[] {
  const spec = draftAs<{ spec?: FlowSpec }>(object).spec ?? {};
  const { matchingPrecedence: precedence = 0, distinguisherMethod: method } = spec;
  const errors: FieldError[] = [];
  const path = SPEC.child('matchingPrecedence');
  if (precedence <= 0) errors.push(fieldErrors.invalid(path, precedence, 'must be a positive value'));
  if (precedence > MAX_PRECEDENCE)
    errors.push(fieldErrors.invalid(path, precedence, `must not be greater than ${MAX_PRECEDENCE}`));
  if (precedence === 1 && object.metadata.name !== 'exempt')
    errors.push(fieldErrors.invalid(path, precedence, "only the schema named 'exempt' may have matchingPrecedence 1"));
  if (method && !METHODS.includes(method.type ?? ''))
    errors.push(
      fieldErrors.notSupported(SPEC.child('distinguisherMethod', 'type'), { Type: method.type ?? '' }, METHODS),
    );
  const level = spec.priorityLevelConfiguration?.name ?? '';
  const at = SPEC.child('priorityLevelConfiguration', 'name');
  if (level === '') errors.push(fieldErrors.required(at, 'must reference a priority level'));
  else errors.push(...complain(at, level, isDns1123Subdomain(level)));
  return [
    ...errors,
    ...(spec.rules ?? []).flatMap((rule, index) => validateFlowRule(rule, SPEC.child('rules').index(index))),
  ];
}
