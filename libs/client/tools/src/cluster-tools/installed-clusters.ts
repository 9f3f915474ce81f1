import {
  CLUSTER_SITE,
  type ClusterPlace,
  type ClusterProfile,
  type ClusterSite,
  type NodeProfile,
} from '@seatrial/cluster';
import { compareStrings, invariant, type FacilityKey } from '@seatrial/kernel';
import { DockerEngine } from '../docker/engine/docker-engine.js';
import { DockerFailure } from '../docker/docker-failure.js';
import { DOCKER_SETUP } from '../docker/docker-setup.js';
import { overlap, subnetOf, type EngineNetwork } from '../docker/engine/engine-network.js';
import type { Tool } from '../tool/tool.js';
import { FurtherCluster, type FurtherClusterOptions } from './further-cluster.js';
import { InstalledCluster } from './installed-cluster.js';

const CLUSTERS: FacilityKey<InstalledClusters> = { name: 'installed-clusters' };
const FIRST_HOST = 2;
const LAST_HOST = 254;
/** Ports before this one are those that the first cluster's containers have. */
const FIRST_FREE_PORT = 32_773;

/** Installers whose nodes are containers of the machine's Docker. */
export type ContainerInstaller = 'k3d' | 'kind' | 'minikube';

/** The clusters of a machine as their installers know them: the one that it began with, and those that were made since. */
export class InstalledClusters {
  private readonly further: FurtherCluster[] = [];

  constructor(readonly site: ClusterSite) {}

  /** Those of a machine; undefined where no installer could make any. */
  static of({ machine }: Pick<Tool, 'machine'>): InstalledClusters | undefined {
    const known = machine.facility(CLUSTERS);
    if (known) return known;
    const site = machine.facility(CLUSTER_SITE);
    if (!site || !machine.facility(DOCKER_SETUP)) return undefined;
    const made = new InstalledClusters(site);
    machine.provide(CLUSTERS, made);
    return made;
  }

  /** Those that an installer has made, by name. */
  list(installer: ContainerInstaller): readonly InstalledCluster[] {
    const first = InstalledCluster.of({ machine: this.site.home }, installer);
    const own = this.further.filter(({ node }) => node.profile.name === installer);
    return [...(first?.exists ? [first] : []), ...own].sort((a, b) => compareStrings(a.name, b.name));
  }

  /** The further ones of all installers, the oldest first. */
  get added(): readonly FurtherCluster[] {
    return this.further;
  }

  /** An installer's cluster of a name: one that exists, or the machine's first, which may come back. */
  find(installer: ContainerInstaller, name: string): InstalledCluster | undefined {
    const first = InstalledCluster.of({ machine: this.site.home }, installer);
    if (first?.name === name) return first;
    return this.further.find((each) => each.name === name && each.node.profile.name === installer);
  }

  /** What Docker's network has for the nodes of a cluster: its free addresses in their order. */
  place(name: string, workers: number, network: EngineNetwork): ClusterPlace {
    const { clusters } = this.site;
    const used = new Set(clusters.flatMap(({ profile }) => profile.nodes.map(({ address }) => address)));
    const free: string[] = [];
    for (let host = FIRST_HOST; host <= LAST_HOST; host++) {
      const address = `${network.prefix}.${host}`;
      if (!used.has(address) && !network.taken.has(host)) free.push(address);
    }
    return {
      name,
      workers,
      address: (position) => free[Math.min(position, free.length - 1)],
      network: { name: network.name, subnet: subnetOf(network) },
    };
  }

  /** Whether so many workers of the first cluster would have addresses that no other cluster's nodes have. */
  hasRoom({ node: { profile } }: InstalledCluster, workers: number): boolean {
    const servers = profile.nodes.filter(({ controlPlane }) => controlPlane).length;
    const taken = this.further.flatMap(({ node }) => node.profile.nodes.map(({ address }) => address));
    const wanted = Array.from({ length: workers }, (_, index) => profile.machine('worker', index, servers + index));
    return !wanted.some(({ address }) => taken.includes(address));
  }

  /** Starts a cluster of a profile with its control planes; the workers join when the installer makes them. */
  add(profile: ClusterProfile, options: Omit<FurtherClusterOptions, 'cluster'>): FurtherCluster {
    const servers = profile.nodes.filter(({ controlPlane }) => controlPlane);
    const cluster = this.site.add({ ...profile, nodes: servers });
    const made = new FurtherCluster({ ...options, cluster });
    this.further.push(made);
    for (const server of servers) occupy(options.network, server);
    const { apiBalancer } = profile;
    if (apiBalancer) occupy(options.network, apiBalancer);
    return made;
  }

  /** One more node of a cluster that was added. */
  join({ node, options }: FurtherCluster, machine: NodeProfile): void {
    node.members.join(machine);
    occupy(options.network, machine);
  }

  /** A cluster that was added is gone: its nodes, their ports and addresses. */
  remove(gone: FurtherCluster): void {
    const index = this.further.indexOf(gone);
    if (index < 0) return;
    this.further.splice(index, 1);
    gone.stage = 'deleted';
    const { cluster, network } = gone.options;
    for (const port of gone.ports) port.close();
    const { nodes, apiBalancer } = cluster.profile;
    for (const { address } of [...nodes, ...(apiBalancer ? [apiBalancer] : [])])
      network.taken.delete(hostPart(address));
    this.site.remove(cluster);
  }

  /** The machine's Docker, which comes up when it is first needed. */
  private get engine(): DockerEngine {
    const engine = DockerEngine.of(this.site.home);
    invariant(engine, 'the machine has Docker');
    return engine;
  }

  /** Whether a new network of Docker's can have a subnet. */
  isFree(subnet: string): boolean {
    return ![...this.engine.networks.values()].some((each) => each.prefix !== '' && overlap(subnetOf(each), subnet));
  }

  /** Docker's network of this name, made where it is missing; undefined when Docker has no addresses for it. */
  network(name: string, pool?: EngineNetwork['pool']): EngineNetwork | undefined {
    try {
      return this.engine.networks.get(name) ?? this.engine.createNetwork(name, {}, pool);
    } catch (error) {
      if (error instanceof DockerFailure) return undefined;
      throw error;
    }
  }

  /** The next port of the machine that Docker gives a container. */
  nextHostPort(): number {
    for (;;) {
      const port = this.engine.nextHostPort();
      if (port >= FIRST_FREE_PORT) return port;
    }
  }

  /** Docker's network of this name goes. */
  removeNetwork(name: string): void {
    const network = this.engine.networks.get(name);
    if (network) this.engine.removeNetwork(network);
  }
}

const hostPart = (address: string): number => Number(address.slice(address.lastIndexOf('.') + 1));

function occupy(network: EngineNetwork, { address }: Pick<NodeProfile, 'address'>): void {
  network.taken.add(hostPart(address));
}
