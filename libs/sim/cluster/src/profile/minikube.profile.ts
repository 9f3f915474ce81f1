import type { ClusterProfile } from './cluster-profile.js';
import { createNodeProfile } from './node-profile.js';
import { kubeadmProfile } from './kubeadm.profile.js';

/** `minikube start` with the Docker driver: one node that runs everything, its hostpath provisioner, no load balancer until `minikube tunnel`. */
export const minikubeProfile: ClusterProfile = {
  ...kubeadmProfile,
  name: 'minikube',
  nodes: [
    createNodeProfile({
      name: 'minikube',
      address: '192.168.49.2',
      podCidr: '10.244.0.0/24',
      controlPlane: true,
      taintControlPlane: false,
      labels: { 'minikube.k8s.io/name': 'minikube', 'minikube.k8s.io/primary': 'true' },
      containerRuntimeVersion: 'docker://29.0.2',
    }),
  ],
  kubeconfig: { cluster: 'minikube', user: 'minikube', context: 'minikube' },
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
