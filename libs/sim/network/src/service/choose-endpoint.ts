import { NODES, type Service } from '@seatrial/apiserver';
import type { NetworkGraph } from '../network-graph.js';
import { usableOf, type Endpoint, type ServiceTable } from './service-table.js';

/** Which endpoints a client was sent to before (ClientIP affinity), with the time. */
export type AffinityTable = Map<string, { readonly address: string; readonly time: number }>;

const AFFINITY_SECONDS = 10_800;

/** A packet on its way to a service. */
export interface Traffic {
  readonly nodeName: string | undefined;
  /** The traffic policy that counts; what comes from within the cluster to an outer address counts as Cluster. */
  readonly policy: string | undefined;
  readonly client: string;
}

/**
 * Chooses as kube-proxy in iptables mode does: at random among the usable endpoints (pkg/proxy topology.go). Without
 * endpoints it is a REJECT (the client sees a refused connection); without local ones, where the policy is Local, it is
 * dropped.
 */
export function chooseEndpoint(
  table: ServiceTable,
  service: Service,
  portName: string,
  traffic: Traffic,
  graph: Pick<NetworkGraph, 'store' | 'simulation' | 'random' | 'affinity'>,
): Endpoint | 'reject' | 'drop' {
  const everywhere = table.usable(service, portName);
  const usable =
    traffic.policy === 'Local'
      ? usableOnNode(table, service, portName, traffic.nodeName)
      : nearby(everywhere, traffic.nodeName, graph);
  if (usable.length === 0) return everywhere.length > 0 ? 'drop' : 'reject';
  const { random, affinity } = graph;
  if (service.spec.sessionAffinity !== 'ClientIP') return usable[random.below(usable.length)];
  const now = graph.simulation.now();
  const seconds = service.spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? AFFINITY_SECONDS;
  const key = `${service.metadata.uid}/${portName}/${traffic.client}`;
  const before = affinity.get(key);
  const kept =
    before && now - before.time < seconds * 1000
      ? usable.find((endpoint) => endpoint.address === before.address)
      : undefined;
  const endpoint = kept ?? usable[random.below(usable.length)];
  affinity.set(key, { address: endpoint.address, time: now });
  return endpoint;
}

function usableOnNode(
  table: ServiceTable,
  { metadata }: Service,
  portName: string,
  nodeName: string | undefined,
): readonly Endpoint[] {
  const all = table.endpoints(metadata.namespace ?? '', metadata.name, portName);
  return usableOf(all.filter((endpoint) => endpoint.nodeName === nodeName));
}

const zoneOf = ({ store }: Pick<NetworkGraph, 'store'>, nodeName: string): string =>
  store.get(NODES, undefined, nodeName)?.metadata.labels?.['topology.kubernetes.io/zone'] ?? '';

/** The endpoints that a node's proxy uses where all of them carry hints: those for its node, else those for its zone. */
function nearby(
  usable: readonly Endpoint[],
  nodeName: string | undefined,
  graph: Pick<NetworkGraph, 'store'>,
): readonly Endpoint[] {
  if (nodeName === undefined || usable.length === 0) return usable;
  const [{ ready, forNodes: nodes, forZones: zones }] = usable;
  // All must carry hints: mostly none does.
  if (!ready || (nodes.length === 0 && zones.length === 0)) return usable;
  if (usable.every(({ forNodes }) => forNodes.length > 0)) {
    const own = usable.filter(({ forNodes }) => forNodes.includes(nodeName));
    if (own.length > 0) return own;
  }
  if (!usable.every(({ forZones }) => forZones.length > 0)) return usable;
  const zone = zoneOf(graph, nodeName);
  const near = usable.filter(({ forZones }) => forZones.includes(zone));
  return near.length > 0 ? near : usable;
}
