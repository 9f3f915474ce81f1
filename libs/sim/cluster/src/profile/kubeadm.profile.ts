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
 * The cluster that the recordings were made on: kubeadm's defaults on three machines, one of them the control plane, with
 * a CNI that does not enforce NetworkPolicy; but for the cluster's DNS nothing of it runs in pods.
 */
export const recordedProfile: ClusterProfile = {
  name: 'kubeadm',
  kubernetesVersion: 'v1.35.4',
  nodes: machines(machine, 1, 2),
  machine,
  podCidr: '10.244.0.0/16',
  serviceCidr: '10.96.0.0/16',
  nodePortRange: [30000, 32767],
  apiPort: 6443,
  dnsReplicas: 2,
  dnsAddress: '10.96.0.10',
  kubeconfig: { cluster: 'kubernetes', user: 'kubernetes-admin', context: 'kubernetes-admin@kubernetes' },
  storageClasses: [],
  loadBalancer: 'none',
  staticPodPath: '/etc/kubernetes/manifests',
  addons: [],
  networkPolicy: false,
};

/** What `kubeadm init` and `kubeadm join` leave on three machines, with Flannel: the control plane as static pods. */
export const kubeadmProfile: ClusterProfile = {
  ...recordedProfile,
  packaged: true,
  staticControlPlane: true,
  kubeProxy: 'pods',
  addons: ['kube-proxy', 'flannel'],
};
