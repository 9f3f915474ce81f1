import { NODES, type Pod, type Node } from '@seatrial/apiserver';
import { Quantity } from '@seatrial/schema';
import type { NodeContext } from '../node/node-context.js';

/** Why the kubelet refuses a pod that was bound to its node. */
export interface Rejection {
  readonly reason: string;
  readonly message: string;
}

const RESOURCES = ['cpu', 'memory', 'ephemeral-storage'] as const;

/** What scheduling counts for a pod: the containers' sum or the largest init container (resource helpers PodRequests). */
function podRequest(pod: Pod, resource: string): number {
  const of = (requests: Readonly<Record<string, string>> | undefined): number => {
    const value = requests?.[resource];
    if (value === undefined) return 0;
    return resource === 'cpu' ? Quantity.of(value).milliValue() : Quantity.of(value).toNumber();
  };
  const main = pod.spec.containers.reduce((sum, container) => sum + of(container.resources?.requests), 0);
  let sidecars = 0;
  let init = 0;
  for (const container of pod.spec.initContainers ?? []) {
    const value = of(container.resources?.requests);
    if (container.restartPolicy === 'Always') sidecars += value;
    init = Math.max(init, value + (container.restartPolicy === 'Always' ? sidecars - value : sidecars));
  }
  return Math.max(main + sidecars, init) + of(pod.spec.overhead);
}

const isOver = (pod: Pod): boolean => pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';

function selectorMatches(pod: Pod, node: Node): boolean {
  const labels = node.metadata.labels ?? {};
  if (!Object.entries(pod.spec.nodeSelector ?? {}).every(([key, value]) => labels[key] === value)) return false;
  const required = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  if (!required) return true;
  return required.nodeSelectorTerms.some((term) =>
    (term.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
      const value = labels[key] as string | undefined;
      if (operator === 'In') return value !== undefined && values.includes(value);
      if (operator === 'NotIn') return value === undefined || !values.includes(value);
      if (operator === 'Exists') return value !== undefined;
      if (operator === 'DoesNotExist') return value === undefined;
      if (value === undefined) return false;
      return operator === 'Gt' ? Number(value) > Number(values[0]) : Number(value) < Number(values[0]);
    }),
  );
}

/** The kubelet's own check of a pod that asks for anything (pkg/kubelet/lifecycle/predicate.go). `others`: pods it runs. */
export function admitPod(context: NodeContext, pod: Pod, others: () => readonly Pod[]): Rejection | undefined {
  const node = context.apiServer.store.get(NODES, undefined, context.node.name);
  if (!node) return undefined;
  if (!selectorMatches(pod, node))
    return {
      reason: 'NodeAffinity',
      message: "Pod was rejected: Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
    };
  const asked = RESOURCES.map((resource) => podRequest(pod, resource));
  if (asked.every((value) => value === 0)) return undefined;
  const running = others().filter((other) => other.metadata.uid !== pod.metadata.uid && !isOver(other));
  for (const [index, resource] of RESOURCES.entries()) {
    if (asked[index] === 0) continue;
    const capacity = context.node.allocatable[resource] as string | undefined;
    if (capacity === undefined) continue;
    const limit = resource === 'cpu' ? Quantity.of(capacity).milliValue() : Quantity.of(capacity).toNumber();
    const used = running.reduce((sum, other) => sum + podRequest(other, resource), 0);
    if (used + asked[index] <= limit) continue;
    return {
      reason: `OutOf${resource}`,
      message: `Pod was rejected: Node didn't have enough resource: ${resource}, requested: ${asked[index]}, used: ${used}, capacity: ${limit}`,
    };
  }
  return undefined;
}
