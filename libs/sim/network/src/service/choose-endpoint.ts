import type { Service } from '@seatrial/apiserver';
import type { RandomSource } from '@seatrial/kernel';
import type { Endpoint, ServiceTable } from './service-table.js';

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
    readonly external: boolean;
    readonly client: string;
    readonly now: number;
  },
  random: RandomSource,
  affinity: AffinityTable,
): EndpointChoice {
  const { namespace, name, uid } = service.metadata;
  const all = table.endpoints(namespace ?? '', name, portName);
  const policy = traffic.external ? service.spec.externalTrafficPolicy : service.spec.internalTrafficPolicy;
  const scope = policy === 'Local' ? all.filter((endpoint) => endpoint.nodeName === traffic.nodeName) : all;
  const ready = scope.filter((endpoint) => endpoint.ready);
  const usable = ready.length > 0 ? ready : scope.filter((endpoint) => endpoint.serving && endpoint.terminating);
  if (usable.length === 0) {
    const elsewhere =
      policy === 'Local' && all.some((endpoint) => endpoint.ready || (endpoint.serving && endpoint.terminating));
    return { kind: elsewhere ? 'drop' : 'reject' };
  }
  if (service.spec.sessionAffinity !== 'ClientIP')
    return { kind: 'endpoint', endpoint: usable[random.below(usable.length)] };
  const seconds = service.spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? AFFINITY_SECONDS;
  const key = `${uid}/${portName}/${traffic.client}`;
  const before = affinity.get(key);
  const kept =
    before && traffic.now - before.time < seconds * 1000
      ? usable.find((endpoint) => endpoint.address === before.address)
      : undefined;
  const endpoint = kept ?? usable[random.below(usable.length)];
  affinity.set(key, { address: endpoint.address, time: traffic.now });
  return { kind: 'endpoint', endpoint };
}
