import type { ClusterProfile, NodeProfile, NodeRole } from './cluster-profile.js';
import { createNodeProfile, hostAddress, machines, podRange } from './node-profile.js';

const machine = (role: NodeRole, _index: number, position: number): NodeProfile =>
  createNodeProfile({
    name: `node${position + 1}`,
    address: hostAddress('172.18.0.2', position),
    podCidr: podRange('10.244.0.0', position),
    controlPlane: role === 'control-plane',
  });

/**
 * kubeadm's defaults on three machines, one of them the control plane, with a CNI that does not enforce NetworkPolicy:
 * the cluster that the recordings were made on.
 */
export const kubeadmProfile: ClusterProfile = {
  name: 'kubeadm',
  kubernetesVersion: 'v1.35.4',
  nodes: machines(machine, 1, 2),
  machine,
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
