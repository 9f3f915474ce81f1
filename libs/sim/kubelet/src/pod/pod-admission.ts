import { NODES, podAmounts, requestsNothing, type Pod } from '@seatrial/apiserver';
import { nodeFits, untolerated } from '@seatrial/kinds';
import { Quantity } from '@seatrial/schema';
import type { NodeContext } from '../node/node-context.js';
import { forbiddenSysctl } from './sysctl.js';

/** Why the kubelet does not take a pod, or a resize of it, now. */
export interface Rejection {
  readonly reason: string;
  readonly message: string;
}

/** The pods of a node, with what is allocated to them. */
export interface NodePods {
  /** How many there are, ended ones included. */
  readonly count: () => number;
  readonly list: () => readonly Pod[];
}

const RESOURCES = ['cpu', 'memory', 'ephemeral-storage'] as const;
const inUnits = (resource: string, amount: Quantity): number =>
  resource === 'cpu' ? amount.milliValue() : amount.toNumber();

/** What counts of a pod against its node: thousandths of CPUs, or bytes. */
export function podRequest(pod: Pod, resource: string): number {
  if (requestsNothing(pod)) return 0;
  return inUnits(resource, podAmounts(pod, 'requests').get(resource) ?? Quantity.zero);
}

const isOver = (pod: Pod): boolean => pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';

/** A resource that a node has too little of for a pod. */
export interface Shortage {
  readonly resource: string;
  readonly requested: number;
  readonly used: number;
  readonly capacity: number;
}

/** Makes room for a pod; the answer says why that cannot be. */
export type MakeRoom = (shortages: readonly Shortage[]) => string | undefined;

const outOf = ({ resource, requested, used, capacity }: Shortage): Rejection => ({
  reason: `OutOf${resource}`,
  message: `Node didn't have enough resource: ${resource}, requested: ${requested}, used: ${used}, capacity: ${capacity}`,
});

const NO_SHORTAGES: readonly Shortage[] = [];

function shortagesFor(
  context: NodeContext,
  pod: Pod,
  count: number,
  running: () => readonly Pod[],
): readonly Shortage[] {
  let found = NO_SHORTAGES;
  const pods = context.node.allocatable['pods'] as string | undefined;
  if (pods !== undefined && count + 1 > Number(pods) && running().length + 1 > Number(pods))
    found = [{ resource: 'pods', requested: 1, used: running().length, capacity: Number(pods) }];
  for (const resource of RESOURCES) {
    const requested = podRequest(pod, resource);
    const allocatable = context.node.allocatable[resource] as string | undefined;
    if (requested === 0 || allocatable === undefined) continue;
    const capacity = inUnits(resource, Quantity.of(allocatable));
    const used = running().reduce((sum, other) => sum + podRequest(other, resource), 0);
    if (used + requested > capacity) found = [...found, { resource, requested, used, capacity }];
  }
  return found;
}

const NO_PORTS: readonly string[] = [];

const hostPortsOf = (pod: Pod): readonly string[] =>
  !pod.spec.containers.some(({ ports }) => ports)
    ? NO_PORTS
    : pod.spec.containers.flatMap((container) =>
        (container.ports ?? []).flatMap(({ hostPort, protocol = 'TCP' }) =>
          hostPort ? [`${protocol} ${hostPort}`] : [],
        ),
      );

function predicate(name: string, why: string): Rejection {
  return { reason: name, message: `Predicate ${name} failed: ${why}` };
}

const rejected = (reason: string, message: string): Rejection => ({ reason, message });

/**
 * The kubelet's own check of a pod (pkg/kubelet/sysctl allowlist.go, lifecycle/predicate.go). `others`: the node's pods,
 * this one may be among them. `makeRoom`: what a critical pod has done when resources are all that it lacks.
 */
export function admitPod(context: NodeContext, pod: Pod, others: NodePods, makeRoom?: MakeRoom): Rejection | undefined {
  const node = context.apiServer.store.get(NODES, undefined, context.node.name);
  if (!node) return undefined;
  const pressed = context.eviction.refusal(pod);
  if (pressed !== undefined) return rejected('Evicted', pressed);
  const sysctl = forbiddenSysctl(pod);
  if (sysctl !== undefined) return rejected('SysctlForbidden', `forbidden sysctl: ${sysctl}`);
  const labelled = pod.metadata.labels?.['kubernetes.io/os'];
  if (labelled !== undefined && labelled !== 'linux')
    return rejected(
      'PodOSSelectorNodeLabelDoesNotMatch',
      "Failed to admit pod as the `kubernetes.io/os` label doesn't match node label",
    );
  if (pod.spec.os && pod.spec.os.name !== 'linux')
    return rejected('PodOSNotSupported', "Failed to admit pod as the OS field doesn't match node OS");
  let known: readonly Pod[] | undefined;
  const running = (): readonly Pod[] =>
    (known ??= others.list().filter((other) => other.metadata.uid !== pod.metadata.uid && !isOver(other)));
  const shortages = shortagesFor(context, pod, others.count(), running);
  if (shortages.length > 0 && !makeRoom) return outOf(shortages[0]);
  if (!nodeFits(pod.spec, node)) return predicate('NodeAffinity', "node(s) didn't match Pod's node affinity/selector");
  const ports = hostPortsOf(pod);
  if (ports.length > 0 && running().some((other) => hostPortsOf(other).some((port) => ports.includes(port))))
    return predicate('NodePorts', "node(s) didn't have free ports for the requested pod ports");
  const refused = shortages.length > 0 ? makeRoom?.(shortages) : undefined;
  if (refused !== undefined)
    return rejected(
      'UnexpectedAdmissionError',
      `Unexpected error while attempting to recover from admission failure: ${refused}`,
    );
  if (untolerated(node.spec.taints ?? [], pod.spec.tolerations ?? [], (effect) => effect === 'NoExecute'))
    return predicate('TaintToleration', "node(s) had taints that the pod didn't tolerate");
  return undefined;
}
