import {
  ENDPOINTS,
  ENDPOINT_SLICES,
  SERVICES,
  defineController,
  watch,
  type Endpoints,
  type EndpointSlice,
} from '@seatrial/apiserver';
import type { EndpointPort } from './endpoints/service-pods.js';
import { reconcileSlices } from './endpoints/slices.js';
import { ownKeys, splitKey } from './object-key.js';
import { controllerReference } from './owner-reference.js';
import { isNamespaceTerminating, must, retrying } from './request-failed.js';

const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by';
const MANAGER = 'endpointslicemirroring-controller.k8s.io';
const SERVICE_NAME = 'kubernetes.io/service-name';

type Endpoint = EndpointSlice['endpoints'][number];
type Mirrored = { readonly endpoint: Endpoint; readonly ports: readonly EndpointPort[] };

function mirrored({ subsets = [] }: Endpoints): Mirrored[] {
  return subsets.flatMap(({ addresses = [], notReadyAddresses = [], ports = [] }) => {
    const own = ports.map(({ name, port, protocol = 'TCP' }) => ({ ...(name ? { name } : {}), port, protocol }));
    const one = (ready: boolean, { ip, hostname, nodeName, targetRef }: (typeof addresses)[number]): Mirrored => ({
      endpoint: {
        addresses: [ip],
        conditions: { ready },
        ...(hostname ? { hostname } : {}),
        ...(nodeName ? { nodeName } : {}),
        ...(targetRef ? { targetRef } : {}),
      },
      ports: own,
    });
    return [...addresses.map((each) => one(true, each)), ...notReadyAddresses.map((each) => one(false, each))];
  });
}

/** Gives hand-made Endpoints of services without selector their EndpointSlices (pkg/controller/endpointslicemirroring). */
export const endpointSliceMirroringController = defineController({
  name: 'endpointslice-mirroring-controller',
  component: 'endpointslice-mirroring-controller',
  sources: [
    ownKeys(ENDPOINTS),
    watch(SERVICES, ({ type, object, previous }) =>
      type === 'MODIFIED' && previous?.spec.selector === object.spec.selector
        ? []
        : [`${object.metadata.namespace ?? ''}/${object.metadata.name}`],
    ),
  ],
  reconcile: retrying(({ client }, key) => {
    const [namespace, name] = splitKey(key);
    const endpoints = client.get(ENDPOINTS, namespace, name);
    const service = client.get(SERVICES, namespace, name);
    if (!endpoints || !service || service.spec.selector) return;
    if (endpoints.metadata.labels?.['endpointslice.kubernetes.io/skip-mirror'] === 'true') return;
    const existing = client
      .list(ENDPOINT_SLICES, namespace)
      .filter(({ metadata: { labels } }) => labels?.[SERVICE_NAME] === name && labels[MANAGED_BY] === MANAGER);
    const found = mirrored(endpoints);
    if (found.length === 0 && existing.length === 0) return;
    const result = reconcileSlices(client, {
      existing,
      endpoints: found,
      addressType: 'IPv4',
      trigger: undefined,
      metadata: {
        generateName: `${name}-`,
        namespace,
        labels: { ...endpoints.metadata.labels, [MANAGED_BY]: MANAGER, [SERVICE_NAME]: name },
        ownerReferences: [controllerReference(endpoints)],
      },
    });
    if (!result.ok && !isNamespaceTerminating(result.error)) must(result);
  }),
});
