import type { Node, Pod } from '@seatrial/apiserver';
import { nodeFits, repelsPods, untolerated } from '@seatrial/kinds';
import { Quantity } from '@seatrial/schema';
import type { NodeProfile } from '../profile/cluster-profile.js';

/** Amounts by resource name; cpu in thousandths, the rest in whole units. */
export type Amounts = Readonly<Record<string, number>>;

const amount = (resource: string, text: string | undefined): number =>
  resource === 'cpu' ? Quantity.of(text).milliValue() : Quantity.of(text).toNumber();

function amountsOf(quantities: Readonly<Record<string, string>> | undefined): Record<string, number> {
  const amounts: Record<string, number> = {};
  for (const [name, text] of Object.entries(quantities ?? {})) amounts[name] = amount(name, text);
  return amounts;
}

/** What a pod takes of a node, itself counted as one pod. */
export function requestsOf(pod: Pod): Record<string, number> {
  const total: Record<string, number> = { pods: 1 };
  for (const { resources } of pod.spec.containers)
    for (const [name, value] of Object.entries(amountsOf(resources?.requests)))
      total[name] = (total[name] ?? 0) + value;
  for (const { resources } of pod.spec.initContainers ?? [])
    for (const [name, value] of Object.entries(amountsOf(resources?.requests)))
      total[name] = Math.max(total[name] ?? 0, value);
  return total;
}

export function add(amounts: Record<string, number>, more: Amounts): void {
  for (const [name, value] of Object.entries(more)) amounts[name] = (amounts[name] ?? 0) + value;
}

/** A node with what is left on it; real, or one that a group could have. */
export interface Room {
  readonly node: Node;
  readonly allocatable: Amounts;
  readonly used: Record<string, number>;
}

export function roomOf(node: Node, pods: readonly Pod[]): Room {
  const used: Record<string, number> = {};
  for (const pod of pods) add(used, requestsOf(pod));
  return { node, allocatable: amountsOf(node.status?.allocatable), used };
}

/** An empty machine of a group, with the daemons that every node runs. */
export function templateRoom(profile: NodeProfile, daemons: Amounts): Room {
  const labels = {
    'kubernetes.io/arch': 'amd64',
    'kubernetes.io/hostname': profile.name,
    'kubernetes.io/os': 'linux',
    ...profile.labels,
  };
  const node = {
    metadata: { name: profile.name, labels },
    spec: { taints: profile.taints },
    status: { allocatable: profile.allocatable },
  } as unknown as Node;
  return { node, allocatable: amountsOf(profile.allocatable), used: { ...daemons } };
}

/** Why a pod does not fit, in the scheduler's words; none where it does. */
export function misfit({ node, allocatable, used }: Room, pod: Pod): string[] {
  if (!nodeFits(pod.spec, node)) return ["node(s) didn't match Pod's node affinity/selector"];
  const taints = (node.spec.taints ?? []).filter(({ key }) => !key.includes('ClusterAutoscaler'));
  if (untolerated(taints, pod.spec.tolerations ?? [], repelsPods)) return ['node(s) had untolerated taint(s)'];
  const short: string[] = [];
  for (const [name, value] of Object.entries(requestsOf(pod)))
    if (value > 0 && (used[name] ?? 0) + value > (allocatable[name] ?? 0))
      short.push(name === 'pods' ? 'Too many pods' : `Insufficient ${name}`);
  return short;
}

/** Puts a pod into the first room that has place for it. */
export function place(rooms: readonly Room[], pod: Pod): boolean {
  const found = rooms.find((room) => misfit(room, pod).length === 0);
  if (found) add(found.used, requestsOf(pod));
  return found !== undefined;
}
