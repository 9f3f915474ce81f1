import { Quantity } from '@seatrial/schema';
import type { KubeObject, PersistentVolumeClaim, Pod, ResourceQuota, Service } from '../contract/object.js';
import {
  CONFIG_MAPS,
  PERSISTENT_VOLUME_CLAIMS,
  PODS,
  REPLICATION_CONTROLLERS,
  RESOURCE_QUOTAS,
  SECRETS,
  SERVICES,
  type ResourceType,
} from '../contract/resource.js';
import type { ObjectReader } from '../contract/store.js';
import { addAmounts, podAmounts, type ResourceAmounts } from './pod-resources.js';
import { podMatchesScope, scopeRequirements } from './quota-scope.js';

/** What named a claim's class before spec.storageClassName did. */
const CLASS_BETA = 'volume.beta.kubernetes.io/storage-class';

const one = Quantity.fromInteger(1);

/** Names that count objects of the core group without `count/`. */
const COUNTED: readonly ResourceType[] = [
  CONFIG_MAPS,
  PERSISTENT_VOLUME_CLAIMS,
  PODS,
  REPLICATION_CONTROLLERS,
  RESOURCE_QUOTAS,
  SECRETS,
  SERVICES,
] as readonly unknown[] as readonly ResourceType[];

const sameResource = (a: ResourceType, b: Pick<ResourceType, 'group' | 'resource'>): boolean =>
  a.group === b.group && a.resource === b.resource;

const countName = ({ group, resource }: Pick<ResourceType, 'group' | 'resource'>): string =>
  group === '' ? `count/${resource}` : `count/${resource}.${group}`;

/** Whether a pod still counts: it has not ended, and is not past the end of its grace period. */
function podCounts(pod: Pod, now: number): boolean {
  if (pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed') return false;
  return !(pod.metadata.deletionTimestamp && now > Date.parse(pod.metadata.deletionTimestamp));
}

function podUsage(pod: Pod, now: number): ResourceAmounts {
  const usage = new Map<string, Quantity>([['count/pods', one]]);
  if (!podCounts(pod, now)) return usage;
  usage.set('pods', one);
  for (const [name, amount] of podAmounts(pod, 'requests', { fromStatus: true })) {
    if (['cpu', 'memory', 'ephemeral-storage'].includes(name)) usage.set(name, amount);
    usage.set(name.startsWith('hugepages-') ? name : `requests.${name}`, amount);
  }
  for (const [name, amount] of podAmounts(pod, 'limits', { fromStatus: true })) usage.set(`limits.${name}`, amount);
  return usage;
}

function serviceUsage(service: Service): ResourceAmounts {
  const usage = new Map<string, Quantity>([
    ['count/services', one],
    ['services', one],
  ]);
  const { type = 'ClusterIP', ports = [], allocateLoadBalancerNodePorts } = service.spec;
  const chosen = type === 'LoadBalancer' && allocateLoadBalancerNodePorts === false;
  const counted = chosen ? ports.filter(({ nodePort }) => nodePort !== undefined) : ports;
  if (type === 'NodePort' || type === 'LoadBalancer')
    usage.set('services.nodeports', Quantity.fromInteger(counted.length));
  if (type === 'LoadBalancer') usage.set('services.loadbalancers', one);
  return usage;
}

function wholeBytes(text: string | undefined): Quantity {
  const amount = Quantity.of(text ?? '0');
  return amount.isInteger() ? amount : Quantity.fromInteger(amount.value(), amount.format);
}

function claimUsage(claim: PersistentVolumeClaim): ResourceAmounts {
  const usage = new Map<string, Quantity>([
    ['count/persistentvolumeclaims', one],
    ['persistentvolumeclaims', one],
  ]);
  const asked = wholeBytes(claim.spec.resources?.requests?.storage);
  const allocated = wholeBytes(claim.status?.allocatedResources?.['storage']);
  const storage = allocated.compare(asked) > 0 ? allocated : asked;
  usage.set('requests.storage', storage);
  const storageClassName = claim.metadata.annotations?.[CLASS_BETA] ?? claim.spec.storageClassName;
  if (storageClassName) {
    usage.set(`${storageClassName}.storageclass.storage.k8s.io/requests.storage`, storage);
    usage.set(`${storageClassName}.storageclass.storage.k8s.io/persistentvolumeclaims`, one);
  }
  return usage;
}

/** What one object uses, by quota resource name (pkg/quota/v1/evaluator/core). */
export function objectUsage(
  type: Pick<ResourceType, 'group' | 'resource'>,
  object: KubeObject,
  now: number,
): ResourceAmounts {
  if (sameResource(PODS, type)) return podUsage(object as Pod, now);
  if (sameResource(SERVICES, type)) return serviceUsage(object as Service);
  if (sameResource(PERSISTENT_VOLUME_CLAIMS, type)) return claimUsage(object as PersistentVolumeClaim);
  const usage = new Map<string, Quantity>([[countName(type), one]]);
  if (type.group === '' && COUNTED.some((counted) => sameResource(counted, type))) usage.set(type.resource, one);
  return usage;
}

/** Whether a quota limits anything of a resource's, by the names under `hard` (MatchingResources). */
export function quotaLimits(hard: readonly string[], type: Pick<ResourceType, 'group' | 'resource'>): boolean {
  if (hard.includes(countName(type))) return true;
  if (sameResource(PODS, type))
    return hard.some((name) =>
      /^(pods$|cpu$|memory$|ephemeral-storage$|requests\.(?!storage$)|limits\.|hugepages-)/.test(name),
    );
  if (sameResource(SERVICES, type)) return hard.some((name) => /^services($|\.)/.test(name));
  if (sameResource(PERSISTENT_VOLUME_CLAIMS, type))
    return hard.some((name) =>
      /^(requests\.storage|persistentvolumeclaims)$|\.storageclass\.storage\.k8s\.io\//.test(name),
    );
  return type.group === '' && hard.includes(type.resource);
}

/** Whether a quota's scopes take in the object. Scoped quotas count pods only. */
export function quotaCounts(
  quota: ResourceQuota,
  type: Pick<ResourceType, 'group' | 'resource'>,
  object: KubeObject,
): boolean {
  const requirements = scopeRequirements(quota.spec);
  if (requirements.length === 0) return true;
  if (!sameResource(PODS, type)) return false;
  return requirements.every((requirement) => podMatchesScope(requirement, object as Pod));
}

/** Used amounts of everything a quota limits, counted anew from the store; `resources` are those served. */
export function quotaUsed(
  store: ObjectReader,
  quota: ResourceQuota,
  resources: readonly ResourceType[],
  now: number,
): Record<string, string> {
  const hard = Object.keys(quota.spec.hard ?? {});
  let total: ResourceAmounts = new Map();
  for (const type of resources) {
    if (!type.namespaced || !quotaLimits(hard, type)) continue;
    for (const object of store.list(type, quota.metadata.namespace)) {
      if (quotaCounts(quota, type, object)) total = addAmounts(total, objectUsage(type, object, now));
    }
  }
  return Object.fromEntries(hard.map((name) => [name, (total.get(name) ?? Quantity.zero).toString()]));
}
