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
import { compareStrings } from '@seatrial/kernel';
import { formatTime } from '@seatrial/schema';
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

const podsGoing = (client: ObjectReader, { metadata }: Node): Pod[] =>
  client.byIndex(PODS_BY_NODE, metadata.name).filter((pod) => pod.metadata.deletionTimestamp !== undefined);

/** A pod that never ended is said to have failed before it goes (markFailedAndDeletePod): its job may count it. */
function markFailed(context: ControllerContext, pod: Pod, orphaned: boolean): void {
  const condition = {
    type: 'DisruptionTarget',
    ...(pod.metadata.generation === undefined ? {} : { observedGeneration: pod.metadata.generation }),
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: formatTime(context.now()),
    reason: 'DeletionByPodGC',
    message: 'PodGC: node no longer exists',
  };
  const others = (pod.status?.conditions ?? []).filter(({ type }) => type !== condition.type);
  const conditions = orphaned ? [...others, condition] : pod.status?.conditions;
  const status = { ...pod.status, phase: 'Failed', conditions } as unknown as Pod['status'];
  must(context.client.updateStatus(PODS, { ...pod, status }));
}

/** Removes pods of nodes that are gone, and the oldest finished ones when there are very many (pkg/controller/podgc). */
export const podGarbageCollectorController = defineController({
  name: 'pod-garbage-collector-controller',
  component: 'pod-garbage-collector',
  sources: [
    watch(NODES, ({ type, object }, context) => {
      if (type === 'DELETED')
        for (const pod of context.client.byIndex(PODS_BY_NODE, object.metadata.name))
          context.requeueAfter(keyOf(pod), QUARANTINE_MS);
      return [];
    }),
    watch(
      PODS,
      ({ object: pod }, context) => {
        const { nodeName } = pod.spec;
        if (nodeName && !context.client.get(NODES, undefined, nodeName))
          context.requeueAfter(keyOf(pod), QUARANTINE_MS);
        return [];
      },
      { types: ['ADDED'] },
    ),
  ],
  resync: {
    periodMs: PERIOD_MS,
    keys: ({ client }) => {
      const stuck = client
        .list(NODES)
        .filter(isOutOfService)
        .flatMap((node) => podsGoing(client, node));
      const finished = client.byIndex(FINISHED_PODS, FINISHED);
      if (finished.length <= THRESHOLD) return stuck.map(keyOf);
      const oldest = (a: Pod, b: Pod): number =>
        compareStrings(a.metadata.creationTimestamp, b.metadata.creationTimestamp);
      const surplus = [...finished].sort(oldest).slice(0, finished.length - THRESHOLD);
      return [...stuck, ...surplus].map(keyOf);
    },
  },
  reconcile: retrying((context, key) => {
    const { client } = context;
    const [namespace, name] = splitKey(key);
    const pod = client.get(PODS, namespace, name);
    if (!pod) return;
    const node = client.get(NODES, undefined, pod.spec.nodeName ?? '');
    const orphaned = Boolean(pod.spec.nodeName) && !node;
    const stuck = node && isOutOfService(node) && pod.metadata.deletionTimestamp !== undefined;
    if (!orphaned && !stuck && !isPodTerminal(pod)) return;
    if (!isPodTerminal(pod)) markFailed(context, pod, orphaned);
    const deleted = client.delete(PODS, namespace, name, { gracePeriodSeconds: 0 });
    if (!deleted.ok && deleted.error.reason !== 'NotFound') must(deleted);
  }),
});
