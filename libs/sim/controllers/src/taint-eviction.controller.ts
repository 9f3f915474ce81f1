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
import { withDisruptionTarget } from './disruption-target.js';
import { PODS_BY_NODE } from './node-lifecycle.controller.js';
import { keyOf, splitKey } from './object-key.js';
import { must, retrying } from './request-failed.js';

/** A pod that is to be evicted (timed_workers.go TimedWorker), ms. */
interface PlannedEviction {
  readonly createdAt: number;
  readonly fireAt: number;
}

/** What is planned, by pod. */
const planned = new Attached<ObjectReader, Map<string, PlannedEviction>>();

function plannedOf(client: ObjectReader): Map<string, PlannedEviction> {
  let known = planned.get(client);
  if (!known) {
    known = new Map();
    planned.set(client, known);
  }
  return known;
}

const noExecute = (taints: readonly Taint[] | undefined): readonly Taint[] =>
  (taints ?? []).filter(({ effect }) => effect === 'NoExecute');

/** How long the pod may stay, seconds: undefined for ever, and `none` when a taint is not tolerated. */
function stay(pod: Pod, taints: readonly Taint[]): number | 'none' | undefined {
  let least: number | undefined;
  for (const taint of taints) {
    const toleration = (pod.spec.tolerations ?? []).find((one) => tolerates(one, taint));
    if (!toleration) return 'none';
    const seconds = toleration.tolerationSeconds;
    if (seconds !== undefined) least = Math.min(least ?? Infinity, Math.max(seconds, 0));
  }
  return least;
}

/** The controller's events name the pod without its uid. */
function tell({ events }: ControllerContext, key: string, message: string): void {
  const [namespace, name] = splitKey(key);
  const object = { apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name } } as KubeObject;
  events.event({ object }, 'Normal', 'TaintManagerEviction', message);
}

function cancel(context: ControllerContext, key: string): void {
  if (plannedOf(context.client).delete(key)) tell(context, key, `Cancelling deletion of Pod ${key}`);
}

/** addConditionAndDeletePod: a finished pod goes as well, and one that is going already is marked. */
function evict(context: ControllerContext, key: string): void {
  const { client } = context;
  tell(context, key, `Marking for deletion Pod ${key}`);
  const [namespace, name] = splitKey(key);
  const pod = client.get(PODS, namespace, name);
  if (!pod) return;
  const message = 'Taint manager: deleting due to NoExecute taint';
  const conditions = withDisruptionTarget(pod, 'DeletionByTaintManager', message, context.now());
  const status = { ...pod.status, conditions };
  must(client.updateStatus(PODS, { ...pod, status }));
  const deleted = client.delete(PODS, namespace, name);
  if (!deleted.ok && deleted.error.reason !== 'NotFound') must(deleted);
}

/**
 * What a pod's node and tolerations ask for by now (processPodOnNode). What was planned first stays planned: a taint
 * that comes later and is tolerated for less does not bring it forward.
 */
function plan(context: ControllerContext, key: string, pod: Pod, taints: readonly Taint[]): void {
  const seconds = taints.length === 0 ? undefined : stay(pod, taints);
  if (seconds === undefined) {
    cancel(context, key);
    return;
  }
  if (seconds === 'none') {
    cancel(context, key);
    evict(context, key);
    return;
  }
  const known = plannedOf(context.client);
  const now = context.now();
  const before = known.get(key);
  if (before && before.createdAt < now) return;
  cancel(context, key);
  if (seconds === 0) {
    evict(context, key);
    return;
  }
  known.set(key, { createdAt: now, fireAt: now + seconds * 1000 });
  context.requeueAfter(key, seconds * 1000);
}

/** Evicts pods from nodes with NoExecute taints that they do not tolerate, or no longer (pkg/controller/tainteviction). */
export const taintEvictionController = defineController({
  name: 'taint-eviction-controller',
  component: 'taint-eviction-controller',
  sources: [
    watch(NODES, ({ type, object, previous }, { client }) => {
      if (type === 'DELETED') return [];
      if (jsonEqual(noExecute(previous?.spec.taints), noExecute(object.spec.taints))) return [];
      return client.byIndex(PODS_BY_NODE, object.metadata.name).map(keyOf);
    }),
    watch(PODS, ({ type, object, previous }, context) => {
      const { client } = context;
      if (type === 'DELETED') {
        cancel(context, keyOf(object));
        return [];
      }
      if (!object.spec.nodeName) return [];
      const isBound = previous?.spec.nodeName === object.spec.nodeName;
      if (isBound && jsonEqual(previous.spec.tolerations ?? [], object.spec.tolerations ?? [])) return [];
      const { taints } = client.get(NODES, undefined, object.spec.nodeName)?.spec ?? {};
      return noExecute(taints).length > 0 ? [keyOf(object)] : [];
    }),
  ],
  reconcile: retrying((context, key) => {
    const { client } = context;
    const due = plannedOf(client).get(key);
    if (due && due.fireAt <= context.now()) {
      plannedOf(client).delete(key);
      evict(context, key);
      return;
    }
    const [namespace, name] = splitKey(key);
    const pod = client.get(PODS, namespace, name);
    const node = pod?.spec.nodeName ? client.get(NODES, undefined, pod.spec.nodeName) : undefined;
    if (pod && node) plan(context, key, pod, noExecute(node.spec.taints));
  }),
});
