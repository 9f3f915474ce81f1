import type { ClusterProfile } from './cluster-profile.js';
import { eksProfile } from './eks.profile.js';
import { k3dProfile } from './k3d.profile.js';
import { kindProfile } from './kind.profile.js';
import { kubeadmProfile } from './kubeadm.profile.js';
import { minikubeProfile } from './minikube.profile.js';

/** Every profile, sorted by name. */
export const CLUSTER_PROFILES: readonly ClusterProfile[] = [
  eksProfile,
  k3dProfile,
  kindProfile,
  kubeadmProfile,
  minikubeProfile,
];

export function findProfile(name: string): ClusterProfile | undefined {
  return CLUSTER_PROFILES.find((profile) => profile.name === name);
}
