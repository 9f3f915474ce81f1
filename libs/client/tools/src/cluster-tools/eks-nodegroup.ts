import type { ClusterProfile } from '@seatrial/cluster';

/** The name of the nodes' group; the cloud's own group behind it has another. */
export const nodegroupOf = ({ nodes }: ClusterProfile): string =>
  nodes.at(0)?.labels?.['alpha.eksctl.io/nodegroup-name'] ?? 'nodegroup';
