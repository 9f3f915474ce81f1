import type { ApiClient, KubeObject, ResourceType } from '@seatrial/apiserver';
import { invariant } from '@seatrial/kernel';
import type { ClusterProfile } from '../profile/cluster-profile.js';

interface ApiService extends KubeObject {
  readonly spec: Readonly<Record<string, unknown>>;
}

const API_SERVICES: ResourceType<ApiService> = {
  group: 'apiregistration.k8s.io',
  version: 'v1',
  resource: 'apiservices',
  kind: 'APIService',
  namespaced: false,
};

/** Registers the resource metrics API where the profile has a metrics-server; the autoscaler looks for it. */
export function createMetricsServer(client: ApiClient, profile: ClusterProfile): void {
  if (!profile.addons.includes('metrics-server')) return;
  const created = client.create(API_SERVICES, {
    metadata: { name: 'v1beta1.metrics.k8s.io', labels: { 'k8s-app': 'metrics-server' } },
    spec: {
      group: 'metrics.k8s.io',
      version: 'v1beta1',
      groupPriorityMinimum: 100,
      versionPriority: 100,
      insecureSkipTLSVerify: true,
      service: { name: 'metrics-server', namespace: 'kube-system', port: 443 },
    },
  });
  invariant(created.ok, 'the metrics API is registered');
}
