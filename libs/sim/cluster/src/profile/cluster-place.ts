import type { ClusterProfile, NodeNetwork } from './cluster-profile.js';
import { hostAddress, machines } from './node-profile.js';

/** The cluster's DNS has the tenth address of the Services' range (kubeadm's constants.GetDNSIP). */
const DNS_OFFSET = 10;

/** What an installer names and numbers a cluster's nodes by. */
export interface NodeNaming {
  readonly name: string;
  /** The address of the node at a position. */
  readonly address: (position: number) => string;
  readonly workers: number;
  /** One without it. */
  readonly controlPlanes?: number;
  /** Where pods have their addresses, `10.244.0.0/16`: as the installer has it without. */
  readonly podCidr?: string | undefined;
}

/** Where a further cluster stands: its name, how many nodes it begins with, and what it has of the machine. */
export interface ClusterPlace extends NodeNaming {
  readonly network: NodeNetwork;
  /** Where Services have their addresses: as the installer has it without. */
  readonly serviceCidr?: string | undefined;
  readonly publishedApi?: ClusterProfile['publishedApi'];
  /** What is in front of several control planes. */
  readonly apiBalancer?: ClusterProfile['apiBalancer'];
  /** Who signs its certificates; the authority of the first cluster without it. */
  readonly authority?: string;
}

/** An installer's profile for one more cluster. */
export function furtherProfile(
  installer: ClusterProfile,
  place: ClusterPlace,
  machine: ClusterProfile['machine'],
  kubeconfig: ClusterProfile['kubeconfig'],
): ClusterProfile {
  const { network, publishedApi, apiBalancer, authority, workers, controlPlanes = 1, podCidr, serviceCidr } = place;
  return {
    ...installer,
    clusterName: place.name,
    nodes: machines(machine, controlPlanes, workers),
    machine,
    kubeconfig,
    nodeNetwork: network,
    ...(podCidr !== undefined && { podCidr }),
    ...(serviceCidr !== undefined && { serviceCidr, dnsAddress: hostAddress(serviceCidr.split('/')[0], DNS_OFFSET) }),
    ...(publishedApi && { publishedApi }),
    ...(apiBalancer && { apiBalancer }),
    ...(authority !== undefined && { authority }),
  };
}
