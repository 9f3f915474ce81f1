import {
  AGGREGATED_API,
  ENDPOINT_SLICES,
  SERVICES,
  type AggregatedApi,
  type KubeObject,
  type ObjectReader,
  type ResourceType,
} from '@seatrial/apiserver';
import { goQuote } from '@seatrial/schema';
import type { NetworkFabric } from '@seatrial/network';

/** An APIService (apiregistration.k8s.io/v1). */
export interface ApiService extends KubeObject {
  readonly spec: {
    readonly group?: string;
    readonly version?: string;
    readonly groupPriorityMinimum?: number;
    readonly service?: { readonly namespace: string; readonly name: string; readonly port?: number };
  };
  readonly status?: { readonly conditions?: readonly ApiServiceCondition[] };
}

export interface ApiServiceCondition {
  readonly type: string;
  readonly status: string;
  readonly lastTransitionTime: string;
  readonly reason?: string;
  readonly message?: string;
}

export const API_SERVICES: ResourceType<ApiService> = {
  group: 'apiregistration.k8s.io',
  version: 'v1',
  resource: 'apiservices',
  kind: 'APIService',
  namespaced: false,
};

/** What the checks of an APIService found: an API that answers, or what condition says why not. */
export type Availability =
  | { readonly available: true; readonly api: AggregatedApi }
  | { readonly available: false; readonly reason: string; readonly message: string };

const missing = (reason: string, message: string): Availability => ({ available: false, reason, message });

/** The checks of kube-aggregator's remote_available_controller, in its order. */
export function checkAvailability(
  store: ObjectReader,
  network: NetworkFabric,
  nodeName: string | undefined,
  { spec }: ApiService,
): Availability {
  const { namespace, name, port = 443 } = spec.service ?? { namespace: '', name: '' };
  const where = `service/${name} in ${goQuote(namespace)}`;
  const service = store.get(SERVICES, namespace, name);
  if (!service) return missing('ServiceNotFound', `${where} is not present`);
  if (service.spec.type === 'ClusterIP') {
    const own = service.spec.ports?.find((each) => each.port === port);
    if (!own) return missing('ServicePortError', `${where} is not listening on port ${port}`);
    const slices = store
      .list(ENDPOINT_SLICES, namespace)
      .filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === name);
    if (slices.length === 0) return missing('EndpointsNotFound', `cannot find endpointslices for ${where}`);
    const portName = own.name ?? '';
    const active = slices.some(
      ({ endpoints, ports }) =>
        endpoints?.some(({ conditions }) => conditions?.ready !== false) &&
        ports?.some((each) => (each.name ?? '') === portName && each.port !== undefined),
    );
    if (!active)
      return missing(
        'MissingEndpoints',
        `endpointslices for ${where} have no addresses with port name ${goQuote(portName)}`,
      );
  }
  return checkDiscovery(network, nodeName, service.spec.clusterIP ?? '', port, spec);
}

function checkDiscovery(
  network: NetworkFabric,
  nodeName: string | undefined,
  address: string,
  port: number,
  { group = '', version = '' }: ApiService['spec'],
): Availability {
  const url = `https://${address}:${port}/apis/${group}/${version}`;
  const failed = (why: string): Availability =>
    missing('FailedDiscoveryCheck', `failing or missing response from ${url}: ${why}`);
  const reached = network.reach(nodeName, address, port);
  if (!reached.ok) {
    if (reached.error === 'timeout')
      return failed(`Get "${url}": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`);
    const why = reached.error === 'refused' ? 'connection refused' : 'no route to host';
    return failed(`Get "${url}": dial tcp ${address}:${port}: connect: ${why}`);
  }
  const { service } = reached.value;
  if (!service.tls) return failed(`Get "${url}": http: server gave HTTP response to HTTPS client`);
  const api = service.capability?.(AGGREGATED_API);
  if (!api && !service.http) return failed(`Get "${url}": EOF`);
  if (api?.group.name !== group || !api.group.versions.some((each) => each.version === version))
    return failed(`bad status from ${url}: 404`);
  return { available: true, api };
}
