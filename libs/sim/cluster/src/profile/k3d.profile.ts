import type { ClusterProfile, NodeProfile, NodeRole } from './cluster-profile.js';
import { createNodeProfile, hostAddress, machines, podRange } from './node-profile.js';
import { recordedProfile } from './kubeadm.profile.js';
import { furtherProfile, type ClusterPlace, type NodeNaming } from './cluster-place.js';

const naming =
  ({ name, address }: NodeNaming) =>
  (role: NodeRole, index: number, position: number): NodeProfile =>
    createNodeProfile({
      name: `k3d-${name}-${role === 'control-plane' ? 'server' : 'agent'}-${index}`,
      address: address(position),
      podCidr: podRange('10.42.0.0', position),
      controlPlane: role === 'control-plane',
      taintControlPlane: false,
      containerRuntimeVersion: 'containerd://2.1.5-k3s1',
    });

const machine = naming({ name: 'k3s-default', address: (position) => hostAddress('172.19.0.2', position), workers: 2 });

/** `k3d cluster create --agents 2`: an untainted server, ServiceLB that gives node addresses, metrics-server, enforced NetworkPolicy. */
export const k3dProfile: ClusterProfile = {
  ...recordedProfile,
  name: 'k3d',
  kubernetesVersion: 'v1.35.4+k3s1',
  nodes: machines(machine, 1, 2),
  machine,
  nodeNetwork: { name: 'k3d-k3s-default', subnet: '172.19.0.0/16' },
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

/** `k3d cluster create …` beside another cluster. */
export function namedK3dProfile(place: ClusterPlace): ClusterProfile {
  const context = `k3d-${place.name}`;
  return furtherProfile(k3dProfile, place, naming(place), { cluster: context, user: `admin@${context}`, context });
}
