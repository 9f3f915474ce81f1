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
  type WatchEvent,
} from '@seatrial/apiserver';
import { jsonEqual, ok } from '@seatrial/kernel';
import { labelSelectorMatches, labelSelectorOf } from '@seatrial/schema';
import { daemonPod, isUpdated, podsByNode, shouldRun } from './daemonset/daemon-pods.js';
import { cleanUpRevisions, syncRevisions } from './daemonset/daemon-revision.js';
import { delayOfReplacement } from './daemonset/failed-pods.js';
import { allowsSurge, rollingUpdateStep } from './daemonset/rolling-update.js';
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

interface Plan {
  readonly context: ControllerContext;
  readonly set: DaemonSet;
  readonly hash: string;
  readonly work: Work;
}

/** The node's daemons that go on; those that have ended are replaced, failed ones after a back-off. */
function runningOn({ context, set, work }: Plan, node: string, pods: readonly Pod[]): Pod[] {
  const { events } = context;
  const running: Pod[] = [];
  for (const pod of pods) {
    if (pod.metadata.deletionTimestamp !== undefined) continue;
    const { namespace = '', name } = pod.metadata;
    if (pod.status?.phase === 'Failed') {
      const delay = delayOfReplacement(context, set, node);
      if (delay > 0) {
        context.requeueAfter(keyOf(set), delay);
        continue;
      }
      const message = `Found failed daemon pod ${namespace}/${name} on node ${node}, will try to kill it`;
      events.event({ object: set }, 'Warning', 'FailedDaemonPod', message);
      work.remove.push(pod);
    } else if (pod.status?.phase === 'Succeeded') {
      const message = `Found succeeded daemon pod ${namespace}/${name} on node ${node}, will try to delete it`;
      events.event({ object: set }, 'Normal', 'SucceededDaemonPod', message);
      work.remove.push(pod);
    } else running.push(pod);
  }
  return running;
}

/** With a surge a node may have an old and a new daemon: the old one goes when the new one can take over. */
function tidySurge({ context, set, hash, work }: Plan, running: readonly Pod[]): void {
  let [updated, old]: [Pod | undefined, Pod | undefined] = [undefined, undefined];
  for (const pod of running) {
    const isNew = pod.metadata.labels?.[REVISION_LABEL] === hash;
    if (isNew && !updated) updated = pod;
    else if (!isNew && !old) old = pod;
    else work.remove.push(pod);
  }
  if (!updated || !old) return;
  if (!isPodReady(old) || isPodAvailable(updated, set.spec.minReadySeconds ?? 0, context.now())) work.remove.push(old);
}

/** What is missing and what is too much on the nodes (podsShouldBeOnNode). */
function manage(plan: Plan, nodes: readonly Node[], byNode: ReadonlyMap<string, readonly Pod[]>): void {
  const { set, work } = plan;
  const surging = allowsSurge(set);
  const names = new Set<string>();
  for (const node of nodes) {
    const { name } = node.metadata;
    names.add(name);
    const pods = byNode.get(name);
    const { run, stay } = shouldRun(set, node);
    if (run && !pods) work.create.push(name);
    else if (!stay)
      work.remove.push(...(pods ?? []).filter(({ metadata }) => metadata.deletionTimestamp === undefined));
    else {
      const running = runningOn(plan, name, pods ?? []);
      if (!surging) work.remove.push(...running.slice(1));
      else if (running.length > 1) tidySurge(plan, running);
      else if (running.length === 0 && run) work.create.push(name);
    }
  }
  // Pods that were meant for a node that is gone will never run.
  for (const [name, pods] of byNode)
    if (!names.has(name))
      work.remove.push(
        ...pods.filter(({ spec, metadata }) => !spec.nodeName && metadata.deletionTimestamp === undefined),
      );
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
  try {
    update({ context, set, hash, work: { create: [], remove: [] } }, nodes, byNode);
    cleanUpRevisions(context, set, old, byNode.values());
  } finally {
    // Also when pods were refused.
    writeStatus(context, key, nodes, byNode, hash);
  }
}

/** Puts right what runs where, and then goes on with a rolling update (updateDaemonSet). */
function update(plan: Plan, nodes: readonly Node[], byNode: ReadonlyMap<string, readonly Pod[]>): void {
  const { context, set, hash, work } = plan;
  manage(plan, nodes, byNode);
  carryOut(context, set, hash, work);
  if (set.spec.updateStrategy?.type !== 'RollingUpdate' || work.create.length + work.remove.length > 0) return;
  const { remove, surge } = rollingUpdateStep(set, nodes, byNode, hash, context.now());
  carryOut(context, set, hash, { create: [...surge], remove: [...remove] });
}

/** Something that decides where daemons run has changed. */
const matters = (before: Node, after: Node): boolean =>
  !jsonEqual(before.metadata.labels, after.metadata.labels) || !jsonEqual(before.spec.taints, after.spec.taints);

/** A daemon is missing on the node, or one has to leave it; other changes of a node wait for the set's next turn. */
function mustAct({ client }: ControllerContext, set: DaemonSet, node: Node): boolean {
  const { run, stay } = shouldRun(set, node);
  const there = client.byIndex(PODS_BY_NODE, node.metadata.name).some((pod) => isControlledBy(pod, set));
  return there ? !stay || (set.status?.numberMisscheduled ?? 0) > 0 : run;
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

/** A daemon that has become ready is looked at again a second after it counts as available (updatePod). */
function lookWhenAvailable(context: ControllerContext, event: WatchEvent<Pod>, keys: readonly string[]): void {
  const { type, object, previous } = event;
  if (type !== 'MODIFIED' || keys.length === 0 || !isPodReady(object) || (previous && isPodReady(previous))) return;
  for (const key of keys) {
    const seconds = context.client.get(DAEMON_SETS, ...splitKey(key))?.spec.minReadySeconds ?? 0;
    if (seconds > 0) context.requeueAfter(key, seconds * 1000 + 1000);
  }
}

/** pkg/controller/daemon of Kubernetes 1.35. */
export const daemonSetController = defineController({
  name: 'daemonset-controller',
  component: 'daemonset-controller',
  sources: [
    watch(DAEMON_SETS, ({ object, previous }, context) =>
      previous?.metadata.generation === object.metadata.generation ? now(context, [keyOf(object)]) : [keyOf(object)],
    ),
    watch(
      PODS,
      (event, context) => {
        const { client } = context;
        const keys = controllerKeys(event, 'DaemonSet');
        if (keys) {
          lookWhenAvailable(context, event, keys);
          return now(context, keys);
        }
        const { labels, namespace } = event.object.metadata;
        if (event.type === 'DELETED' || !labels) return [];
        return client
          .list(DAEMON_SETS, namespace)
          .filter(({ spec }) => labelSelectorMatches(spec.selector, labels))
          .map(keyOf);
      },
      { controllerKind: 'DaemonSet' },
    ),
    watch(NODES, ({ type, object, previous }, context) => {
      if (type === 'DELETED' || (previous && !matters(previous, object))) return [];
      const acting = context.client.list(DAEMON_SETS).filter((set) => mustAct(context, set, object));
      return now(context, acting.map(keyOf));
    }),
  ],
  reconcile: retrying(sync),
});
