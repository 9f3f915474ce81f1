import {
  watch,
  type ControllerContext,
  type ControllerSource,
  type Pod,
  type ReplicaSet,
  type ReplicationController,
  type ResourceType,
  type WatchEvent,
} from '@seatrial/apiserver';
import { jsonEqual } from '@seatrial/kernel';
import { keyOf, splitKey } from '../object-key.js';
import { controllerOf } from '../owner-reference.js';
import { isPodTerminal, podCondition } from '../pod-state.js';

type Replicated = ReplicaSet | ReplicationController;

/** Owners with more pods than this take noticeable time to look through them. */
const QUICK_REPLICAS = 1000;
const PODS_PER_MS = 200;
/** kube-controller-manager's --kube-api-qps. */
const REQUESTS_PER_SECOND = 20;
/** pkg/controller/replicaset BurstReplicas. */
export const BURST_REPLICAS = 500;

/** Nothing is to be done for the owner as it stands, and its status says so. */
function isSettled({ metadata, spec, status }: Replicated): boolean {
  return (
    metadata.deletionTimestamp === undefined &&
    status?.replicas === (spec.replicas ?? 1) &&
    status.observedGeneration === metadata.generation &&
    !status.conditions?.some(({ type }) => type === 'ReplicaFailure')
  );
}

/** Whether a pod's change can neither alter the status of a settled owner nor ask it to do anything. */
function isIndifferent(before: Pod, after: Pod): boolean {
  const readyBefore = podCondition(before, 'Ready');
  const readyAfter = podCondition(after, 'Ready');
  return (
    readyBefore?.status === readyAfter?.status &&
    readyBefore?.lastTransitionTime === readyAfter?.lastTransitionTime &&
    isPodTerminal(before) === isPodTerminal(after) &&
    before.metadata.deletionTimestamp === after.metadata.deletionTimestamp &&
    (before.metadata.ownerReferences === after.metadata.ownerReferences ||
      jsonEqual(before.metadata.ownerReferences, after.metadata.ownerReferences)) &&
    (before.metadata.labels === after.metadata.labels || jsonEqual(before.metadata.labels, after.metadata.labels))
  );
}

/**
 * How long one look at a very large owner takes, with the requests that it leads to: changes that come meanwhile are met
 * by the next look. Owners of common size take no time.
 */
function syncTimeMs({ spec, status }: Replicated): number {
  const replicas = spec.replicas ?? 1;
  if (Math.max(replicas, status?.replicas ?? 0) <= QUICK_REPLICAS) return 0;
  return status?.replicas === replicas
    ? Math.ceil(replicas / PODS_PER_MS)
    : (BURST_REPLICAS * 1000) / REQUESTS_PER_SECOND;
}

/** Leaves a very large owner for later; false for all others, to be looked at now. */
function isPostponed(context: ControllerContext, owner: Replicated): boolean {
  const delayMs = syncTimeMs(owner);
  if (delayMs > 0) context.requeueAfter(keyOf(owner), delayMs);
  return delayMs > 0;
}

/** The owners' own changes: a new generation is met at once, what is left of a very large one's work later. */
export const replicationKeys = <T extends Replicated>(resource: ResourceType<T>): ControllerSource =>
  watch(resource, ({ object, previous }, context) =>
    previous?.metadata.generation === object.metadata.generation && isPostponed(context, object) ? [] : [keyOf(object)],
  );

/** Most changes of pods: the controller stays the same, is settled, and has nothing to do for this one. */
export function isOfSettledOwner<T extends Replicated>(
  resource: ResourceType<T>,
  { type, object, previous }: WatchEvent<Pod>,
  client: ControllerContext['client'],
): boolean {
  const { ownerReferences, namespace } = object.metadata;
  if (type !== 'MODIFIED' || !previous || !ownerReferences) return false;
  if (previous.metadata.ownerReferences !== ownerReferences) return false;
  if (!isIndifferent(previous, object)) return false;
  const reference = controllerOf(object);
  const owner = reference && client.get(resource, namespace, reference.name);
  return owner !== undefined && isSettled(owner);
}

/** The owners among `keys` that a change of a pod of theirs concerns now. */
export const concernedKeys = <T extends Replicated>(
  resource: ResourceType<T>,
  { type, object, previous }: WatchEvent<Pod>,
  keys: readonly string[],
  context: ControllerContext,
): readonly string[] =>
  keys.filter((key) => {
    const owner = context.client.get(resource, ...splitKey(key));
    if (!owner) return true;
    if (type === 'MODIFIED' && previous && isSettled(owner) && isIndifferent(previous, object)) return false;
    return !isPostponed(context, owner);
  });
