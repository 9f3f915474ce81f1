import { formatIpv4, inRange, parseIpv4 } from './address.js';
import { senderOf, type NetworkGraph } from './network-graph.js';
import type { NetworkNamespace } from './network-namespace.js';
import { route } from './route.js';

/** Whether an ICMP echo from a namespace is answered. */
export function answersEcho(graph: NetworkGraph, namespace: NetworkNamespace, address: string): boolean {
  if (namespace.owns(address)) return true;
  if (!namespace.reachable) return false;
  const node = graph.nodeByAddress.get(address);
  if (node) return node.namespace.reachable;
  const pod = graph.podByAddress.get(address);
  if (pod) {
    if (!pod.reachable || graph.nodes.get(pod.nodeName ?? '')?.namespace.reachable === false) return false;
    return !isForbidden(graph, namespace, pod, address);
  }
  if (graph.outside.at(address)) return !isForbidden(graph, namespace, undefined, address);
  if (graph.surroundings?.answersPing(senderOf(graph, namespace), address) === true) return true;
  graph.outside.unknownAddress(address);
  return false;
}

/** The machines that pass a packet on: a pod's node and the other end's, when they are two; those of the way outside. */
export function routersBetween(graph: NetworkGraph, { pod, nodeName }: NetworkNamespace, address: string): number {
  const outside = graph.outside.at(address);
  if (outside?.distance) return outside.distance.routers + (pod ? 1 : 0);
  const other = graph.podByAddress.get(address);
  const there = other?.nodeName ?? graph.nodeByAddress.get(address)?.name;
  if (there === undefined || there === nodeName) return 0;
  return (pod ? 1 : 0) + (other ? 1 : 0);
}

/** How long an echo is on its way outside, ms; none within the cluster. */
export const roundTripOf = (graph: NetworkGraph, address: string): number =>
  graph.outside.at(address)?.distance?.ms ?? 0;

/** Echoes have no port: where policies isolate a pod, only rules without ports let them through. */
function isForbidden(
  graph: NetworkGraph,
  from: NetworkNamespace,
  to: NetworkNamespace | undefined,
  address: string,
): boolean {
  if (!graph.enforcesPolicy || (from.pod === undefined && from.nodeName === to?.nodeName)) return false;
  const podOf = ({ pod }: NetworkNamespace) => pod && graph.policy.podOf(pod.namespace, pod.name);
  const source = { address: from.addresses[0] ?? '', pod: podOf(from) };
  return graph.policy.refusal(source, { address, pod: to && podOf(to) }, 0, 'ICMP') !== undefined;
}

/** The machine that finds nobody at an address: the node of its pod range, else the asking one on its own network. */
export function unreachableFrom(graph: NetworkGraph, namespace: NetworkNamespace, address: string): string | undefined {
  if (graph.outside.at(address)) return undefined;
  const found = route(graph, namespace, address, 0, 'TCP');
  if (found.kind !== 'failure' || found.failure !== 'host-unreachable') return undefined;
  const value = parseIpv4(address);
  for (const node of graph.nodes.values())
    if (value !== undefined && inRange(node.range, value))
      return node.name === namespace.nodeName ? formatIpv4(node.range.first + 1) : node.address;
  return namespace.addresses[0];
}
