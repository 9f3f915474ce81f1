import type { KubeObject } from '@seatrial/apiserver';
import { jsonEqual } from '@seatrial/kernel';
import {
  FieldPath,
  fieldErrors,
  isDns1123Subdomain,
  isValidPathSegmentName,
  labelSelectorOf,
  type FieldError,
} from '@seatrial/schema';
import type * as rbac from 'kubernetes-types/rbac/v1.js';
import { draftAs } from '../registry/draft.js';
import { complain } from '../validation/fields.js';
import { validateLabelSelector } from '../validation/label-selector.validation.js';

export const RBAC_GROUP = 'rbac.authorization.k8s.io';

function validateRule(rule: rbac.PolicyRule, namespaced: boolean, at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const groups = rule.apiGroups ?? [];
  const resources = rule.resources ?? [];
  const urls = rule.nonResourceURLs ?? [];
  if ((rule.verbs ?? []).length === 0)
    errors.push(fieldErrors.required(at.child('verbs'), 'verbs must contain at least one value'));
  if (urls.length > 0) {
    if (namespaced)
      errors.push(
        fieldErrors.invalid(at.child('nonResourceURLs'), urls, 'namespaced rules cannot apply to non-resource URLs'),
      );
    if (groups.length > 0 || resources.length > 0 || (rule.resourceNames ?? []).length > 0)
      errors.push(
        fieldErrors.invalid(
          at.child('nonResourceURLs'),
          urls,
          'rules cannot apply to both regular resources and non-resource URLs',
        ),
      );
    return errors;
  }
  if (groups.length === 0)
    errors.push(fieldErrors.required(at.child('apiGroups'), 'resource rules must supply at least one api group'));
  if (resources.length === 0)
    errors.push(fieldErrors.required(at.child('resources'), 'resource rules must supply at least one resource'));
  return errors;
}

/** Roles and ClusterRoles (pkg/apis/rbac/validation). */
export function validateRole(object: KubeObject, namespaced: boolean): FieldError[] {
  const rules = draftAs<rbac.Role>(object).rules ?? [];
  return [
    ...rules.flatMap((rule, index) => validateRule(rule, namespaced, FieldPath.root('rules').index(index))),
    ...(namespaced ? [] : validateAggregation(draftAs<rbac.ClusterRole>(object).aggregationRule)),
  ];
}

function validateAggregation(rule: rbac.AggregationRule | undefined): FieldError[] {
  if (!rule) return [];
  const path = FieldPath.root('aggregationRule', 'clusterRoleSelectors');
  const selectors = rule.clusterRoleSelectors ?? [];
  if (selectors.length === 0)
    return [fieldErrors.required(path, 'at least one clusterRoleSelector required if aggregationRule is non-nil')];
  return selectors.flatMap((selector, index) => {
    const at = path.index(index);
    const parsed = labelSelectorOf(selector);
    return [
      ...validateLabelSelector(selector, at),
      ...(parsed.ok ? [] : [fieldErrors.invalid(at, null, 'invalid label selector.')]),
    ];
  });
}

function validateSubject(subject: rbac.Subject, namespaced: boolean, at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if (!subject.name) errors.push(fieldErrors.required(at.child('name')));
  const group = (expected: string): void => {
    if ((subject.apiGroup ?? '') !== expected)
      errors.push(fieldErrors.notSupported(at.child('apiGroup'), subject.apiGroup ?? '', [expected]));
  };
  switch (subject.kind) {
    case 'ServiceAccount':
      if (subject.name) errors.push(...complain(at.child('name'), subject.name, isDns1123Subdomain(subject.name)));
      group('');
      if (!namespaced && !subject.namespace) errors.push(fieldErrors.required(at.child('namespace')));
      break;
    case 'User':
    case 'Group':
      group(RBAC_GROUP);
      break;
    default:
      errors.push(fieldErrors.notSupported(at.child('kind'), subject.kind, ['ServiceAccount', 'User', 'Group']));
  }
  return errors;
}

/** RoleBindings and ClusterRoleBindings. */
export function validateBinding(object: KubeObject, namespaced: boolean): FieldError[] {
  const binding = draftAs<rbac.RoleBinding>(object);
  const { roleRef } = binding;
  const path = FieldPath.root('roleRef');
  const errors: FieldError[] = [];
  if (roleRef.apiGroup !== RBAC_GROUP)
    errors.push(fieldErrors.notSupported(path.child('apiGroup'), roleRef.apiGroup, [RBAC_GROUP]));
  const kinds = namespaced ? ['Role', 'ClusterRole'] : ['ClusterRole'];
  if (!kinds.includes(roleRef.kind)) errors.push(fieldErrors.notSupported(path.child('kind'), roleRef.kind, kinds));
  if (!roleRef.name) errors.push(fieldErrors.required(path.child('name')));
  else errors.push(...complain(path.child('name'), roleRef.name, isValidPathSegmentName(roleRef.name)));
  (binding.subjects ?? []).forEach((subject, index) =>
    errors.push(...validateSubject(subject, namespaced, FieldPath.root('subjects').index(index))),
  );
  return errors;
}

export function validateBindingUpdate(object: KubeObject, before: KubeObject, namespaced: boolean): FieldError[] {
  const now = draftAs<rbac.RoleBinding>(object).roleRef;
  const old = draftAs<rbac.RoleBinding>(before).roleRef;
  const errors = validateBinding(object, namespaced);
  if (!jsonEqual(now, old)) {
    const shown = { APIGroup: now.apiGroup, Kind: now.kind, Name: now.name };
    errors.push(fieldErrors.invalid(FieldPath.root('roleRef'), shown, 'cannot change roleRef'));
  }
  return errors;
}

/** SetDefaults_RoleBinding, _ClusterRoleBinding and _Subject. */
export function defaultBinding(draft: rbac.RoleBinding): void {
  draft.roleRef.apiGroup ||= RBAC_GROUP;
  for (const subject of draft.subjects ?? [])
    if (!subject.apiGroup && (subject.kind === 'User' || subject.kind === 'Group')) subject.apiGroup = RBAC_GROUP;
}
