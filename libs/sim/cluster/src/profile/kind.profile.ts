import type { ClusterProfile, NodeProfile, NodeRole } from './cluster-profile.js';
import { createNodeProfile, hostAddress, machines, podRange } from './node-profile.js';
import { recordedProfile } from './kubeadm.profile.js';

const machine = (role: NodeRole, index: number, position: number): NodeProfile =>
  createNodeProfile({
    name: `kind-${role}${index === 0 ? '' : index + 1}`,
    address: hostAddress('172.18.0.2', position),
    podCidr: podRange('10.244.0.0', position),
    controlPlane: role === 'control-plane',
    containerRuntimeVersion: 'containerd://2.2.0',
  });

/** `kind create cluster` with two workers: kindnet (which enforces NetworkPolicy) and the local-path provisioner. */
export const kindProfile: ClusterProfile = {
  ...recordedProfile,
  name: 'kind',
  nodes: machines(machine, 1, 2),
  machine,
  kubeconfig: { cluster: 'kind-kind', user: 'kind-kind', context: 'kind-kind' },
  storageClasses: [
    {
      name: 'standard',
      provisioner: 'rancher.io/local-path',
      volumeBindingMode: 'WaitForFirstConsumer',
      allowVolumeExpansion: false,
      directory: '/var/local-path-provisioner',
    },
  ],
  staticControlPlane: true,
  networkPolicy: true,
  kubeProxy: 'pods',
  addons: ['kube-proxy', 'kindnet', 'local-path-storage'],
};
