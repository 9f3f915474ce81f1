import { NODES, type Node, type Pod } from '@seatrial/apiserver';
import { Quantity } from '@seatrial/schema';
import type { NodeContext } from '../node/node-context.js';
import { matchesTerms } from '../node/node-selector.js';
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
type Requests = Readonly<Record<string, string>> | undefined;

const quantity = (resource: string, value: string): number =>
  resource === 'cpu' ? Quantity.of(value).milliValue() : Quantity.of(value).toNumber();

/** True when nothing in the pod states a request. */
function statesNothing({ spec }: Pod): boolean {
  if (spec.overhead || spec.initContainers?.length || (spec as { readonly resources?: unknown }).resources)
    return false;
  for (const { resources } of spec.containers) if (resources?.requests) return false;
  return true;
}

/** What scheduling counts for a pod: its own request, or the containers' sum or the largest init container (resource helpers PodRequests). */
export function podRequest(pod: Pod, resource: string): number {
  if (statesNothing(pod)) return 0;
  const of = (requests: Requests): number => {
    const value = requests?.[resource];
    return value === undefined ? 0 : quantity(resource, value);
  };
  const own = (pod.spec as { readonly resources?: { readonly requests?: Requests } }).resources?.requests;
  if (own?.[resource] !== undefined) return of(own) + of(pod.spec.overhead);
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
  const { nodeSelector } = pod.spec;
  if (nodeSelector && !Object.entries(nodeSelector).every(([key, value]) => labels[key] === value)) return false;
  const required = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  if (!required) return true;
  return matchesTerms(required.nodeSelectorTerms, node);
}

function insufficient(
  context: NodeContext,
  pod: Pod,
  count: number,
  running: () => readonly Pod[],
): Rejection | undefined {
  const short = (resource: string, requested: number, used: number, capacity: number): Rejection => ({
    reason: `OutOf${resource}`,
    message: `Node didn't have enough resource: ${resource}, requested: ${requested}, used: ${used}, capacity: ${capacity}`,
  });
  const pods = context.node.allocatable['pods'] as string | undefined;
  if (pods !== undefined && count + 1 > Number(pods) && running().length + 1 > Number(pods))
    return short('pods', 1, running().length, Number(pods));
  for (const resource of RESOURCES) {
    const requested = podRequest(pod, resource);
    const allocatable = context.node.allocatable[resource] as string | undefined;
    if (requested === 0 || allocatable === undefined) continue;
    const capacity = quantity(resource, allocatable);
    const used = running().reduce((sum, other) => sum + podRequest(other, resource), 0);
    if (used + requested > capacity) return short(resource, requested, used, capacity);
  }
  return undefined;
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

function toleratesNoExecute(pod: Pod, node: Node): boolean {
  if (!node.spec?.taints) return true;
  const taints = node.spec.taints.filter((taint) => taint.effect === 'NoExecute');
  return taints.every((taint) =>
    (pod.spec.tolerations ?? []).some(
      ({ key = '', operator = 'Equal', value = '', effect = '' }) =>
        (effect === '' || effect === taint.effect) &&
        (key === '' ? operator === 'Exists' : key === taint.key) &&
        (operator === 'Exists' || value === (taint.value ?? '')),
    ),
  );
}

const rejected = (reason: string, message: string): Rejection => ({ reason, message });

/**
 * The kubelet's own check of a pod (pkg/kubelet/sysctl allowlist.go, lifecycle/predicate.go). `others`: the node's pods,
 * this one may be among them.
 */
export function admitPod(context: NodeContext, pod: Pod, others: NodePods): Rejection | undefined {
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
  const short = insufficient(context, pod, others.count(), running);
  if (short) return short;
  if (!selectorMatches(pod, node))
    return predicate('NodeAffinity', "node(s) didn't match Pod's node affinity/selector");
  const ports = hostPortsOf(pod);
  if (ports.length > 0 && running().some((other) => hostPortsOf(other).some((port) => ports.includes(port))))
    return predicate('NodePorts', "node(s) didn't have free ports for the requested pod ports");
  if (!toleratesNoExecute(pod, node))
    return predicate('TaintToleration', "node(s) had taints that the pod didn't tolerate");
  return undefined;
}
