import {
  NODES,
  PODS,
  defineController,
  watch,
  type ControllerContext,
  type Node,
  type ObjectReader,
  type Pod,
  type StoreIndex,
} from '@seatrial/apiserver';
import { Attached, compareStrings } from '@seatrial/kernel';
import { withDisruptionTarget } from './disruption-target.js';
import { PODS_BY_NODE } from './node-lifecycle.controller.js';
import { isPodTerminal } from './pod-state.js';
import { keyOf, splitKey } from './object-key.js';
import { must, retrying } from './request-failed.js';

/** How many finished pods may stay (--terminated-pod-gc-threshold). */
const THRESHOLD = 12_500;
const PERIOD_MS = 20_000;
/** How long a node must be gone before its pods are (quarantineTime). */
const QUARANTINE_MS = 40_000;

const OUT_OF_SERVICE = 'node.kubernetes.io/out-of-service';

/** A node that is not ready and that an administrator has declared out of service (podgc gcTerminating). */
const isOutOfService = ({ spec, status }: Node): boolean =>
  spec.taints?.some(({ key }) => key === OUT_OF_SERVICE) === true &&
  status?.conditions?.find(({ type }) => type === 'Ready')?.status !== 'True';

const FINISHED = 'finished';
const NO_KEYS: readonly string[] = [];
const FINISHED_KEYS: readonly string[] = [FINISHED];

const FINISHED_PODS: StoreIndex<Pod> = {
  name: 'finished-pods',
  resource: PODS,
  keys: (pod) => (isPodTerminal(pod) ? FINISHED_KEYS : NO_KEYS),
  same: (before, after) => before.status?.phase === after.status?.phase,
};

const UNSCHEDULED_TERMINATING_PODS: StoreIndex<Pod> = {
  name: 'unscheduled-terminating-pods',
  resource: PODS,
  keys: ({ metadata, spec }) => (metadata.deletionTimestamp !== undefined && !spec.nodeName ? FINISHED_KEYS : NO_KEYS),
  same: (before, after) =>
    before.metadata.deletionTimestamp === after.metadata.deletionTimestamp &&
    before.spec.nodeName === after.spec.nodeName,
};

const podsGoing = (client: ObjectReader, { metadata }: Node): Pod[] =>
  client.byIndex(PODS_BY_NODE, metadata.name).filter((pod) => pod.metadata.deletionTimestamp !== undefined);

/** A pod that never ended is said to have failed before it goes (markFailedAndDeletePod): its job may count it. */
function markFailed(context: ControllerContext, pod: Pod, orphaned: boolean): void {
  const conditions = orphaned
    ? withDisruptionTarget(pod, 'DeletionByPodGC', 'PodGC: node no longer exists', context.now())
    : pod.status?.conditions;
  const { generation: observedGeneration } = pod.metadata;
  const observed = observedGeneration === undefined ? {} : { observedGeneration };
  const status = { ...pod.status, ...observed, phase: 'Failed', conditions } as unknown as Pod['status'];
  must(context.client.updateStatus(PODS, { ...pod, status }));
}

/** Nodes that pods are bound to and that do not exist, with the time until which they may still come (nodeQueue). */
const quarantines = new Attached<ObjectReader, Map<string, number>>();

function quarantineOf(client: ObjectReader): Map<string, number> {
  const known = quarantines.get(client) ?? new Map<string, number>();
  quarantines.set(client, known);
  return known;
}

/** The pods of nodes that do not exist; a node first seen missing now is given its time. */
function orphans(context: ControllerContext): readonly Pod[] {
  const { client } = context;
  const known = quarantineOf(client);
  const found: Pod[] = [];
  for (const [name, until] of known) {
    const pods = client.get(NODES, undefined, name) ? [] : client.byIndex(PODS_BY_NODE, name);
    if (pods.length === 0) known.delete(name);
    else if (until === 0) known.set(name, context.now() + QUARANTINE_MS);
    found.push(...pods);
  }
  return found;
}

/** Evicted pods first, then the oldest (byEvictionAndCreationTimestamp). */
function bySurplus(a: Pod, b: Pod): number {
  const evicted = ({ status }: Pod): number => (status?.phase === 'Failed' && status.reason === 'Evicted' ? 0 : 1);
  return (
    evicted(a) - evicted(b) ||
    compareStrings(a.metadata.creationTimestamp, b.metadata.creationTimestamp) ||
    compareStrings(a.metadata.name, b.metadata.name)
  );
}

/** The uids of the finished pods that the last look found too many. */
const surplusUids = new Attached<ObjectReader, ReadonlySet<string>>();

function surplus(client: ObjectReader): readonly Pod[] {
  const finished = client.byIndex(FINISHED_PODS, FINISHED);
  if (finished.length <= THRESHOLD) return [];
  const pods = [...finished].sort(bySurplus).slice(0, finished.length - THRESHOLD);
  surplusUids.set(client, new Set(pods.map(({ metadata }) => metadata.uid)));
  return pods;
}

/** Why a pod is removed, if it is. */
function reasonOf(context: ControllerContext, pod: Pod): 'orphaned' | 'terminating' | 'terminated' | undefined {
  const { client } = context;
  const { nodeName } = pod.spec;
  const isGoing = pod.metadata.deletionTimestamp !== undefined;
  if (!nodeName) return isGoing ? 'terminating' : undefined;
  const node = client.get(NODES, undefined, nodeName);
  if (!node) {
    const until = quarantineOf(client).get(nodeName) ?? 0;
    return until > 0 && until <= context.now() ? 'orphaned' : undefined;
  }
  if (isGoing && isOutOfService(node)) return 'terminating';
  return isPodTerminal(pod) && surplusUids.get(client)?.has(pod.metadata.uid) ? 'terminated' : undefined;
}

/**
 * Removes pods of nodes that are gone, those that are stuck in their deletion on nodes out of service or without any
 * node, and the oldest finished ones when there are very many (pkg/controller/podgc).
 */
export const podGarbageCollectorController = defineController({
  name: 'pod-garbage-collector-controller',
  component: 'pod-garbage-collector',
  sources: [
    watch(NODES, ({ type, object: { metadata } }, { client }) => {
      if (type === 'DELETED') quarantineOf(client).set(metadata.name, 0);
      return [];
    }),
    watch(
      PODS,
      ({ object: { spec } }, { client }) => {
        const { nodeName } = spec;
        if (nodeName && !quarantineOf(client).has(nodeName) && !client.get(NODES, undefined, nodeName))
          quarantineOf(client).set(nodeName, 0);
        return [];
      },
      { types: ['ADDED'] },
    ),
  ],
  resync: {
    periodMs: PERIOD_MS,
    keys: (context) => {
      const { client } = context;
      const stuck = client
        .list(NODES)
        .filter(isOutOfService)
        .flatMap((node) => podsGoing(client, node));
      const unscheduled = client.byIndex(UNSCHEDULED_TERMINATING_PODS, FINISHED);
      return [...stuck, ...surplus(client), ...orphans(context), ...unscheduled].map(keyOf);
    },
  },
  reconcile: retrying((context, key) => {
    const [namespace, name] = splitKey(key);
    const pod = context.client.get(PODS, namespace, name);
    const reason = pod && reasonOf(context, pod);
    if (!reason) return;
    if (!isPodTerminal(pod)) markFailed(context, pod, reason === 'orphaned');
    const deleted = context.client.delete(PODS, namespace, name, { gracePeriodSeconds: 0 });
    if (!deleted.ok && deleted.error.reason !== 'NotFound') must(deleted);
  }),
});
