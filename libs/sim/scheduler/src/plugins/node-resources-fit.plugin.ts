import type { Node, Pod } from '@seatrial/apiserver';
import { jsonEqual } from '@seatrial/kernel';
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

function nodeMayFit(pod: Pod, { object, previous }: ClusterEvent): boolean {
  const node = object as Node;
  if (previous && jsonEqual((previous as Node).status?.allocatable, node.status?.allocatable)) return false;
  const [requests, total] = [podRequests(pod), resourcesOf(node.status?.allocatable)];
  return (
    requests.milliCpu <= total.milliCpu &&
    requests.memory <= total.memory &&
    requests.ephemeralStorage <= total.ephemeralStorage &&
    [...requests.scalar].every(([name, request]) => request <= (total.scalar.get(name) ?? 0))
  );
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
  requeueOn: (event, pod) =>
    podLeft(event) || (event.resource === 'nodes' && event.type !== 'DELETED' && nodeMayFit(pod, event)),
});
