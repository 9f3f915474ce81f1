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
import { PODS_BY_CONTROLLER, claimObjects, orphansKey } from '../owner-reference.js';
import { createPod, deletePod, podFromTemplate, slowStart, type PodTemplate } from '../pod-control.js';
import { isPodActive, isPodAvailable, isPodReady, isPodTerminating, nextAvailability } from '../pod-state.js';
import { RequestFailedError, isNamespaceTerminating, must } from '../request-failed.js';
import { podsToDelete } from './deletion-order.js';
import { BURST_REPLICAS } from './pod-change.js';
import { hasLabels, tallyOf, type Tally } from './tally.js';

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
  if (!failure && conditions.length === 0) return conditions;
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

function countPods(owner: Replicated, pods: readonly Pod[], now: number): Omit<Tally, 'active' | 'terminating'> {
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
  return { labelled, ready, available };
}

function statusOf(
  owner: Replicated,
  pods: readonly Pod[],
  known: Tally | undefined,
  terminating: number | undefined,
  conditions: readonly unknown[],
  now: number,
): ReplicatedStatus {
  const { labelled, ready, available } = known ?? countPods(owner, pods, now);
  const status: Record<string, unknown> = { replicas: pods.length };
  if (labelled > 0) status['fullyLabeledReplicas'] = labelled;
  if (ready > 0) status['readyReplicas'] = ready;
  if (available > 0) status['availableReplicas'] = available;
  if (terminating !== undefined) status['terminatingReplicas'] = terminating;
  status['observedGeneration'] = owner.metadata.generation ?? 0;
  if (conditions.length > 0) status['conditions'] = conditions;
  return status as unknown as ReplicatedStatus;
}

/** One reconciliation of a replica set or replication controller (pkg/controller/replicaset syncReplicaSet). */
export function syncReplication<T extends Replicated>(
  context: ControllerContext,
  replication: Replication<T>,
  owner: T,
): void {
  const selector = replication.selector(owner);
  if (!selector) return;
  const seen = context.client.byIndex(PODS_BY_CONTROLLER, owner.metadata.uid);
  const look = lookAt(context, seen, owner);
  if (isSettledSince(owner.spec, look)) return;
  const known = look.orphans.length === 0 ? tallyOf(owner, selector, seen) : undefined;
  const pods = known?.active ?? claimObjects(context, owner, PODS_BY_CONTROLLER, selector, isPodActive);
  const terminating = replication.countsTerminating
    ? (known?.terminating ?? countTerminating(context, owner, selector))
    : undefined;
  const failure =
    owner.metadata.deletionTimestamp === undefined ? matchSize(context, replication, owner, pods) : undefined;
  const now = context.now();
  const status = statusOf(owner, pods, known, terminating, failureConditions(owner, failure, now), now);
  const written = jsonEqual(owner.status, status) ? owner : writeStatus(context, replication, owner, status);
  if (failure) throw new RequestFailedError(failure.error);
  const next = nextAvailability(pods, owner.spec.minReadySeconds ?? 0, now);
  if (next !== undefined) context.requeueAfter(keyOf(owner), next);
  const settled = pods.length === (owner.spec.replicas ?? 1) && !owner.spec.minReadySeconds;
  if (settled && written && seen.length > 0) settle(owner.spec, look, written);
}

/** All that a reconciliation goes by, besides the spec. */
interface Look {
  /** The store gives the same list until a pod changes. */
  pods: readonly Pod[];
  orphans: readonly Pod[];
  status: unknown;
  generation: number | undefined;
  deleted: string | undefined;
}

/** The last looks after which nothing was left to do, by the owner's spec. */
const settledLooks = new WeakMap<object, Look>();

/** Nothing is left to do for an owner, as it was written. */
function settle(spec: object, look: Look, { metadata, status }: Replicated): void {
  look.status = status;
  look.generation = metadata.generation;
  const known = settledLooks.get(spec);
  if (known) Object.assign(known, look);
  else settledLooks.set(spec, look);
}

const lookAt = ({ client }: ControllerContext, pods: readonly Pod[], { metadata, status }: Replicated): Look => ({
  pods,
  orphans: client.byIndex(PODS_BY_CONTROLLER, orphansKey(metadata.namespace)),
  status,
  generation: metadata.generation,
  deleted: metadata.deletionTimestamp,
});

/** A write of the owner's own status makes it be looked at once more, mostly for nothing. */
function isSettledSince(spec: object, look: Look): boolean {
  const last = settledLooks.get(spec);
  return (
    last?.pods === look.pods &&
    last.orphans === look.orphans &&
    last.status === look.status &&
    last.generation === look.generation &&
    last.deleted === look.deleted
  );
}

function countTerminating({ client }: ControllerContext, { metadata }: Replicated, selector: LabelSelector): number {
  let count = 0;
  for (const pod of client.byIndex(PODS_BY_CONTROLLER, metadata.uid))
    if (isPodTerminating(pod) && selector.matches(pod.metadata.labels)) count++;
  return count;
}

function writeStatus<T extends Replicated>(
  context: ControllerContext,
  { resource }: Replication<T>,
  owner: T,
  status: ReplicatedStatus,
): T | undefined {
  // Adoption or a deletion may have touched the owner since it was read.
  const fresh = context.client.get<T>(resource, owner.metadata.namespace, owner.metadata.name);
  if (fresh?.metadata.uid !== owner.metadata.uid) return undefined;
  const { apiVersion, kind, metadata, spec } = fresh;
  return must(context.client.updateStatus<T>(resource, { apiVersion, kind, metadata, spec, status } as unknown as T));
}
