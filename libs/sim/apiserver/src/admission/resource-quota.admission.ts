import { compareStrings } from '@seatrial/kernel';
import { Quantity } from '@seatrial/schema';
import type { KubeObject, Pod, ResourceQuota } from '../contract/object.js';
import { RESOURCE_QUOTAS } from '../contract/resource.js';
import type { Status } from '../contract/status.js';
import { amountsOf, hasPodLevelResources, type ResourceAmounts } from '../quota/pod-resources.js';
import { objectUsage, quotaCounts, quotaLimits } from '../quota/quota-usage.js';
import { subject } from '../request/request-scope.js';
import { forbidden } from '../status/status-errors.js';
import { concerns, defineAdmission, type AdmissionAttributes } from './admission.js';

const list = (names: readonly string[], amounts: (name: string) => Quantity | undefined): string =>
  names.map((name) => `${name}=${(amounts(name) ?? Quantity.zero).toString()}`).join(',');

/** Resources that a quota limits and that every container of a pod must then state. */
function missingResources(quota: ResourceQuota, pod: Pod): string {
  if (hasPodLevelResources(pod)) return '';
  const missing = new Map<string, string[]>();
  const hard = Object.keys(quota.status?.hard ?? {});
  const enforced = hard.filter((name) => /^((requests|limits)\.)?(cpu|memory)$/.test(name));
  for (const container of [...(pod.spec.containers ?? []), ...(pod.spec.initContainers ?? [])]) {
    for (const name of enforced) {
      const [kind, resource] = name.includes('.') ? name.split('.') : ['requests', name];
      const stated = kind === 'limits' ? container.resources?.limits : container.resources?.requests;
      if (stated?.[resource] === undefined) missing.set(name, [...(missing.get(name) ?? []), container.name]);
    }
  }
  const names = [...missing.keys()].sort(compareStrings);
  return names.map((name) => `${name} for: ${(missing.get(name) ?? []).sort(compareStrings).join(',')}`).join('; ');
}

/** Whether usage is looked at at all: of new objects, services and claims that change, pods whose scope or size does. */
function isCounted(attributes: AdmissionAttributes): boolean {
  const { object, old, scope } = attributes;
  if (concerns(attributes, '', 'pods', 'resize')) return true;
  if (scope.subresource) return false;
  if (!old || concerns(attributes, '', 'services') || concerns(attributes, '', 'persistentvolumeclaims')) return true;
  const hasDeadline = (pod: unknown): boolean => (pod as Pod).spec.activeDeadlineSeconds !== undefined;
  return concerns(attributes, '', 'pods') && hasDeadline(object) !== hasDeadline(old);
}

/** What the object adds to a quota's usage: never less than nothing, all of it where the quota did not count it before. */
function increase(attributes: AdmissionAttributes, quota: ResourceQuota, now: number): ResourceAmounts {
  const type = attributes.scope.rest.type;
  const wanted = objectUsage(type, attributes.object as unknown as KubeObject, now);
  const { old } = attributes;
  if (!old || !quotaCounts(quota, type, old)) return wanted;
  const had = objectUsage(type, old, now);
  const more = [...wanted].map(([name, amount]): [string, Quantity] => [
    name,
    amount.sub(had.get(name) ?? Quantity.zero),
  ]);
  return new Map(more.filter(([, amount]) => amount.sign() > 0));
}

/** Why one quota does not let the request pass. */
function refusal(quota: ResourceQuota, used: ResourceAmounts, wanted: ResourceAmounts): string | undefined {
  const hard = amountsOf(quota.status?.hard ?? {});
  const over = [...hard.keys()]
    .filter((name) => {
      const more = wanted.get(name);
      return more && (used.get(name) ?? Quantity.zero).add(more).compare(hard.get(name) ?? Quantity.zero) > 0;
    })
    .sort(compareStrings);
  if (over.length === 0) return undefined;
  const [requested, have, limited] = [wanted, used, hard].map((amounts) => list(over, (name) => amounts.get(name)));
  return `exceeded quota: ${quota.metadata.name}, requested: ${requested}, used: ${have}, limited: ${limited}`;
}

function charge(
  attributes: AdmissionAttributes,
  quota: ResourceQuota,
  used: ResourceAmounts,
  wanted: ResourceAmounts,
): void {
  const changed = [...wanted].filter(([name]) => quota.status?.hard?.[name] !== undefined);
  if (changed.length === 0 || attributes.scope.options.dryRun) return;
  const total = changed.map(([name, amount]): [string, string] => [
    name,
    (used.get(name) ?? Quantity.zero).add(amount).toString(),
  ]);
  const charged = {
    ...quota,
    status: { ...quota.status, used: { ...quota.status?.used, ...Object.fromEntries(total) } },
  };
  attributes.scope.server.store.put(RESOURCE_QUOTAS, charged, {
    manager: 'kube-apiserver',
    operation: 'Update',
    subresource: 'status',
    apiVersion: 'v1',
  });
}

function validate(attributes: AdmissionAttributes): Status | undefined {
  const { scope } = attributes;
  const { namespace, server } = scope;
  if (!namespace || !attributes.object || !isCounted(attributes)) return undefined;
  const quotas = server.store.list(RESOURCE_QUOTAS, namespace);
  if (quotas.length === 0) return undefined;
  const object = attributes.object as unknown as KubeObject;
  const { type } = scope.rest;
  // A quota binds from when its controller has taken note of it.
  const matching = quotas.filter(
    (quota) => quotaLimits(Object.keys(quota.status?.hard ?? {}), type) && quotaCounts(quota, type, object),
  );
  const name = object.metadata.name ?? '';
  const isPod = type.group === '' && type.resource === 'pods';
  for (const quota of matching) {
    const missing = isPod ? missingResources(quota, object as Pod) : '';
    if (missing)
      return forbidden(subject(scope), name, `failed quota: ${quota.metadata.name}: must specify ${missing}`);
  }
  const wanted = new Map(matching.map((quota) => [quota, increase(attributes, quota, server.simulation.now())]));
  for (const [quota, amounts] of wanted) {
    const why = refusal(quota, amountsOf(quota.status?.used), amounts);
    if (why) return forbidden(subject(scope), name, why);
  }
  for (const [quota, amounts] of wanted) charge(attributes, quota, amountsOf(quota.status?.used), amounts);
  return undefined;
}

/** Keeps the usage of a namespace within its quotas (staging/src/k8s.io/apiserver/pkg/admission/plugin/resourcequota, v1.35). */
export const resourceQuotaAdmission = defineAdmission({
  name: 'ResourceQuota',
  operations: ['CREATE', 'UPDATE'],
  validate,
});
