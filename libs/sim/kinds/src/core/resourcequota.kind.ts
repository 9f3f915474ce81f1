import { compareStrings } from '@seatrial/kernel';
import { defineKind, type KubeObject } from '@seatrial/apiserver';
import { FieldPath, fieldErrors, type FieldError } from '@seatrial/schema';
import type * as core from 'kubernetes-types/core/v1.js';
import { ageCell } from '../printing/cells.js';
import { columnsOf } from '../printing/table-columns.js';
import { draftAs, emptyStatus, separateStatus } from '../registry/draft.js';
import { SPEC, immutable } from '../validation/fields.js';
import {
  isStandardQuotaResource,
  sortedAmounts,
  validateResourceAmount,
  validateResourceName,
} from '../validation/resources.js';

type Amounts = Readonly<Record<string, string>>;

const SCOPES = new Set([
  'Terminating',
  'NotTerminating',
  'BestEffort',
  'NotBestEffort',
  'PriorityClass',
  'CrossNamespacePodAffinity',
  'VolumeAttributesClass',
]);
const CONFLICTING_SCOPES = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
] as const;
const POD_RESOURCES = new Set([
  'pods',
  'cpu',
  'memory',
  'requests.cpu',
  'requests.memory',
  'limits.cpu',
  'limits.memory',
  'count/pods',
]);

function scopeApplies(scope: string, resource: string): boolean {
  if (scope === 'BestEffort') return resource === 'pods' || resource === 'count/pods';
  if (scope === 'VolumeAttributesClass')
    return resource.includes('storage') || resource.includes('persistentvolumeclaims');
  return POD_RESOURCES.has(resource);
}

function validateHardName(name: string): FieldError[] {
  const at = SPEC.child('hard').key(name);
  const errors = validateResourceName(name, at);
  if (!name.includes('/') && !isStandardQuotaResource(name))
    errors.push(fieldErrors.invalid(at, name, 'must be a standard resource for quota'));
  return errors;
}

function validateScopes(spec: core.ResourceQuotaSpec): FieldError[] {
  const scopes = spec.scopes ?? [];
  if (scopes.length === 0) return [];
  const path = SPEC.child('scopes');
  const errors: FieldError[] = [];
  const hard = Object.keys(spec.hard ?? {}).sort(compareStrings);
  for (const scope of scopes) {
    if (!SCOPES.has(scope)) errors.push(fieldErrors.invalid(path, scopes, 'unsupported scope'));
    else
      for (const resource of hard)
        if (isStandardQuotaResource(resource) && !scopeApplies(scope, resource))
          errors.push(fieldErrors.invalid(path, scopes, 'unsupported scope applied to resource'));
  }
  for (const [a, b] of CONFLICTING_SCOPES)
    if (scopes.includes(a) && scopes.includes(b)) errors.push(fieldErrors.invalid(path, scopes, 'conflicting scopes'));
  return errors;
}

const EXISTING_SCOPES = new Set([
  'BestEffort',
  'CrossNamespacePodAffinity',
  'NotBestEffort',
  'NotTerminating',
  'Terminating',
]);
const ONLY_EXISTS =
  "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity";

/** validateScopedResourceSelectorRequirement. */
function validateScopeSelector(spec: core.ResourceQuotaSpec): FieldError[] {
  const requirements = spec.scopeSelector?.matchExpressions ?? [];
  const path = SPEC.child('scopeSelector', 'matchExpressions');
  const shown = {
    MatchExpressions: requirements.map(({ scopeName, operator, values }) => ({
      ScopeName: scopeName,
      Operator: operator,
      Values: values ?? null,
    })),
  };
  const hard = Object.keys(spec.hard ?? {}).sort(compareStrings);
  const errors: FieldError[] = [];
  for (const { scopeName, operator, values = [] } of requirements) {
    if (!SCOPES.has(scopeName))
      errors.push(fieldErrors.invalid(path.child('scopeName'), scopeName, 'unsupported scope'));
    for (const resource of hard)
      if (isStandardQuotaResource(resource) && SCOPES.has(scopeName) && !scopeApplies(scopeName, resource))
        errors.push(fieldErrors.invalid(path, shown, 'unsupported scope applied to resource'));
    if (EXISTING_SCOPES.has(scopeName) && operator !== 'Exists')
      errors.push(fieldErrors.invalid(path.child('operator'), operator, ONLY_EXISTS));
    errors.push(...scopeValues(operator, values, path));
  }
  const scopes = new Set(requirements.map(({ scopeName }) => scopeName));
  for (const [a, b] of CONFLICTING_SCOPES)
    if (scopes.has(a) && scopes.has(b))
      errors.push(fieldErrors.invalid(path, spec.scopes ?? null, 'conflicting scopes'));
  return errors;
}

function scopeValues(operator: string, values: readonly string[], path: FieldPath): FieldError[] {
  const at = path.child('values');
  if (operator === 'In' || operator === 'NotIn')
    return values.length > 0
      ? []
      : [fieldErrors.required(at, "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector")];
  if (operator === 'Exists' || operator === 'DoesNotExist')
    return values.length === 0
      ? []
      : [
          fieldErrors.invalid(
            at,
            values,
            "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector",
          ),
        ];
  return [fieldErrors.invalid(path.child('operator'), operator, 'not a valid selector operator')];
}

function validateQuota(object: KubeObject): FieldError[] {
  const spec = draftAs<core.ResourceQuota>(object).spec ?? {};
  const errors: FieldError[] = [];
  for (const [name, amount] of sortedAmounts(spec.hard)) {
    errors.push(...validateHardName(name));
    errors.push(...validateResourceAmount(name, amount, SPEC.child('hard').key(name)));
  }
  return [...errors, ...validateScopes(spec), ...validateScopeSelector(spec)];
}

/** `requests.cpu: 0/1, pods: 1/4`, limits apart. */
function usageCell(quota: core.ResourceQuota, limits: boolean): string {
  const hard = (quota.status?.hard ?? {}) as unknown as Amounts;
  const used = (quota.status?.used ?? {}) as unknown as Amounts;
  return Object.keys(hard)
    .sort(compareStrings)
    .filter((name) => name.startsWith('limits') === limits)
    .map((name) => `${name}: ${used[name] ?? '0'}/${hard[name]}`)
    .join(', ');
}

/** ResourceQuotas (k8s.io/kubernetes/pkg/registry/core/resourcequota, v1.35). */
export const resourceQuotaKind = defineKind({
  group: '',
  version: 'v1',
  resource: 'resourcequotas',
  kind: 'ResourceQuota',
  generation: false,
  prepareForCreate: (draft) => {
    draft.status = emptyStatus({ group: '', version: 'v1', kind: 'ResourceQuota' });
  },
  prepareForUpdate: (draft, old, { subresource }) => separateStatus(draft, old, subresource),
  validate: validateQuota,
  validateUpdate: (object, before, { subresource }) => {
    if (subresource === 'status') return [];
    const now = draftAs<core.ResourceQuota>(object).spec;
    const old = draftAs<core.ResourceQuota>(before).spec;
    return [...validateQuota(object), ...immutable(now?.scopes, old?.scopes, SPEC.child('scopes'))];
  },
  table: {
    columns: columnsOf('v1', 'resourcequotas'),
    cells: (object, now) => {
      const quota = draftAs<core.ResourceQuota>(object);
      return [
        quota.metadata?.name,
        usageCell(quota, false),
        usageCell(quota, true),
        ageCell(quota.metadata?.creationTimestamp, now),
      ];
    },
  },
});
