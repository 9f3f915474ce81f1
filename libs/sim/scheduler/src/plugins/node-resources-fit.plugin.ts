import type { Node, Pod } from '@seatrial/apiserver';
import type { NodeInfo } from '../cache/node-info.js';
import { podRequests, resourcesOf } from '../cache/resources.js';
import { MAX_NODE_SCORE, definePlugin, podLeft, type ClusterEvent } from '../cycle/plugin.js';
import type { Resources } from '../cache/resources.js';

/** Most nodes have room: this is asked millions of times in a large cluster, so it allocates nothing. */
function hasRoom(requests: Resources, { allocatable, requested, pods }: NodeInfo): boolean {
  return (
    pods.size < allocatable.pods &&
    (requests.milliCpu === 0 || requests.milliCpu <= allocatable.milliCpu - requested.milliCpu) &&
    (requests.memory === 0 || requests.memory <= allocatable.memory - requested.memory) &&
    requests.ephemeralStorage === 0 &&
    requests.scalar.size === 0
  );
}

/** Which resources are short, with the texts of noderesources/fit.go. */
function shortages(requests: Resources, node: NodeInfo): { reasons: string[]; unresolvable: boolean } | undefined {
  const { allocatable, requested } = node;
  const reasons: string[] = [];
  let unresolvable = false;
  const check = (name: string, request: number, total: number, used: number): void => {
    if (request === 0 || request <= total - used) return;
    reasons.push(`Insufficient ${name}`);
    if (request > total) unresolvable = true;
  };
  if (node.pods.size + 1 > allocatable.pods) reasons.push('Too many pods');
  check('cpu', requests.milliCpu, allocatable.milliCpu, requested.milliCpu);
  check('memory', requests.memory, allocatable.memory, requested.memory);
  check('ephemeral-storage', requests.ephemeralStorage, allocatable.ephemeralStorage, requested.ephemeralStorage);
  for (const [name, request] of requests.scalar)
    check(name, request, allocatable.scalar.get(name) ?? 0, requested.scalar.get(name) ?? 0);
  return reasons.length > 0 ? { reasons, unresolvable } : undefined;
}

const freeShare = (used: number, total: number): number =>
  total === 0 || used > total ? 0 : Math.floor(((total - used) * MAX_NODE_SCORE) / total);

/** Some resource that is asked for is larger in one list than in another. */
function largerIn(requests: Resources, one: Resources, other: Resources): boolean {
  return (
    (requests.milliCpu > 0 && one.milliCpu > other.milliCpu) ||
    (requests.memory > 0 && one.memory > other.memory) ||
    (requests.ephemeralStorage > 0 && one.ephemeralStorage > other.ephemeralStorage) ||
    [...requests.scalar].some(
      ([name, request]) => request > 0 && (one.scalar.get(name) ?? 0) > (other.scalar.get(name) ?? 0),
    )
  );
}

/** isSchedulableAfterNodeChange: the pod fits the node when it is empty, and some of what it asks for has grown. */
function nodeMayFit(pod: Pod, { object, previous }: ClusterEvent): boolean {
  const [requests, total] = [podRequests(pod), resourcesOf((object as Node).status?.allocatable)];
  if (total.pods < 1 || largerIn(requests, requests, total)) return false;
  if (!previous) return true;
  const before = resourcesOf((previous as Node).status?.allocatable);
  return total.pods > before.pods || largerIn(requests, total, before);
}

/** isSchedulableAfterPodScaleDown: a pod on a node, or the pod itself, asks for less than before. */
function scaledDown(pod: Pod, { object, previous }: ClusterEvent): boolean {
  if (!previous) return false;
  const [before, after] = [podRequests(previous as Pod), podRequests(object as Pod)];
  if (object.metadata.uid === pod.metadata.uid) return largerIn(before, before, after);
  return Boolean((object as Pod).spec.nodeName) && largerIn(podRequests(pod), before, after);
}

/** CPU, memory, storage, pods and extended resources; scores by LeastAllocated. */
export const nodeResourcesFitPlugin = definePlugin<Resources, undefined>({
  name: 'NodeResourcesFit',
  local: true,
  weight: 1,
  preFilter: ({ info }) => ({ state: info.requests }),
  filter: (_cycle, node, requests) => (hasRoom(requests, node) ? undefined : shortages(requests, node)),
  preScore: () => ({ state: undefined }),
  score: ({ info }, node) => {
    const { milliCpu, memory } = node.allocatable;
    const resources = (milliCpu > 0 ? 1 : 0) + (memory > 0 ? 1 : 0);
    if (resources === 0) return 0;
    const sum =
      freeShare(node.nonZeroMilliCpu + info.nonZeroRequests.milliCpu, milliCpu) +
      freeShare(node.nonZeroMemory + info.nonZeroRequests.memory, memory);
    return Math.floor(sum / resources);
  },
  requeueOn: (event, pod) => {
    if (event.resource === 'pods') return podLeft(event) || scaledDown(pod, event);
    return event.resource === 'nodes' && event.type !== 'DELETED' && nodeMayFit(pod, event);
  },
});
