import {
  ENDPOINTS,
  ENDPOINT_SLICES,
  SERVICES,
  type ApiClient,
  type ApiServer,
  type WatchEvent,
} from '@seatrial/apiserver';
import { invariant } from '@seatrial/kernel';
import type { ClusterProfile } from '../profile/cluster-profile.js';

/** The first address of the service range, which is always the API server's. */
export function apiServiceAddress(serviceCidr: string): string {
  const [network] = serviceCidr.split('/');
  return network.replace(/\d+$/, (last) => String(Number(last) + 1));
}

const NAME = 'kubernetes';
const NAMESPACE = 'default';

/** Makes what is missing of the Service `kubernetes` and its endpoints (pkg/controlplane/controller/kubernetesservice, v1.35); false when that is refused. */
function makeKubernetesService(client: ApiClient, profile: ClusterProfile): boolean {
  const labels = { component: 'apiserver', provider: 'kubernetes' };
  const controlPlanes = profile.nodes.filter((node) => node.controlPlane).map((node) => node.address);
  const addresses = profile.managedApi ? [profile.managedApi.address] : controlPlanes;
  const port = profile.managedApi ? 443 : profile.apiPort;
  if (!client.get(SERVICES, NAMESPACE, NAME)) {
    const service = client.create(SERVICES, {
      metadata: { name: NAME, namespace: NAMESPACE, labels },
      spec: {
        type: 'ClusterIP',
        clusterIP: apiServiceAddress(profile.serviceCidr),
        ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: port }],
        sessionAffinity: 'None',
      },
    });
    if (!service.ok) return false;
  }
  const skipMirror = { 'endpointslice.kubernetes.io/skip-mirror': 'true' };
  if (!client.get(ENDPOINTS, NAMESPACE, NAME)) {
    const endpoints = client.create(ENDPOINTS, {
      metadata: { name: NAME, namespace: NAMESPACE, labels: skipMirror },
      subsets: [{ addresses: addresses.map((ip) => ({ ip })), ports: [{ name: 'https', port, protocol: 'TCP' }] }],
    });
    if (!endpoints.ok) return false;
  }
  if (!client.get(ENDPOINT_SLICES, NAMESPACE, NAME)) {
    const slice = client.create(ENDPOINT_SLICES, {
      metadata: { name: NAME, namespace: NAMESPACE, labels: { 'kubernetes.io/service-name': NAME } },
      addressType: 'IPv4',
      endpoints: [{ addresses, conditions: { ready: true } }],
      ports: [{ name: 'https', port, protocol: 'TCP' }],
    });
    if (!slice.ok) return false;
  }
  return true;
}

export function createKubernetesService(client: ApiClient, profile: ClusterProfile): void {
  invariant(makeKubernetesService(client, profile), 'bootstrap: the Service kubernetes');
}

/** The API server looks after its Service so often (EndpointInterval): what goes is missing for half of it, on average. */
const INTERVAL_MS = 10_000;

/** Makes the Service `kubernetes` again after it was deleted. */
export function keepKubernetesService(apiServer: ApiServer, profile: ClusterProfile): void {
  const { simulation, store } = apiServer;
  const client = apiServer.client('kube-apiserver');
  let waiting = false;
  const makeAfter = (delayMs: number): void => {
    waiting = true;
    simulation.after(delayMs, () => {
      waiting = false;
      if (!apiServer.available || !makeKubernetesService(client, profile)) makeAfter(INTERVAL_MS);
    });
  };
  const deleted = ({ type, object: { metadata } }: WatchEvent): void => {
    if (type === 'DELETED' && !waiting && metadata.name === NAME && metadata.namespace === NAMESPACE)
      makeAfter(INTERVAL_MS / 2);
  };
  for (const resource of [SERVICES, ENDPOINTS, ENDPOINT_SLICES]) store.onChange(resource, deleted);
}

/** Puts the API servers that are there into the endpoints of the Service `kubernetes` (pkg/controlplane/reconcilers). */
export function updateKubernetesEndpoints(client: ApiClient, addresses: readonly string[]): void {
  const endpoints = client.get(ENDPOINTS, 'default', 'kubernetes');
  const slice = client.get(ENDPOINT_SLICES, 'default', 'kubernetes');
  if (endpoints) {
    const subsets = (endpoints.subsets ?? []).map((subset) => ({
      ...subset,
      addresses: addresses.map((ip) => ({ ip })),
    }));
    client.update(ENDPOINTS, { ...endpoints, subsets });
  }
  if (slice)
    client.update(ENDPOINT_SLICES, {
      ...slice,
      endpoints: [{ addresses: [...addresses], conditions: { ready: true } }],
    });
}
