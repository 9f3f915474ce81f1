import {
  DAEMON_SETS,
  NODES,
  PODS,
  defineController,
  watch,
  type ControllerContext,
  type DaemonSet,
  type Node,
  type Pod,
} from '@seatrial/apiserver';
import { jsonEqual, ok } from '@seatrial/kernel';
import { labelSelectorMatches, labelSelectorOf } from '@seatrial/schema';
import { daemonPod, isUpdated, podsByNode, shouldRun } from './daemonset/daemon-pods.js';
import { cleanUpRevisions, syncRevisions } from './daemonset/daemon-revision.js';
import { rollingUpdateStep, updateLimits } from './daemonset/rolling-update.js';
import { PODS_BY_NODE } from './node-lifecycle.controller.js';
import { keyOf, splitKey } from './object-key.js';
import { controllerKeys, isControlledBy } from './owner-reference.js';
import { createPod, deletePod, slowStart } from './pod-control.js';
import { isPodAvailable, isPodReady } from './pod-state.js';
import { RequestFailedError, isNamespaceTerminating, must, retrying } from './request-failed.js';

const REVISION_LABEL = 'controller-revision-hash';
const BURST = 250;

interface Work {
  readonly create: string[];
  readonly remove: Pod[];
}

/** Failed and succeeded daemons are replaced; of several on a node only the oldest stays. */
function tidyNode(
  context: ControllerContext,
  set: DaemonSet,
  pods: readonly Pod[],
  surging: boolean,
  work: Work,
): void {
  const running: Pod[] = [];
  for (const pod of pods) {
    if (pod.metadata.deletionTimestamp !== undefined) continue;
    const { namespace = '', name } = pod.metadata;
    const node = pod.spec.nodeName ?? '';
    if (pod.status?.phase === 'Failed') {
      const message = `Found failed daemon pod ${namespace}/${name} on node ${node}, will try to kill it`;
      context.events.event({ object: set }, 'Warning', 'FailedDaemonPod', message);
      work.remove.push(pod);
    } else if (pod.status?.phase === 'Succeeded') {
      const message = `Found succeeded daemon pod ${namespace}/${name} on node ${node}, will try to delete it`;
      context.events.event({ object: set }, 'Normal', 'SucceededDaemonPod', message);
      work.remove.push(pod);
    } else running.push(pod);
  }
  if (!surging) work.remove.push(...running.slice(1));
}

function manage(
  context: ControllerContext,
  set: DaemonSet,
  nodes: readonly Node[],
  byNode: ReadonlyMap<string, readonly Pod[]>,
): Work {
  const work: Work = { create: [], remove: [] };
  const surging = updateLimits(set, nodes).maxSurge > 0;
  const names = new Set<string>();
  for (const node of nodes) {
    const { name } = node.metadata;
    names.add(name);
    const pods = byNode.get(name) ?? [];
    const { run, stay } = shouldRun(set, node);
    if (run && pods.length === 0) work.create.push(name);
    else if (!stay) work.remove.push(...pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined));
    else tidyNode(context, set, pods, surging, work);
  }
  // Pods that were meant for a node that is gone will never run.
  for (const [name, pods] of byNode)
    if (!names.has(name))
      work.remove.push(
        ...pods.filter(({ spec, metadata }) => !spec.nodeName && metadata.deletionTimestamp === undefined),
      );
  return work;
}

function carryOut(context: ControllerContext, set: DaemonSet, hash: string, work: Work): void {
  const failed = slowStart(Math.min(work.create.length, BURST), (index) => {
    const created = createPod(context, set, daemonPod(set, work.create[index], hash));
    return !created.ok && isNamespaceTerminating(created.error) ? ok(undefined) : created;
  });
  for (const pod of work.remove.slice(0, BURST)) must(deletePod(context, set, pod));
  if (failed) throw new RequestFailedError(failed);
}

function writeStatus(
  context: ControllerContext,
  key: string,
  nodes: readonly Node[],
  byNode: ReadonlyMap<string, readonly Pod[]>,
  hash: string,
): void {
  const [namespace, name] = splitKey(key);
  const set = context.client.get(DAEMON_SETS, namespace, name);
  if (!set) return;
  let [desired, current, misscheduled, ready, available, updated] = [0, 0, 0, 0, 0, 0];
  for (const node of nodes) {
    const pods = byNode.get(node.metadata.name) ?? [];
    if (!shouldRun(set, node).run) {
      if (pods.length > 0) misscheduled++;
      continue;
    }
    desired++;
    if (pods.length === 0) continue;
    current++;
    // During a surge the newer pod counts once it is available.
    const pod = pods[0];
    if (isPodReady(pod)) {
      ready++;
      if (isPodAvailable(pod, set.spec.minReadySeconds ?? 0, context.now())) available++;
    }
    if (isUpdated(set, pod, hash)) updated++;
  }
  const unavailable = desired - available;
  const status = {
    currentNumberScheduled: current,
    numberMisscheduled: misscheduled,
    desiredNumberScheduled: desired,
    numberReady: ready,
    observedGeneration: set.metadata.generation ?? 0,
    ...(updated > 0 ? { updatedNumberScheduled: updated } : {}),
    ...(available > 0 ? { numberAvailable: available } : {}),
    ...(unavailable > 0 ? { numberUnavailable: unavailable } : {}),
    ...(set.status?.collisionCount === undefined ? {} : { collisionCount: set.status.collisionCount }),
    ...(set.status?.conditions === undefined ? {} : { conditions: set.status.conditions }),
  };
  if (!jsonEqual(set.status, status)) must(context.client.updateStatus(DAEMON_SETS, { ...set, status }));
  if ((set.spec.minReadySeconds ?? 0) > 0 && ready !== available)
    context.requeueAfter(key, (set.spec.minReadySeconds ?? 0) * 1000);
}

function sync(context: ControllerContext, key: string): void {
  const [namespace, name] = splitKey(key);
  const set = context.client.get(DAEMON_SETS, namespace, name);
  if (!set || set.metadata.deletionTimestamp !== undefined) return;
  const selector = labelSelectorOf(set.spec.selector);
  if (!selector.ok) return;
  if (selector.value.empty) {
    const message = 'This daemon set is selecting all pods. A non-empty selector is required.';
    context.events.event({ object: set }, 'Warning', 'SelectingAll', message);
    return;
  }
  const { current, old } = syncRevisions(context, set, selector.value);
  const hash = current.metadata.labels?.[REVISION_LABEL] ?? '';
  const nodes = context.client.list(NODES);
  const byNode = podsByNode(context, set, selector.value);
  const work = manage(context, set, nodes, byNode);
  carryOut(context, set, hash, work);
  if (set.spec.updateStrategy?.type === 'RollingUpdate' && work.create.length + work.remove.length === 0) {
    const { remove, surge } = rollingUpdateStep(set, nodes, byNode, hash, context.now());
    carryOut(context, set, hash, { create: [...surge], remove: [...remove] });
  }
  cleanUpRevisions(context, set, old, byNode.values());
  writeStatus(context, key, nodes, byNode, hash);
}

/** Something that decides where daemons run has changed. */
const matters = (before: Node, after: Node): boolean =>
  !jsonEqual(before.metadata.labels, after.metadata.labels) || !jsonEqual(before.spec, after.spec);

/** A daemon is missing on the node, or one has to leave it; other changes of a node wait for the set's next turn. */
function mustAct({ client }: ControllerContext, set: DaemonSet, node: Node): boolean {
  const { run, stay } = shouldRun(set, node);
  const there = client.byIndex(PODS_BY_NODE, node.metadata.name).some((pod) => isControlledBy(pod, set));
  return there ? !stay : run;
}

/** Sets on more nodes than this take noticeable time to look through. */
const QUICK_NODES = 500;
const NODES_PER_MS = 25;

/** The sets to look at now: where there are very many nodes, changes that come meanwhile are met by one look. */
function now(context: ControllerContext, keys: readonly string[]): readonly string[] {
  if (keys.length === 0) return keys;
  const nodes = context.client.list(NODES).length;
  if (nodes <= QUICK_NODES) return keys;
  for (const key of keys) context.requeueAfter(key, Math.ceil(nodes / NODES_PER_MS));
  return [];
}

/** pkg/controller/daemon of Kubernetes 1.35. */
export const daemonSetController = defineController({
  name: 'daemonset-controller',
  component: 'daemonset-controller',
  sources: [
    watch(DAEMON_SETS, ({ object, previous }, context) =>
      previous?.metadata.generation === object.metadata.generation ? now(context, [keyOf(object)]) : [keyOf(object)],
    ),
    watch(PODS, (event, context) => {
      const { client } = context;
      const keys = controllerKeys(event, 'DaemonSet');
      if (keys) return now(context, keys);
      const { labels, namespace } = event.object.metadata;
      if (event.type === 'DELETED' || !labels) return [];
      return client
        .list(DAEMON_SETS, namespace)
        .filter(({ spec }) => labelSelectorMatches(spec.selector, labels))
        .map(keyOf);
    }),
    watch(NODES, ({ type, object, previous }, context) => {
      if (type === 'DELETED' || (previous && !matters(previous, object))) return [];
      const acting = context.client.list(DAEMON_SETS).filter((set) => mustAct(context, set, object));
      return now(context, acting.map(keyOf));
    }),
  ],
  reconcile: retrying(sync),
});
