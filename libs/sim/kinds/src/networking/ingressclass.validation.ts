import type { KubeObject } from '@seatrial/apiserver';
import {
  fieldErrors,
  isDns1123Label,
  isDns1123Subdomain,
  isValidPathSegmentName,
  type FieldError,
  type FieldPath,
} from '@seatrial/schema';
import type * as networking from 'kubernetes-types/networking/v1.js';
import { draftAs } from '../registry/draft.js';
import { validateDomainPrefixedPath } from '../validation/domain-prefixed-path.validation.js';
import { SPEC, complain, immutable } from '../validation/fields.js';

const MAX_CONTROLLER = 250;

function validateNamespace(scope: string | undefined, namespace: string | undefined, at: FieldPath): FieldError[] {
  if (scope === 'Cluster' && namespace !== undefined)
    return [fieldErrors.forbidden(at, "`parameters.scope` is set to 'Cluster'")];
  if (scope !== 'Namespace') return [];
  return namespace
    ? complain(at, namespace, isDns1123Label(namespace))
    : [fieldErrors.required(at, "`parameters.scope` is set to 'Namespace'")];
}

function validateParameters(
  parameters: networking.IngressClassParametersReference | undefined,
  path: FieldPath,
): FieldError[] {
  if (!parameters) return [];
  const { apiGroup, kind, name, namespace, scope } = parameters;
  const errors: FieldError[] = [];
  if (apiGroup !== undefined) errors.push(...complain(path.child('apiGroup'), apiGroup, isDns1123Subdomain(apiGroup)));
  for (const [field, value] of [
    ['kind', kind],
    ['name', name],
  ] as const)
    if (value) errors.push(...complain(path.child(field), value, isValidPathSegmentName(value)));
    else errors.push(fieldErrors.required(path.child(field)));
  if (scope !== undefined && scope !== 'Cluster' && scope !== 'Namespace')
    errors.push(fieldErrors.notSupported(path.child('scope'), scope, ['Cluster', 'Namespace']));
  return [...errors, ...validateNamespace(scope, namespace, path.child('namespace'))];
}

/** ValidateIngressClass (pkg/apis/networking/validation, v1.35). */
export function validateIngressClass(object: KubeObject): FieldError[] {
  const { controller = '', parameters } = draftAs<networking.IngressClass>(object).spec ?? {};
  const path = SPEC.child('controller');
  const errors: FieldError[] = [];
  if (controller.length > MAX_CONTROLLER) errors.push(fieldErrors.tooLong(path, MAX_CONTROLLER));
  errors.push(...validateDomainPrefixedPath(controller, path));
  return [...errors, ...validateParameters(parameters, SPEC.child('parameters'))];
}

export function validateIngressClassUpdate(object: KubeObject, before: KubeObject): FieldError[] {
  const [now, old] = [draftAs<networking.IngressClass>(object).spec, draftAs<networking.IngressClass>(before).spec];
  return [
    ...immutable(now?.controller ?? '', old?.controller ?? '', SPEC.child('controller')),
    ...validateIngressClass(object),
  ];
}
