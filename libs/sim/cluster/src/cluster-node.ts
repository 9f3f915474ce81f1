import type { ApiServer } from '@seatrial/apiserver';
import type { ImageCatalog } from '@seatrial/images';
import type { FacilityKey, Machine } from '@seatrial/kernel';
import type { Kubelet } from '@seatrial/kubelet';
import type { ControlPlaneComponents } from './control-plane-components.js';
import type { ClusterFailures } from './failures.js';
import type { NodePackages } from './node-packages.js';
import type { NodeServices } from './node-services.js';
import type { ClusterProfile, NodeProfile } from './profile/cluster-profile.js';

/** Machines that join the cluster, and leave it, while it is up; the profile lists those that it has. */
export interface ClusterMembers {
  /** What the next worker will be like. */
  next(): NodeProfile;
  join(node: NodeProfile): void;
  /** Its machine is gone; its node in the API stays. */
  leave(name: string): void;
}

/** What a machine knows of itself as a node: for kubeadm, systemctl, crictl, etcdctl and the clusters' installers. */
export interface ClusterNode {
  readonly profile: ClusterProfile;
  readonly node: NodeProfile;
  readonly apiServer: ApiServer;
  readonly kubelet: Kubelet;
  readonly services: NodeServices;
  /** Kubernetes' packages on it; undefined where they are none. */
  readonly packages: NodePackages | undefined;
  readonly images: ImageCatalog;
  readonly components: ControlPlaneComponents;
  readonly failures: ClusterFailures;
  readonly members: ClusterMembers;
  /** Every node's machine, by node name. */
  readonly machines: ReadonlyMap<string, Machine>;
}

/** Under this key a node's machine offers its {@link ClusterNode}. */
export const CLUSTER_NODE: FacilityKey<ClusterNode> = { name: 'cluster-node' };
