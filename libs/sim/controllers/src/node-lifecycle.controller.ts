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
import { Attached, jsonEqual } from '@seatrial/kernel';
import type { Taint } from '@seatrial/kinds';
import { formatTime } from '@seatrial/schema';
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
const HEARTBEATS = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'];
/** A lease is renewed this often: when a kubelet is found missing, its last renewal may be that old. */
const RENEW_MS = 10_000;
const NOT_READY = 'node.kubernetes.io/not-ready';
const UNREACHABLE = 'node.kubernetes.io/unreachable';
const UNSCHEDULABLE = 'node.kubernetes.io/unschedulable';
const PRESSURES: Readonly<Record<string, string>> = {
  MemoryPressure: 'node.kubernetes.io/memory-pressure',
  DiskPressure: 'node.kubernetes.io/disk-pressure',
  PIDPressure: 'node.kubernetes.io/pid-pressure',
  NetworkUnavailable: 'node.kubernetes.io/network-unavailable',
};
const OURS = new Set([NOT_READY, UNREACHABLE, UNSCHEDULABLE, ...Object.values(PRESSURES)]);

type NodeCondition = NonNullable<NonNullable<Node['status']>['conditions']>[number];

const conditionOf = (node: Node, type: string): NodeCondition | undefined =>
  node.status?.conditions?.find((condition) => condition.type === type);

/** The taints that a node's state calls for. */
function wantedTaints(node: Node): (readonly [key: string, effect: Taint['effect']])[] {
  const taints: (readonly [string, Taint['effect']])[] = [];
  const ready = conditionOf(node, 'Ready')?.status;
  if (ready === 'False') taints.push([NOT_READY, 'NoSchedule'], [NOT_READY, 'NoExecute']);
  if (ready === 'Unknown') taints.push([UNREACHABLE, 'NoSchedule'], [UNREACHABLE, 'NoExecute']);
  for (const [type, key] of Object.entries(PRESSURES))
    if (conditionOf(node, type)?.status === 'True') taints.push([key, 'NoSchedule']);
  if (node.spec.unschedulable === true) taints.push([UNSCHEDULABLE, 'NoSchedule']);
  return taints;
}

function syncTaints(context: ControllerContext, node: Node): void {
  const wanted = wantedTaints(node);
  const present = node.spec.taints ?? [];
  const kept = present.filter(
    ({ key, effect }) => !OURS.has(key) || wanted.some(([name, what]) => name === key && what === effect),
  );
  const added = wanted
    .filter(([key, effect]) => !present.some((taint) => taint.key === key && taint.effect === effect))
    .map(([key, effect]): Taint => ({ key, effect, timeAdded: formatTime(context.now()) }));
  const taints = [...kept, ...added];
  if (jsonEqual(taints, present)) return;
  const { taints: _, ...spec } = node.spec;
  must(context.client.update(NODES, { ...node, spec: taints.length > 0 ? { ...spec, taints } : spec }));
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

/** Tells of nodes that come and go; those that were there when the controller started are known to it. */
function announce({ type, object }: WatchEvent<Node>, context: ControllerContext): readonly string[] {
  const { name } = object.metadata;
  const start = startedAt.get(context.kubelets) ?? context.now();
  startedAt.set(context.kubelets, start);
  const say = (reason: string, what: string): void => {
    context.events.event({ object }, 'Normal', reason, `Node ${name} event: ${what}`);
  };
  if (type === 'ADDED' && context.now() > start) say('RegisteredNode', `Registered Node ${name} in Controller`);
  if (type === 'DELETED') say('RemovingNode', `Removing Node ${name} from Controller`);
  return [name];
}

/** Taints nodes by their conditions and finds lost ones (pkg/controller/nodelifecycle). */
export const nodeLifecycleController = defineController({
  name: 'node-lifecycle-controller',
  component: 'node-controller',
  sources: [watch(NODES, announce)],
  resync: {
    periodMs: PERIOD_MS,
    keys: ({ client, kubelets }) =>
      client.list(NODES).length === kubelets.size
        ? []
        : client
            .list(NODES)
            .filter((node) => !kubelets.has(node.metadata.name) && conditionOf(node, 'Ready')?.status !== 'Unknown')
            .map((node) => node.metadata.name),
  },
  reconcile: retrying((context, key) => {
    const found = context.client.get(NODES, undefined, key);
    if (!found) return;
    const before = conditionOf(found, 'Ready')?.status;
    const node = context.kubelets.size > 0 ? watchHeartbeat(context, found) : found;
    const ready = conditionOf(node, 'Ready')?.status;
    if (ready !== 'True' && ready !== undefined) {
      if (before === 'True')
        context.events.event({ object: node }, 'Normal', 'NodeNotReady', `Node ${key} status is now: NodeNotReady`);
      markPods(context, node);
    }
    syncTaints(context, node);
  }),
});
