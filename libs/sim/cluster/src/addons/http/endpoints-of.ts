import { ENDPOINT_SLICES, SERVICES, type EndpointSlice, type ObjectReader, type Service } from '@seatrial/apiserver';
import type { Upstream } from './forward.js';

const SERVICE_NAME = 'kubernetes.io/service-name';

/** What a proxy finds behind a port of a service. */
export type ServiceBackend =
  | { readonly kind: 'no-service' }
  | { readonly kind: 'no-port' }
  | { readonly kind: 'endpoints'; readonly service: Service; readonly upstreams: readonly Upstream[] };

type Port = NonNullable<Service['spec']['ports']>[number];

function ready(slice: EndpointSlice, port: Port): Upstream[] {
  const number = (slice.ports ?? []).find(({ name }) => (name ?? '') === (port.name ?? ''))?.port;
  if (number === undefined) return [];
  return slice.endpoints
    .filter(({ conditions }) => conditions?.ready !== false)
    .flatMap(({ addresses }) => addresses.map((address) => ({ address, port: number })));
}

/** The ready addresses behind a port of a service, given by its name or number: controllers go past the cluster address. */
export function endpointsOf(
  store: ObjectReader,
  namespace: string,
  name: string,
  wanted: { readonly name?: string; readonly number?: number },
): ServiceBackend {
  const service = store.get(SERVICES, namespace, name);
  if (!service) return { kind: 'no-service' };
  const port = service.spec.ports?.find((each) =>
    wanted.name === undefined ? each.port === wanted.number : each.name === wanted.name,
  );
  if (service.spec.type === 'ExternalName') {
    const upstream = { address: service.spec.externalName ?? '', port: port?.port ?? wanted.number ?? 80 };
    return { kind: 'endpoints', service, upstreams: [upstream] };
  }
  if (!port) return { kind: 'no-port' };
  const upstreams = store
    .list(ENDPOINT_SLICES, namespace)
    .filter(({ metadata }) => metadata.labels?.[SERVICE_NAME] === name)
    .flatMap((slice) => ready(slice, port));
  return { kind: 'endpoints', service, upstreams };
}
