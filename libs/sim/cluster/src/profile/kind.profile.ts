import type { ClusterProfile } from './cluster-profile.js';
import { createNodeProfile } from './node-profile.js';
import { kubeadmProfile } from './kubeadm.profile.js';

const names = ['kind-control-plane', 'kind-worker', 'kind-worker2'];

/** `kind create cluster` with two workers: kindnet (which enforces NetworkPolicy) and the local-path provisioner. */
export const kindProfile: ClusterProfile = {
  ...kubeadmProfile,
  name: 'kind',
  nodes: names.map((name, index) =>
    createNodeProfile({
      name,
      address: `172.18.0.${index + 2}`,
      podCidr: `10.244.${index}.0/24`,
      controlPlane: index === 0,
      containerRuntimeVersion: 'containerd://2.2.0',
    }),
  ),
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
};
