import type { ClusterProfile, NodeProfile, NodeRole } from './cluster-profile.js';
import { createNodeProfile, hostAddress, machines, podRange } from './node-profile.js';
import { recordedProfile } from './kubeadm.profile.js';

const machine = (role: NodeRole, index: number, position: number): NodeProfile =>
  createNodeProfile({
    name: `k3d-k3s-default-${role === 'control-plane' ? 'server' : 'agent'}-${index}`,
    address: hostAddress('172.19.0.2', position),
    podCidr: podRange('10.42.0.0', position),
    controlPlane: role === 'control-plane',
    taintControlPlane: false,
    containerRuntimeVersion: 'containerd://2.1.5-k3s1',
  });

/** `k3d cluster create --agents 2`: an untainted server, ServiceLB that gives node addresses, metrics-server, enforced NetworkPolicy. */
export const k3dProfile: ClusterProfile = {
  ...recordedProfile,
  name: 'k3d',
  kubernetesVersion: 'v1.35.4+k3s1',
  nodes: machines(machine, 1, 2),
  machine,
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
  dnsReplicas: 1,
  loadBalancer: 'none',
  addons: ['k3s-local-path', 'metrics-server', 'servicelb', 'traefik'],
  networkPolicy: true,
};
