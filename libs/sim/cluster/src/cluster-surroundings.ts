import {
  inRange,
  parseCidr,
  parseIpv4,
  type Protocol,
  type Route,
  type Sender,
  type Surroundings,
} from '@seatrial/network';
import type { Cluster } from './cluster.js';
import type { ClusterSite } from './cluster-site.js';
import { hostAddress } from './profile/node-profile.js';

/** Packets that go from cluster to cluster more often than this go round in circles. */
const MAX_CROSSINGS = 4;

const isWithin = (subnet: string, address: string): boolean => {
  const range = parseCidr(subnet);
  const value = parseIpv4(address);
  return range !== undefined && value !== undefined && inRange(range, value);
};

/**
 * The clusters beside one, as Docker's networks let packets through: the machine itself reaches every container, containers
 * reach those of their own network, and by address translation the machines outside of Docker.
 */
export class ClusterSurroundings implements Surroundings {
  private crossings = 0;

  constructor(
    private readonly site: ClusterSite,
    private readonly cluster: Cluster,
  ) {}

  route(from: Sender, address: string, port: number, protocol: Protocol): Route | undefined {
    const other = this.find(from, address);
    if (!other || this.crossings >= MAX_CROSSINGS) return this.isHome(from) ? this.unanswered(address) : undefined;
    this.crossings++;
    const found = other.network.enter(this.seenAs(from, other), address, port, protocol);
    this.crossings--;
    return found;
  }

  answersPing(from: Sender, address: string): boolean {
    const other = this.find(from, address);
    const node = other?.profile.nodes.find((each) => each.address === address);
    return node !== undefined && other?.network.isNodeReachable(node.name) === true;
  }

  /** The cluster that has the address, as far as the sender reaches it. */
  private find(from: Sender, address: string): Cluster | undefined {
    for (const other of this.site.clusters)
      if (other !== this.cluster && other.network.hasOuterAddress(address) && this.reaches(from, other)) return other;
    return undefined;
  }

  private reaches(from: Sender, { profile: { nodeNetwork } }: Cluster): boolean {
    if (this.isHome(from)) return true;
    return nodeNetwork ? isWithin(nodeNetwork.subnet, from.address) : this.cluster.profile.nodeNetwork !== undefined;
  }

  /** Whether it is the machine on which all clusters are. */
  private isHome({ nodeName, isPod }: Sender): boolean {
    return this.cluster === this.site.first && !isPod && nodeName === this.site.homeNode;
  }

  /** Docker's bridge is the machine's address among containers; what leaves Docker comes from the machine. */
  private seenAs(from: Sender, { profile }: Cluster): string {
    const { nodeNetwork } = profile;
    if (!nodeNetwork) return profile.nodes.find(({ name }) => name === this.site.homeNode)?.address ?? from.address;
    return this.isHome(from) ? hostAddress(nodeNetwork.subnet.split('/')[0], 1) : from.address;
  }

  /** Nobody on a network of the machine's has the address. */
  private unanswered(address: string): Route | undefined {
    const own = this.site.clusters.some(
      ({ profile: { nodeNetwork } }) => nodeNetwork && isWithin(nodeNetwork.subnet, address),
    );
    if (!own) return undefined;
    const hop = { where: address, decision: 'no machine has this address' };
    return { kind: 'failure', failure: 'host-unreachable', hops: [hop] };
  }
}
