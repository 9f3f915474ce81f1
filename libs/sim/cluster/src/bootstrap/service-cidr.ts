import { SERVICE_CIDRS, type ApiClient } from '@seatrial/apiserver';
import { formatTime } from '@seatrial/schema';
import type { ClusterProfile } from '../profile/cluster-profile.js';

/** The range of Services as the API server was started with it (pkg/controlplane/controller/defaultservicecidr). */
export function createServiceCidr(client: ApiClient, profile: ClusterProfile, now: number): void {
  const condition = {
    type: 'Ready',
    status: 'True',
    lastTransitionTime: formatTime(now),
    reason: '',
    // As the controller has it, which is no longer that of the default range.
    message: 'Kubernetes Service CIDR is ready',
  };
  client.create(SERVICE_CIDRS, {
    metadata: { name: 'kubernetes', finalizers: ['networking.k8s.io/service-cidr-finalizer'] },
    spec: { cidrs: [profile.serviceCidr] },
    status: { conditions: [condition] },
  });
}
