import type { JsonObject } from '@seatrial/kernel';
import type { KubeObject } from '../contract/object.js';
import type { ResourceType } from '../contract/resource.js';
import type { ServerState } from '../registry/server-state.js';

const IP_ADDRESSES: ResourceType = {
  group: 'networking.k8s.io',
  version: 'v1',
  resource: 'ipaddresses',
  kind: 'IPAddress',
  namespaced: false,
};

const NOTE = {
  manager: 'kube-apiserver',
  operation: 'Update' as const,
  subresource: '',
  apiVersion: 'networking.k8s.io/v1',
};

function addressesOf(service: KubeObject | undefined): readonly string[] {
  const spec = (service as { readonly spec?: JsonObject } | undefined)?.spec;
  const all = Array.isArray(spec?.clusterIPs) ? spec.clusterIPs : [];
  return all.filter((address): address is string => typeof address === 'string' && address !== 'None');
}

/** An IPAddress for each cluster address of a Service (pkg/registry/core/service/ipallocator). */
export function recordAddresses(server: ServerState, service: KubeObject, old: KubeObject | undefined): void {
  const before = addressesOf(old);
  const { namespace = '', name, creationTimestamp } = service.metadata;
  for (const address of addressesOf(service)) {
    if (before.includes(address) || server.store.get(IP_ADDRESSES, undefined, address)) continue;
    const object = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IPAddress',
      metadata: {
        name: address,
        uid: server.uids.uuid(),
        creationTimestamp,
        labels: {
          'ipaddress.kubernetes.io/ip-family': address.includes(':') ? 'IPv6' : 'IPv4',
          'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io',
        },
      },
      spec: { parentRef: { resource: 'services', namespace, name } },
    };
    server.store.put(IP_ADDRESSES, object as unknown as KubeObject, NOTE);
  }
}

/** Gives the addresses up that a Service no longer has. */
export function forgetAddresses(server: ServerState, old: KubeObject, service: KubeObject | undefined): void {
  const kept = addressesOf(service);
  for (const address of addressesOf(old)) {
    const object = kept.includes(address) ? undefined : server.store.get(IP_ADDRESSES, undefined, address);
    if (object) server.store.remove(IP_ADDRESSES, object);
  }
}
