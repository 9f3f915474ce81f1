import type { ClusterProfile } from './cluster-profile.js';
import { createNodeProfile } from './node-profile.js';

/**
 * kubeadm's defaults on three machines, one of them the control plane, with a CNI that does not enforce NetworkPolicy:
 * the cluster that the recordings were made on.
 */
export const kubeadmProfile: ClusterProfile = {
  name: 'kubeadm',
  kubernetesVersion: 'v1.35.4',
  nodes: [0, 1, 2].map((index) =>
    createNodeProfile({
      name: `node${index + 1}`,
      address: `172.18.0.${index + 2}`,
      podCidr: `10.244.${index}.0/24`,
      controlPlane: index === 0,
    }),
  ),
  podCidr: '10.244.0.0/16',
  serviceCidr: '10.96.0.0/16',
  nodePortRange: [30000, 32767],
  dnsAddress: '10.96.0.10',
  kubeconfig: { cluster: 'kubernetes', user: 'kubernetes-admin', context: 'kubernetes-admin@kubernetes' },
  storageClasses: [],
  loadBalancer: 'none',
  staticPodPath: '/etc/kubernetes/manifests',
  addons: [],
  networkPolicy: false,
};
