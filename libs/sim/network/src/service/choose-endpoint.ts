import type { Service } from '@seatrial/apiserver';
import type { RandomSource } from '@seatrial/kernel';
import { usableOf, type Endpoint, type ServiceTable } from './service-table.js';

/** What kube-proxy's rules do with a packet for a service. */
export type EndpointChoice =
  | { readonly kind: 'endpoint'; readonly endpoint: Endpoint }
  /** No endpoints: REJECT, the client sees a refused connection. */
  | { readonly kind: 'reject' }
  /** A local traffic policy without local endpoints: dropped. */
  | { readonly kind: 'drop' };

/** Which endpoints a client was sent to before (ClientIP affinity), with the time. */
export type AffinityTable = Map<string, { readonly address: string; readonly time: number }>;

const AFFINITY_SECONDS = 10_800;

/** Chooses as kube-proxy in iptables mode does: at random among the usable endpoints (pkg/proxy topology.go). */
export function chooseEndpoint(
  table: ServiceTable,
  service: Service,
  portName: string,
  traffic: {
    readonly nodeName: string | undefined;
    readonly zoneOf: (nodeName: string) => string | undefined;
    /** The traffic policy that counts; what comes from within the cluster to an outer address counts as Cluster. */
    readonly policy: string | undefined;
    readonly client: string;
    readonly now: number;
  },
  random: RandomSource,
  affinity: AffinityTable,
): EndpointChoice {
  const everywhere = table.usable(service, portName);
  const usable =
    traffic.policy === 'Local' ? usableOnNode(table, service, portName, traffic.nodeName) : nearby(everywhere, traffic);
  if (usable.length === 0) return { kind: everywhere.length > 0 ? 'drop' : 'reject' };
  if (service.spec.sessionAffinity !== 'ClientIP')
    return { kind: 'endpoint', endpoint: usable[random.below(usable.length)] };
  const seconds = service.spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? AFFINITY_SECONDS;
  const key = `${service.metadata.uid}/${portName}/${traffic.client}`;
  const before = affinity.get(key);
  const kept =
    before && traffic.now - before.time < seconds * 1000
      ? usable.find((endpoint) => endpoint.address === before.address)
      : undefined;
  const endpoint = kept ?? usable[random.below(usable.length)];
  affinity.set(key, { address: endpoint.address, time: traffic.now });
  return { kind: 'endpoint', endpoint };
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

/** The endpoints that a node's proxy uses where all of them carry hints: those for its node, else those for its zone. */
function nearby(
  usable: readonly Endpoint[],
  {
    nodeName,
    zoneOf,
  }: { readonly nodeName: string | undefined; readonly zoneOf: (nodeName: string) => string | undefined },
): readonly Endpoint[] {
  if (nodeName === undefined || !usable[0]?.ready) return usable;
  if (usable.every(({ forNodes }) => forNodes.length > 0)) {
    const own = usable.filter(({ forNodes }) => forNodes.includes(nodeName));
    if (own.length > 0) return own;
  }
  if (!usable.every(({ forZones }) => forZones.length > 0)) return usable;
  const zone = zoneOf(nodeName) ?? '';
  const near = usable.filter(({ forZones }) => forZones.includes(zone));
  return near.length > 0 ? near : usable;
}
