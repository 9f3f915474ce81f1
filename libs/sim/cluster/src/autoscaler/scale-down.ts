import { NODES, PODS, type Node, type Pod } from '@seatrial/apiserver';
import type { NodeGroup } from './node-group.js';
import { boundsOf } from './flags.js';
import { place, roomOf, type Room } from './pod-fit.js';
import { isDaemon, isMirror, isReady, nodesOf, podsByNode, type AutoscalerWorld } from './world.js';

const PREFIX = 'cluster-autoscaler.kubernetes.io';
const CANDIDATE = 'DeletionCandidateOfClusterAutoscaler';
const TO_BE_DELETED = 'ToBeDeletedByClusterAutoscaler';

type PodsByNode = ReadonlyMap<string, readonly Pod[]>;

/** The greater part of cpu and memory that a node's pods ask for (utilization.Calculate). */
function utilizationOf({ allocatable, used }: Room): { readonly cpu: number; readonly memory: number } {
  const part = (name: string): number => (used[name] ?? 0) / Math.max(allocatable[name] ?? 0, 1);
  return { cpu: part('cpu'), memory: part('memory') };
}

/** Whether a pod keeps its node (simulator/drain rules). */
function keepsNode(pod: Pod, { flags }: AutoscalerWorld): boolean {
  const { metadata, spec } = pod;
  const safe = metadata.annotations?.[`${PREFIX}/safe-to-evict`];
  if (safe === 'true') return false;
  if (safe === 'false') return true;
  if (!metadata.ownerReferences?.some(({ controller }) => controller === true)) return true;
  if (flags.skipSystemPods && metadata.namespace === 'kube-system') return true;
  const local = (spec.volumes ?? []).some(
    ({ hostPath, emptyDir }) => hostPath ?? (emptyDir && emptyDir.medium !== 'Memory'),
  );
  return flags.skipLocalStorage && local;
}

const movable = (pods: readonly Pod[]): Pod[] => pods.filter((pod) => !isDaemon(pod) && !isMirror(pod));

/** Whether a node could go: little asked of it, and every pod finds place elsewhere. */
function isUnneeded(world: AutoscalerWorld, node: Node, pods: PodsByNode): boolean {
  if (!isReady(node) || node.metadata.annotations?.[`${PREFIX}/scale-down-disabled`] === 'true') return false;
  const own = pods.get(node.metadata.name) ?? [];
  const { cpu, memory } = utilizationOf(roomOf(node, own));
  if (Math.max(cpu, memory) >= world.flags.utilization) return false;
  const moving = movable(own);
  if (moving.some((pod) => keepsNode(pod, world))) return false;
  const others = world.apiServer.store
    .list(NODES)
    .filter((other) => other !== node && isReady(other) && other.spec.unschedulable !== true)
    .filter((other) => !other.spec.taints?.some(({ key }) => key === TO_BE_DELETED))
    .map((other) => roomOf(other, pods.get(other.metadata.name) ?? []));
  return moving.every((pod) => place(others, pod));
}

/** Marks a node with a taint of the autoscaler's, or takes the mark away. */
function mark(
  world: AutoscalerWorld,
  name: string,
  key: string,
  effect: 'NoSchedule' | 'PreferNoSchedule' | undefined,
): void {
  const client = world.apiServer.client('cluster-autoscaler');
  const node = client.get(NODES, undefined, name);
  if (!node) return;
  const { taints = [], ...spec } = node.spec;
  const known = taints.some((taint) => taint.key === key);
  if (known === (effect !== undefined)) return;
  const left = effect
    ? [...taints, { key, value: String(Math.floor(world.now() / 1000)), effect }]
    : taints.filter((taint) => taint.key !== key);
  client.update(NODES, { ...node, spec: left.length > 0 ? { ...spec, taints: left } : spec });
}

function remove(world: AutoscalerWorld, group: NodeGroup, node: Node, pods: PodsByNode): void {
  const { name } = node.metadata;
  const { events, apiServer } = world;
  const own = pods.get(name) ?? [];
  const moving = movable(own);
  const status = world.statusMap();
  const { cpu, memory } = utilizationOf(roomOf(node, own));
  const what = cpu >= memory ? `cpu ${cpu}` : `memory ${memory}`;
  if (status && moving.length === 0)
    events.event({ object: status }, 'Normal', 'ScaleDownEmpty', `Scale-down: removing empty node "${name}"`);
  else if (status)
    events.event(
      { object: status },
      'Normal',
      'ScaleDown',
      `Scale-down: removing node ${name}, utilization: {${cpu} ${memory} 0 ${what}}, pods to reschedule: ${moving.map((pod) => pod.metadata.name).join(',')}`,
    );
  mark(world, name, TO_BE_DELETED, 'NoSchedule');
  events.event({ object: node }, 'Normal', 'ScaleDown', 'marked the node as toBeDeleted/unschedulable');
  const client = apiServer.client('cluster-autoscaler');
  for (const { metadata } of moving) {
    const evicted = client.createSubresource(PODS, metadata.namespace ?? '', metadata.name, 'eviction', {
      apiVersion: 'policy/v1',
      kind: 'Eviction',
      metadata: { name: metadata.name, namespace: metadata.namespace ?? '' },
    });
    const pod = evicted.ok && client.get(PODS, metadata.namespace, metadata.name);
    if (pod) events.event({ object: pod }, 'Normal', 'ScaleDown', 'deleting pod for node scale down');
  }
  world.unneededSince.delete(name);
  group.release(name);
}

/** Notes which nodes are not needed, and gives back those that have not been for long (core/scaledown). */
export function scaleDown(world: AutoscalerWorld): void {
  const { unneededSince, flags } = world;
  const pods = podsByNode(world);
  for (const group of world.groups) {
    let left = group.targetSize - boundsOf(group, flags).minSize;
    for (const node of nodesOf(world, group)) {
      const { name } = node.metadata;
      const unneeded = left > 0 && isUnneeded(world, node, pods);
      mark(world, name, CANDIDATE, unneeded ? 'PreferNoSchedule' : undefined);
      if (!unneeded) {
        unneededSince.delete(name);
        continue;
      }
      left--;
      const since = unneededSince.get(name) ?? world.now();
      unneededSince.set(name, since);
      const rested = world.now() - world.lastScaleUp >= flags.delayAfterAddMs;
      if (rested && world.now() - since >= flags.unneededMs) remove(world, group, node, pods);
    }
  }
}
