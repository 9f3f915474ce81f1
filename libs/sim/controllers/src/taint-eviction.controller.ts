import {
  NODES,
  PODS,
  defineController,
  watch,
  type ControllerContext,
  type KubeObject,
  type ObjectReader,
  type Pod,
} from '@seatrial/apiserver';
import { Attached, jsonEqual } from '@seatrial/kernel';
import { tolerates, type Taint } from '@seatrial/kinds';
import { formatTime } from '@seatrial/schema';
import { PODS_BY_NODE } from './node-lifecycle.controller.js';
import { keyOf, splitKey } from './object-key.js';
import { isPodTerminal } from './pod-state.js';
import { must, retrying } from './request-failed.js';

/** When pods are to be evicted, ms, by pod uid. */
const deadlines = new Attached<ObjectReader, Map<string, number>>();

function deadlinesOf(client: ObjectReader): Map<string, number> {
  let known = deadlines.get(client);
  if (!known) {
    known = new Map();
    deadlines.set(client, known);
  }
  return known;
}

/** How long the pod may stay, seconds: 0 when a taint is not tolerated, undefined when all are for ever. */
function stay(pod: Pod, taints: readonly Taint[]): number | undefined {
  let least: number | undefined;
  for (const taint of taints) {
    const toleration = (pod.spec.tolerations ?? []).find((one) => tolerates(one, taint));
    if (!toleration) return 0;
    const seconds = toleration.tolerationSeconds;
    if (seconds !== undefined) least = Math.min(least ?? Infinity, Math.max(seconds, 0));
  }
  return least;
}

/** The controller's events name the pod without its uid. */
function tell(
  { events }: ControllerContext,
  { apiVersion, kind, metadata: { namespace, name } }: Pod,
  message: string,
): void {
  const object = { apiVersion, kind, metadata: { namespace, name } } as KubeObject;
  events.event({ object }, 'Normal', 'TaintManagerEviction', message);
}

function evict(context: ControllerContext, pod: Pod): void {
  const { client } = context;
  tell(context, pod, `Marking for deletion Pod ${keyOf(pod)}`);
  if (pod.metadata.deletionTimestamp !== undefined) return;
  const condition = {
    type: 'DisruptionTarget',
    ...(pod.metadata.generation === undefined ? {} : { observedGeneration: pod.metadata.generation }),
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: formatTime(context.now()),
    reason: 'DeletionByTaintManager',
    message: 'Taint manager: deleting due to NoExecute taint',
  };
  const others = (pod.status?.conditions ?? []).filter(({ type }) => type !== condition.type);
  const status = { ...pod.status, conditions: [...others, condition] } as unknown as Pod['status'];
  must(client.updateStatus(PODS, { ...pod, status }));
  const deleted = client.delete(PODS, pod.metadata.namespace, pod.metadata.name);
  if (!deleted.ok && deleted.error.reason !== 'NotFound') must(deleted);
}

/** Evicts pods from nodes with NoExecute taints that they do not tolerate, or no longer (pkg/controller/tainteviction). */
export const taintEvictionController = defineController({
  name: 'taint-eviction-controller',
  component: 'taint-eviction-controller',
  sources: [
    watch(NODES, ({ type, object, previous }, { client }) => {
      if (type === 'DELETED') return [];
      const noExecute = (taints: readonly Taint[] | undefined): readonly Taint[] =>
        (taints ?? []).filter(({ effect }) => effect === 'NoExecute');
      if (jsonEqual(noExecute(previous?.spec.taints), noExecute(object.spec.taints))) return [];
      return client.byIndex(PODS_BY_NODE, object.metadata.name).map(keyOf);
    }),
    watch(PODS, ({ type, object, previous }, context) => {
      const { client } = context;
      if (type === 'DELETED' && deadlinesOf(client).delete(object.metadata.uid))
        tell(context, object, `Cancelling deletion of Pod ${keyOf(object)}`);
      if (type === 'DELETED' || !object.spec.nodeName || previous?.spec.nodeName) return [];
      const taints = client.get(NODES, undefined, object.spec.nodeName)?.spec.taints ?? [];
      return taints.some(({ effect }) => effect === 'NoExecute') ? [keyOf(object)] : [];
    }),
  ],
  reconcile: retrying((context, key) => {
    const { client } = context;
    const [namespace, name] = splitKey(key);
    const pod = client.get(PODS, namespace, name);
    if (!pod?.spec.nodeName || isPodTerminal(pod)) return;
    const known = deadlinesOf(client);
    const { uid } = pod.metadata;
    const node = client.get(NODES, undefined, pod.spec.nodeName);
    const taints = (node?.spec.taints ?? []).filter(({ effect }) => effect === 'NoExecute');
    const seconds = taints.length === 0 ? undefined : stay(pod, taints);
    if (seconds === undefined) {
      if (known.delete(uid)) tell(context, pod, `Cancelling deletion of Pod ${key}`);
      return;
    }
    const deadline = Math.min(known.get(uid) ?? Infinity, context.now() + seconds * 1000);
    if (deadline > context.now()) {
      known.set(uid, deadline);
      context.requeueAfter(key, deadline - context.now());
      return;
    }
    known.delete(uid);
    evict(context, pod);
  }),
});
