import type { ClusterProfile } from './cluster-profile.js';
import { createNodeProfile } from './node-profile.js';
import { kubeadmProfile } from './kubeadm.profile.js';

const names = ['k3d-k3s-default-server-0', 'k3d-k3s-default-agent-0', 'k3d-k3s-default-agent-1'];

/** `k3d cluster create --agents 2`: an untainted server, ServiceLB that gives node addresses, metrics-server, enforced NetworkPolicy. */
export const k3dProfile: ClusterProfile = {
  ...kubeadmProfile,
  name: 'k3d',
  kubernetesVersion: 'v1.35.4',
  nodes: names.map((name, index) =>
    createNodeProfile({
      name,
      address: `172.19.0.${index + 2}`,
      podCidr: `10.42.${index}.0/24`,
      controlPlane: index === 0,
      taintControlPlane: false,
      containerRuntimeVersion: 'containerd://2.1.5-k3s1',
    }),
  ),
  podCidr: '10.42.0.0/16',
  serviceCidr: '10.43.0.0/16',
  dnsAddress: '10.43.0.10',
  kubeconfig: { cluster: 'k3d-k3s-default', user: 'admin@k3d-k3s-default', context: 'k3d-k3s-default' },
  storageClasses: [
    {
      name: 'local-path',
      provisioner: 'rancher.io/local-path',
      volumeBindingMode: 'WaitForFirstConsumer',
      allowVolumeExpansion: false,
    },
  ],
  staticPodPath: '/var/lib/rancher/k3s/agent/pod-manifests',
  loadBalancer: 'none',
  addons: ['metrics-server', 'servicelb', 'traefik'],
  networkPolicy: true,
};
