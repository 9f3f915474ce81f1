import type { KubeObject } from '@seatrial/apiserver';
import { deepFreeze, sha256Hex } from '@seatrial/kernel';
import { bootstrapObjects } from '@seatrial/schema';

const KINDS: Readonly<Record<string, { readonly apiVersion: string; readonly kind: string }>> = {
  clusterroles: { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole' },
  clusterrolebindings: { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding' },
  roles: { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role' },
  rolebindings: { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding' },
  priorityclasses: { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass' },
  flowschemas: { apiVersion: 'flowcontrol.apiserver.k8s.io/v1', kind: 'FlowSchema' },
  prioritylevelconfigurations: {
    apiVersion: 'flowcontrol.apiserver.k8s.io/v1',
    kind: 'PriorityLevelConfiguration',
  },
};

/** Resources whose objects begin with a generation. */
const GENERATED = new Set(['priorityclasses', 'flowschemas', 'prioritylevelconfigurations']);

/** A UUID that depends on the text only. */
function uidOf(text: string): string {
  const hex = sha256Hex(text);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Revisions are given in order from 2 on: objects that have theirs already need not be copied for each cluster. */
const FIRST_REVISION = 2;

function create(resource: string, raw: unknown, creationTimestamp: string, revision: number): KubeObject {
  const { metadata, ...rest } = raw as {
    metadata: { name: string; namespace?: string; labels?: Record<string, string> };
  };
  const uid = uidOf(`${resource}/${metadata.namespace ?? ''}/${metadata.name}`);
  const { apiVersion, kind } = KINDS[resource];
  // Every boot reads all of these: what begins with named members shares hidden classes.
  const generation = GENERATED.has(resource) ? { generation: 1 } : undefined;
  const fixed = { ...generation, uid, resourceVersion: String(revision), creationTimestamp, ...metadata };
  return deepFreeze({ apiVersion, kind, metadata: fixed, ...withTimes(rest, creationTimestamp) });
}

/** Conditions hold since the cluster is there. */
function withTimes(rest: object, lastTransitionTime: string): object {
  const { status } = rest as { readonly status?: { readonly conditions?: readonly object[] } };
  if (!status?.conditions) return rest;
  return { ...rest, status: { conditions: status.conditions.map((one) => ({ ...one, lastTransitionTime })) } };
}

const cache = new Map<string, readonly KubeObject[]>();
/** Clusters that are made in the middle of a replay have a start time each. */
const KEPT_TIMES = 16;

/**
 * The RBAC roles and bindings, the priority classes and the flow schemas with their priority levels that an API server creates for itself, as read off v1.35
 * (reference/kubernetes-1.35/bootstrap.json). Shared, frozen, made once for each start time.
 */
export function policyObjects(creationTimestamp: string): readonly KubeObject[] {
  const known = cache.get(creationTimestamp);
  if (known) return known;
  let revision = FIRST_REVISION;
  const objects = Object.entries(bootstrapObjects()).flatMap(([resource, list]) =>
    list.map((raw) => create(resource, raw, creationTimestamp, revision++)),
  );
  if (cache.size >= KEPT_TIMES) cache.delete(cache.keys().next().value ?? '');
  cache.set(creationTimestamp, objects);
  return objects;
}
