import { ENDPOINTS, ENDPOINT_SLICES, SERVICES, type ApiClient } from '@seatrial/apiserver';
import { invariant } from '@seatrial/kernel';
import type { ClusterProfile } from '../profile/cluster-profile.js';

/** The first address of the service range, which is always the API server's. */
export function apiServiceAddress(serviceCidr: string): string {
  const [network] = serviceCidr.split('/');
  return network.replace(/\d+$/, (last) => String(Number(last) + 1));
}

/** The Service `kubernetes` with its endpoints (pkg/controlplane/controller/kubernetesservice, v1.35). */
export function createKubernetesService(client: ApiClient, profile: ClusterProfile): void {
  const labels = { component: 'apiserver', provider: 'kubernetes' };
  const controlPlanes = profile.nodes.filter((node) => node.controlPlane).map((node) => node.address);
  const addresses = profile.managedApi ? [profile.managedApi.address] : controlPlanes;
  const port = profile.managedApi ? 443 : 6443;
  const service = client.create(SERVICES, {
    metadata: { name: 'kubernetes', namespace: 'default', labels },
    spec: {
      type: 'ClusterIP',
      clusterIP: apiServiceAddress(profile.serviceCidr),
      ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: port }],
      sessionAffinity: 'None',
    },
  });
  const skipMirror = { 'endpointslice.kubernetes.io/skip-mirror': 'true' };
  const endpoints = client.create(ENDPOINTS, {
    metadata: { name: 'kubernetes', namespace: 'default', labels: skipMirror },
    subsets: [{ addresses: addresses.map((ip) => ({ ip })), ports: [{ name: 'https', port, protocol: 'TCP' }] }],
  });
  const slice = client.create(ENDPOINT_SLICES, {
    metadata: { name: 'kubernetes', namespace: 'default', labels: { 'kubernetes.io/service-name': 'kubernetes' } },
    addressType: 'IPv4',
    endpoints: [{ addresses, conditions: { ready: true } }],
    ports: [{ name: 'https', port, protocol: 'TCP' }],
  });
  invariant(service.ok && endpoints.ok && slice.ok, 'bootstrap: the Service kubernetes');
}

/** Puts the API servers that are there into the endpoints of the Service `kubernetes` (pkg/controlplane/reconcilers). */
export function updateKubernetesEndpoints(client: ApiClient, addresses: readonly string[]): void {
  const endpoints = client.get(ENDPOINTS, 'default', 'kubernetes');
  const slice = client.get(ENDPOINT_SLICES, 'default', 'kubernetes');
  if (endpoints) {
    const subsets = (endpoints.subsets ?? []).map((subset) => ({ ...subset, addresses: addresses.map((ip) => ({ ip })) })); // prettier-ignore
    client.update(ENDPOINTS, { ...endpoints, subsets });
  }
  if (slice) client.update(ENDPOINT_SLICES, { ...slice, endpoints: [{ addresses: [...addresses], conditions: { ready: true } }] }); // prettier-ignore
}
