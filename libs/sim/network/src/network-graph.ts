import type { ObjectReader } from '@seatrial/apiserver';
import type { RandomSource, Simulation } from '@seatrial/kernel';
import { AddressPool, type AddressRange } from './address.js';
import type { ClusterDns } from './dns/cluster-dns.js';
import type { NetworkProfile, Sender, Surroundings } from './network-fabric.js';
import type { OutsideWorld } from './outside/outside-world.js';
import type { NetworkNamespace } from './network-namespace.js';
import type { PolicyEnforcement } from './policy/policy-enforcement.js';
import type { AffinityTable } from './service/choose-endpoint.js';
import type { ProxyRules } from './service/proxy-rules.js';
import type { ServiceTable } from './service/service-table.js';

export interface NodeNetwork {
  readonly name: string;
  readonly address: string;
  readonly namespace: NetworkNamespace;
  readonly range: AddressRange;
  readonly pool: AddressPool;
  /** `80/TCP` → where it leads (portmap). */
  readonly hostPorts: Map<string, { readonly address: string; readonly port: number }>;
}

/** Everything that packets can reach. */
export interface NetworkGraph {
  readonly simulation: Simulation;
  readonly store: ObjectReader;
  readonly profile: NetworkProfile;
  readonly random: RandomSource;
  /** The services as they are, for names. */
  readonly services: ServiceTable;
  /** The services as the nodes' proxies know them, for packets. */
  readonly rules: ProxyRules;
  /** The service rules of nodes whose proxy is not at work: none, or those that it left. Other nodes have all. */
  readonly stale: Map<string, ServiceTable | undefined>;
  readonly dns: ClusterDns;
  readonly policy: PolicyEnforcement;
  /** Whether NetworkPolicies are enforced: by the profile's CNI, or by one that was installed since. */
  enforcesPolicy: boolean;
  readonly affinity: AffinityTable;
  readonly nodes: Map<string, NodeNetwork>;
  readonly nodeByAddress: Map<string, NodeNetwork>;
  readonly podByAddress: Map<string, NetworkNamespace>;
  readonly outside: OutsideWorld;
  /** The service address range, as far as it is known. */
  readonly serviceRange: AddressRange | undefined;
  surroundings: Surroundings | undefined;
}

/** Who a namespace's packets come from for somebody outside of the cluster. */
export function senderOf(graph: NetworkGraph, { addresses, nodeName, pod }: NetworkNamespace): Sender {
  const node = pod && graph.nodes.get(nodeName ?? '');
  return { address: node?.address ?? addresses[0] ?? '', nodeName, isPod: pod !== undefined };
}

/** The service rules that packets meet which come from a node, or into it. */
export function rulesOn(graph: NetworkGraph, nodeName: string | undefined): ServiceTable | undefined {
  if (nodeName === undefined || !graph.stale.has(nodeName)) return graph.rules.now();
  return graph.stale.get(nodeName);
}
