import {
  NODES,
  PODS,
  defineController,
  watch,
  type ControllerContext,
  type Node,
  type Pod,
  type StoreIndex,
  type WatchEvent,
} from '@seatrial/apiserver';
import { Attached } from '@seatrial/kernel';
import type { Taint } from '@seatrial/kinds';
import { formatTime } from '@seatrial/schema';
import { EXCLUDED_LABEL, REGION_LABEL, ZONE_LABEL, noExecuteTainterOf } from './node-lifecycle/no-execute-tainter.js';
import { isPodReady, isPodTerminal, timeOf } from './pod-state.js';
import { must, retrying } from './request-failed.js';

export const PODS_BY_NODE: StoreIndex<Pod> = {
  name: 'pods-by-node',
  resource: PODS,
  keys: ({ spec }) => (spec.nodeName ? [spec.nodeName] : []),
  same: (before, after) => before.spec.nodeName === after.spec.nodeName,
};

/** How long a node may say nothing before it counts as lost (--node-monitor-grace-period). */
const GRACE_MS = 50_000;
/** The same for a node that has not reported yet (--node-startup-grace-period). */
const STARTUP_MS = 60_000;
const PERIOD_MS = 5_000;
/** How often waiting nodes are tainted (NodeEvictionPeriod). */
const TAINT_MS = 100;
const HEARTBEATS = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'];
/** A lease is renewed this often: when a kubelet is found missing, its last renewal may be that old. */
const RENEW_MS = 10_000;
const NOT_READY = 'node.kubernetes.io/not-ready';
const UNREACHABLE = 'node.kubernetes.io/unreachable';
const UNSCHEDULABLE = 'node.kubernetes.io/unschedulable';
/** The taint of each condition in each state (nodeConditionToTaintKeyStatusMap). */
const CONDITION_TAINTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Ready: { False: NOT_READY, Unknown: UNREACHABLE },
  MemoryPressure: { True: 'node.kubernetes.io/memory-pressure' },
  DiskPressure: { True: 'node.kubernetes.io/disk-pressure' },
  PIDPressure: { True: 'node.kubernetes.io/pid-pressure' },
  NetworkUnavailable: { True: 'node.kubernetes.io/network-unavailable' },
};
const OURS = new Set([UNSCHEDULABLE, ...Object.values(CONDITION_TAINTS).flatMap((keys) => Object.values(keys))]);
/** Labels of old that follow their successors (labelReconcileInfo). */
const FOLLOWING_LABELS = [
  ['kubernetes.io/os', 'beta.kubernetes.io/os'],
  ['kubernetes.io/arch', 'beta.kubernetes.io/arch'],
] as const;
/** The key under which the zones are looked at; no node can be called so. */
const ZONES = '#zones';

type NodeCondition = NonNullable<NonNullable<Node['status']>['conditions']>[number];

const conditionOf = (node: Node, type: string): NodeCondition | undefined =>
  node.status?.conditions?.find((condition) => condition.type === type);

const isTainted = ({ spec }: Node, key: string, effect: Taint['effect']): boolean =>
  spec.taints?.some((taint) => taint.key === key && taint.effect === effect) === true;

/** A node without some of its taints and with others (SwapNodeControllerTaint). */
function swapTaints(
  context: ControllerContext,
  node: Node,
  isRemoved: (taint: Taint) => boolean,
  added: readonly Pick<Taint, 'key' | 'effect'>[],
): Node {
  const present = node.spec.taints ?? [];
  const missing = added.filter(({ key, effect }) => !isTainted(node, key, effect));
  if (missing.length === 0 && !present.some(isRemoved)) return node;
  const timeAdded = formatTime(context.now());
  const taints = [
    ...present.filter((taint) => !isRemoved(taint)),
    ...missing.map(({ key, effect }): Taint => ({ key, effect, timeAdded })),
  ];
  const { taints: _, ...spec } = node.spec;
  return must(context.client.update(NODES, { ...node, spec: taints.length > 0 ? { ...spec, taints } : spec }));
}

/** The NoSchedule taints that a node's state calls for, and no others (doNoScheduleTaintingPass). */
function syncNoSchedule(context: ControllerContext, node: Node): Node {
  const keys = (node.status?.conditions ?? []).flatMap(({ type, status }) => CONDITION_TAINTS[type]?.[status] ?? []);
  if (node.spec.unschedulable === true) keys.push(UNSCHEDULABLE);
  return swapTaints(
    context,
    node,
    ({ key, effect }) => effect === 'NoSchedule' && OURS.has(key) && !keys.includes(key),
    keys.map((key) => ({ key, effect: 'NoSchedule' })),
  );
}

const isNoExecute = ({ key, effect }: Taint): boolean =>
  effect === 'NoExecute' && (key === NOT_READY || key === UNREACHABLE);

/** Puts a lost node in the row of those that are tainted NoExecute, or takes the taint back (processTaintBaseEviction). */
function syncNoExecute(context: ControllerContext, node: Node): void {
  const ready = conditionOf(node, 'Ready')?.status;
  const tainter = noExecuteTainterOf(context);
  if (ready === 'True') {
    tainter.remove(node.metadata.name);
    swapTaints(context, node, isNoExecute, []);
  }
  if (ready !== 'False' && ready !== 'Unknown') return;
  const [key, opposite] = ready === 'False' ? [NOT_READY, UNREACHABLE] : [UNREACHABLE, NOT_READY];
  if (isTainted(node, opposite, 'NoExecute')) taintNoExecute(context, node);
  else if (tainter.add(node, !isTainted(node, key, 'NoExecute'))) context.requeueAfter(ZONES, TAINT_MS);
}

function taintNoExecute(context: ControllerContext, node: Node): void {
  const ready = conditionOf(node, 'Ready')?.status;
  if (ready === 'True' || ready === undefined) return;
  const key = ready === 'False' ? NOT_READY : UNREACHABLE;
  swapTaints(context, node, (taint) => isNoExecute(taint) && taint.key !== key, [{ key, effect: 'NoExecute' }]);
}

/** Looks at the zones' health, then taints the nodes whose turn it is. */
function syncZones(context: ControllerContext): void {
  const tainter = noExecuteTainterOf(context);
  const nodes = context.client.list(NODES);
  const change = tainter.review(context, nodes);
  if (change === 'entered')
    for (const node of nodes) {
      tainter.remove(node.metadata.name);
      swapTaints(context, node, isNoExecute, []);
    }
  if (change === 'exited') {
    const silent = silentSince.get(context.kubelets);
    for (const name of silent?.keys() ?? []) silent?.set(name, context.now());
  }
  const { names, next } = tainter.take(context);
  for (const name of names) {
    const node = context.client.get(NODES, undefined, name);
    if (node) taintNoExecute(context, node);
  }
  if (next !== undefined) context.requeueAfter(ZONES, next - context.now());
}

/** The labels of old are what their successors are (reconcileNodeLabels). */
function syncLabels(context: ControllerContext, node: Node): Node {
  const { labels } = node.metadata;
  const behind = FOLLOWING_LABELS.filter(([of, by]) => labels?.[of] !== undefined && labels[by] !== labels[of]);
  if (behind.length === 0) return node;
  const followed = Object.fromEntries(behind.map(([of, by]) => [by, labels?.[of] ?? '']));
  return must(
    context.client.update(NODES, { ...node, metadata: { ...node.metadata, labels: { ...labels, ...followed } } }),
  );
}

/** A pod on a node that is not ready is not ready either (MarkPodsNotReady). */
function markPods(context: ControllerContext, node: Node): void {
  for (const pod of context.client.byIndex(PODS_BY_NODE, node.metadata.name)) {
    if (!isPodReady(pod) || isPodTerminal(pod)) continue;
    const lastTransitionTime = formatTime(context.now()) as never;
    const conditions = (pod.status?.conditions ?? []).map((one) =>
      one.type === 'Ready' ? { ...one, status: 'False', lastTransitionTime } : one,
    );
    must(context.client.updateStatus(PODS, { ...pod, status: { ...pod.status, conditions } }));
    context.events.event({ object: pod }, 'Warning', 'NodeNotReady', 'Node is not ready');
  }
}

/** The conditions of a node whose kubelet is silent, or has never said anything. */
function lostConditions(node: Node, time: never): NodeCondition[] {
  const known = node.status?.conditions ?? [];
  const lost = { status: 'Unknown', lastTransitionTime: time };
  const unknown = known.map((one) =>
    HEARTBEATS.includes(one.type) && one.status !== 'Unknown'
      ? { ...one, ...lost, reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.' }
      : one,
  );
  const missing = HEARTBEATS.filter((type) => !known.some((one) => one.type === type)).map((type) => ({
    type,
    ...lost,
    lastHeartbeatTime: node.metadata.creationTimestamp as never,
    reason: 'NodeStatusNeverUpdated',
    message: 'Kubelet never posted node status.',
  }));
  return [...unknown, ...missing];
}

const silentSince = new Attached<object, Map<string, number>>();

/** Declares a node lost whose kubelet has been away for the grace period. */
function watchHeartbeat(context: ControllerContext, node: Node): Node {
  const { name } = node.metadata;
  const known = silentSince.get(context.kubelets) ?? new Map<string, number>();
  silentSince.set(context.kubelets, known);
  if (context.kubelets.has(name) || conditionOf(node, 'Ready')?.status === 'Unknown') {
    known.delete(name);
    return node;
  }
  const reported = conditionOf(node, 'Ready') !== undefined;
  const first = reported ? context.now() - RENEW_MS : (timeOf(node.metadata.creationTimestamp) ?? 0);
  const since = known.get(name) ?? first;
  known.set(name, since);
  if (since + (reported ? GRACE_MS : STARTUP_MS) > context.now()) return node;
  const time = formatTime(context.now()) as never;
  return must(
    context.client.updateStatus(NODES, { ...node, status: { ...node.status, conditions: lostConditions(node, time) } }),
  );
}

const startedAt = new Attached<object, number>();
const withKubelets = new Attached<object, true>();

/** Whether the cluster has kubelets at all, be they silent: a test of controllers alone has none. */
function hasKubelets({ kubelets }: ControllerContext): boolean {
  if (kubelets.size > 0) withKubelets.set(kubelets, true);
  return withKubelets.get(kubelets) === true;
}

const zoneLabels = (node: Node | undefined): string =>
  [REGION_LABEL, ZONE_LABEL, EXCLUDED_LABEL].map((name) => node?.metadata.labels?.[name] ?? '').join();

/** Tells of nodes that come and go; those that were there when the controller started are known to it. */
function announce({ type, object, previous }: WatchEvent<Node>, context: ControllerContext): readonly string[] {
  const { name } = object.metadata;
  const start = startedAt.get(context.kubelets) ?? context.now();
  startedAt.set(context.kubelets, start);
  const say = (reason: string, what: string): void => {
    context.events.event({ object }, 'Normal', reason, `Node ${name} event: ${what}`);
  };
  if (type === 'ADDED' && context.now() > start) say('RegisteredNode', `Registered Node ${name} in Controller`);
  if (type === 'DELETED') {
    say('RemovingNode', `Removing Node ${name} from Controller`);
    noExecuteTainterOf(context).remove(name);
  }
  const isZoneSame =
    type === 'MODIFIED' &&
    previous !== undefined &&
    conditionOf(previous, 'Ready')?.status === conditionOf(object, 'Ready')?.status &&
    zoneLabels(previous) === zoneLabels(object);
  return isZoneSame ? [name] : [name, ZONES];
}

/** Taints nodes by their conditions and finds lost ones (pkg/controller/nodelifecycle). */
export const nodeLifecycleController = defineController({
  name: 'node-lifecycle-controller',
  component: 'node-controller',
  sources: [watch(NODES, announce)],
  resync: {
    periodMs: PERIOD_MS,
    keys: ({ client, kubelets }) =>
      client
        .list(NODES)
        .filter((node) => !kubelets.has(node.metadata.name) && conditionOf(node, 'Ready')?.status !== 'Unknown')
        .map((node) => node.metadata.name),
  },
  reconcile: retrying((context, key) => {
    if (key === ZONES) {
      syncZones(context);
      return;
    }
    const found = context.client.get(NODES, undefined, key);
    if (!found) return;
    const before = conditionOf(found, 'Ready')?.status;
    const node = hasKubelets(context) ? watchHeartbeat(context, found) : found;
    const ready = conditionOf(node, 'Ready')?.status;
    if (ready !== 'True' && ready !== undefined) {
      if (before === 'True')
        context.events.event({ object: node }, 'Normal', 'NodeNotReady', `Node ${key} status is now: NodeNotReady`);
      markPods(context, node);
    }
    syncNoExecute(context, syncLabels(context, syncNoSchedule(context, node)));
  }),
});
