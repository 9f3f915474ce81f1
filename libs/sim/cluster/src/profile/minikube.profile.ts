import type { ClusterProfile, NodeProfile, NodeRole } from './cluster-profile.js';
import { createNodeProfile, hostAddress, machines, podRange } from './node-profile.js';
import { recordedProfile } from './kubeadm.profile.js';
import { furtherProfile, type ClusterPlace, type NodeNaming } from './cluster-place.js';

const naming =
  ({ name, address }: NodeNaming) =>
  (role: NodeRole, _index: number, position: number): NodeProfile =>
    createNodeProfile({
      name: position === 0 ? name : `${name}-m${String(position + 1).padStart(2, '0')}`,
      address: address(position),
      podCidr: podRange('10.244.0.0', position),
      controlPlane: role === 'control-plane',
      taintControlPlane: false,
      labels: {
        'minikube.k8s.io/name': name,
        'minikube.k8s.io/primary': String(position === 0),
        'minikube.k8s.io/version': 'v1.37.0',
      },
      osImage: 'Debian GNU/Linux 12 (bookworm)',
      containerRuntimeVersion: 'docker://29.0.2',
    });

const machine = naming({ name: 'minikube', address: (position) => hostAddress('192.168.49.2', position), workers: 0 });

/** `minikube start` with the Docker driver: one node that runs everything, its hostpath provisioner, no load balancer until `minikube tunnel`. */
export const minikubeProfile: ClusterProfile = {
  ...recordedProfile,
  name: 'minikube',
  nodes: machines(machine, 1, 0),
  machine,
  nodeNetwork: { name: 'minikube', subnet: '192.168.49.0/24' },
  kubeconfig: { cluster: 'minikube', user: 'minikube', context: 'minikube' },
  apiPort: 8443,
  dnsReplicas: 1,
  kubeProxy: 'pods',
  addons: ['kube-proxy', 'storage-provisioner'],
  storageClasses: [
    {
      name: 'standard',
      provisioner: 'k8s.io/minikube-hostpath',
      volumeBindingMode: 'Immediate',
      allowVolumeExpansion: false,
    },
  ],
  staticControlPlane: true,
};

/** `minikube start -p …` beside another cluster. */
export function namedMinikubeProfile(place: ClusterPlace): ClusterProfile {
  const { name } = place;
  return furtherProfile(minikubeProfile, place, naming(place), { cluster: name, user: name, context: name });
}
