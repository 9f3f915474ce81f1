import type { ClusterProfile, NodeProfile, NodeRole } from './cluster-profile.js';
import { createNodeProfile, hostAddress, machines, podRange } from './node-profile.js';
import { recordedProfile } from './kubeadm.profile.js';
import { furtherProfile, type ClusterPlace, type NodeNaming } from './cluster-place.js';

const naming =
  ({ name, address, workers, controlPlanes = 1, podCidr = '10.244.0.0/16' }: NodeNaming) =>
  (role: NodeRole, index: number, position: number): NodeProfile =>
    createNodeProfile({
      name: `${name}-${role}${index === 0 ? '' : index + 1}`,
      address: address(position),
      podCidr: podRange(podCidr.split('/')[0], position),
      controlPlane: role === 'control-plane',
      taintControlPlane: workers + controlPlanes > 1,
      containerRuntimeVersion: 'containerd://2.2.0',
    });

const machine = naming({ name: 'kind', address: (position) => hostAddress('172.18.0.2', position), workers: 2 });

/** `kind create cluster` with two workers: kindnet (which enforces NetworkPolicy) and the local-path provisioner. */
export const kindProfile: ClusterProfile = {
  ...recordedProfile,
  name: 'kind',
  nodes: machines(machine, 1, 2),
  machine,
  nodeNetwork: { name: 'kind', subnet: '172.18.0.0/16' },
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

/** `kind create cluster --name …` beside another cluster. */
export function namedKindProfile(place: ClusterPlace): ClusterProfile {
  const context = `kind-${place.name}`;
  return furtherProfile(kindProfile, place, naming(place), { cluster: context, user: context, context });
}
