import type {
  ControllerContext,
  Pod,
  ReplicaSet,
  ReplicationController,
  ResourceType,
  Status,
} from '@seatrial/apiserver';
import { jsonEqual, ok } from '@seatrial/kernel';
import { formatTime, type LabelSelector } from '@seatrial/schema';
import { keyOf } from '../object-key.js';
import { PODS_BY_CONTROLLER, claimObjects } from '../owner-reference.js';
import { createPod, deletePod, podFromTemplate, slowStart, type PodTemplate } from '../pod-control.js';
import { isPodActive, isPodAvailable, isPodReady, isPodTerminating, nextAvailability } from '../pod-state.js';
import { RequestFailedError, isNamespaceTerminating, must } from '../request-failed.js';
import { podsToDelete } from './deletion-order.js';
import { BURST_REPLICAS } from './pod-change.js';

type Replicated = ReplicaSet | ReplicationController;
type ReplicatedStatus = NonNullable<ReplicaSet['status']>;

/** What differs between ReplicaSets and ReplicationControllers. */
export interface Replication<T extends Replicated> {
  readonly resource: ResourceType<T>;
  readonly selector: (owner: T) => LabelSelector | undefined;
  /** Pods whose crowding on a node counts when some must go. */
  readonly related: (context: ControllerContext, owner: T) => readonly Pod[];
  readonly countsTerminating: boolean;
}

function matchSize<T extends Replicated>(
  context: ControllerContext,
  { related }: Replication<T>,
  owner: T,
  pods: readonly Pod[],
): { readonly reason: string; readonly error: Status } | undefined {
  const excess = pods.length - (owner.spec.replicas ?? 1);
  if (excess < 0) {
    const template = owner.spec.template as PodTemplate;
    const error = slowStart(Math.min(-excess, BURST_REPLICAS), () => {
      const created = createPod(context, owner, podFromTemplate(template, owner));
      return !created.ok && isNamespaceTerminating(created.error) ? ok(undefined) : created;
    });
    return error && { reason: 'FailedCreate', error };
  }
  if (excess === 0) return undefined;
  let failed: Status | undefined;
  const goners = podsToDelete(pods, related(context, owner), Math.min(excess, BURST_REPLICAS), context.now());
  for (const pod of goners) {
    const deleted = deletePod(context, owner, pod);
    if (!deleted.ok) failed ??= deleted.error;
  }
  return failed && { reason: 'FailedDelete', error: failed };
}

function failureConditions(
  owner: Replicated,
  failure: { readonly reason: string; readonly error: Status } | undefined,
  now: number,
): readonly unknown[] {
  const conditions = (owner.status?.conditions ?? []) as readonly { type: string }[];
  const present = conditions.some(({ type }) => type === 'ReplicaFailure');
  if (failure && !present) {
    const { reason, error } = failure;
    const condition = {
      type: 'ReplicaFailure',
      status: 'True',
      lastTransitionTime: formatTime(now),
      reason,
      message: error.message,
    };
    return [...conditions, condition];
  }
  return !failure && present ? conditions.filter(({ type }) => type !== 'ReplicaFailure') : conditions;
}

function hasLabels({ metadata: { labels } }: Pod, wanted: Readonly<Record<string, string>> | undefined): boolean {
  if (labels === wanted) return true;
  for (const name in wanted) if (labels?.[name] !== wanted[name]) return false;
  return true;
}

function statusOf(
  owner: Replicated,
  pods: readonly Pod[],
  terminating: number | undefined,
  conditions: readonly unknown[],
  now: number,
): ReplicatedStatus {
  const template = owner.spec.template?.metadata?.labels;
  const { minReadySeconds = 0 } = owner.spec;
  let labelled = 0;
  let ready = 0;
  let available = 0;
  for (const pod of pods) {
    if (hasLabels(pod, template)) labelled++;
    if (!isPodReady(pod)) continue;
    ready++;
    if (minReadySeconds === 0 || isPodAvailable(pod, minReadySeconds, now)) available++;
  }
  return {
    replicas: pods.length,
    ...(labelled > 0 ? { fullyLabeledReplicas: labelled } : {}),
    ...(ready > 0 ? { readyReplicas: ready } : {}),
    ...(available > 0 ? { availableReplicas: available } : {}),
    ...(terminating === undefined ? {} : { terminatingReplicas: terminating }),
    observedGeneration: owner.metadata.generation ?? 0,
    ...(conditions.length > 0 ? { conditions } : {}),
  } as unknown as ReplicatedStatus;
}

/** One reconciliation of a replica set or replication controller (pkg/controller/replicaset syncReplicaSet). */
export function syncReplication<T extends Replicated>(
  context: ControllerContext,
  replication: Replication<T>,
  owner: T,
): void {
  const selector = replication.selector(owner);
  if (!selector) return;
  const pods = claimObjects(context, owner, PODS_BY_CONTROLLER, selector, isPodActive);
  const terminating = replication.countsTerminating
    ? context.client
        .byIndex(PODS_BY_CONTROLLER, owner.metadata.uid)
        .filter((pod) => isPodTerminating(pod) && selector.matches(pod.metadata.labels)).length
    : undefined;
  const failure =
    owner.metadata.deletionTimestamp === undefined ? matchSize(context, replication, owner, pods) : undefined;
  const now = context.now();
  const status = statusOf(owner, pods, terminating, failureConditions(owner, failure, now), now);
  if (!jsonEqual(owner.status, status)) writeStatus(context, replication, owner, status);
  if (failure) throw new RequestFailedError(failure.error);
  const next = nextAvailability(pods, owner.spec.minReadySeconds ?? 0, now);
  if (next !== undefined) context.requeueAfter(keyOf(owner), next);
}

function writeStatus<T extends Replicated>(
  context: ControllerContext,
  { resource }: Replication<T>,
  owner: T,
  status: ReplicatedStatus,
): void {
  // Adoption or a deletion may have touched the owner since it was read.
  const fresh = context.client.get<T>(resource, owner.metadata.namespace, owner.metadata.name);
  if (fresh?.metadata.uid === owner.metadata.uid) must(context.client.updateStatus<T>(resource, { ...fresh, status }));
}
