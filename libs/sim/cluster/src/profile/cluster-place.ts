import type { ClusterProfile, NodeNetwork } from './cluster-profile.js';
import { machines } from './node-profile.js';

/** What an installer names and numbers a cluster's nodes by. */
export interface NodeNaming {
  readonly name: string;
  /** The address of the node at a position. */
  readonly address: (position: number) => string;
  readonly workers: number;
}

/** Where a further cluster stands: its name, how many nodes it begins with, and what it has of the machine. */
export interface ClusterPlace extends NodeNaming {
  readonly network: NodeNetwork;
  readonly publishedApi?: ClusterProfile['publishedApi'];
  /** Who signs its certificates; the authority of the first cluster without it. */
  readonly authority?: string;
}

/** An installer's profile for one more cluster with one control plane. */
export function furtherProfile(
  installer: ClusterProfile,
  place: ClusterPlace,
  machine: ClusterProfile['machine'],
  kubeconfig: ClusterProfile['kubeconfig'],
): ClusterProfile {
  const { network, publishedApi, authority, workers } = place;
  return {
    ...installer,
    clusterName: place.name,
    nodes: machines(machine, 1, workers),
    machine,
    kubeconfig,
    nodeNetwork: network,
    ...(publishedApi && { publishedApi }),
    ...(authority !== undefined && { authority }),
  };
}
