import { invariant, sha256Hex, type FacilityKey, type Machine } from '@seatrial/kernel';
import type { ImageDefinition } from '@seatrial/images';
import type { Cluster, ClusterOptions } from './cluster.js';
import { ClusterSurroundings } from './cluster-surroundings.js';
import type { ClusterProfile } from './profile/cluster-profile.js';
import type { SettleObserver } from './settle.js';
import { startCluster, type StartedCluster } from './start-cluster.js';
import { sinkOf } from './unsupported-sink.js';

/** So many clusters, the first one included, nobody has on one machine at once. */
export const MAX_CLUSTERS = 8;
/** So many are made in one replay. */
export const MAX_CLUSTERS_MADE = 32;

/** Under this key the machine that all clusters are on offers them. */
export const CLUSTER_SITE: FacilityKey<ClusterSite> = { name: 'cluster-site' };

/** A cluster of a site, made of what was started. */
class SiteCluster implements Cluster {
  readonly simulation: Cluster['simulation'];
  readonly profile: Cluster['profile'];
  readonly apiServer: Cluster['apiServer'];
  readonly network: Cluster['network'];
  readonly images: Cluster['images'];
  readonly kubelets: Cluster['kubelets'];
  readonly machines: Cluster['machines'];
  readonly failures: Cluster['failures'];

  constructor(
    readonly site: ClusterSite,
    private readonly started: StartedCluster,
  ) {
    this.simulation = started.simulation;
    this.profile = started.profile;
    this.apiServer = started.apiServer;
    this.network = started.network;
    this.images = started.images;
    this.kubelets = started.kubelets;
    this.machines = started.machines;
    this.failures = started.failures;
  }

  stop(): void {
    this.started.stop();
  }

  settle(capMs?: number): void {
    this.site.settle(capMs);
  }
}

/**
 * The clusters of one simulation: the one that it began with, and those that are made later on its first machine. They
 * share time, order and budgets; each has randomness of its own, by its name and how many were made before.
 */
export class ClusterSite {
  readonly first: Cluster;
  /** The node of the first cluster on whose machine all others are: a control plane where it has one. */
  readonly homeNode: string;
  /** When the first one was handed over, virtual ms since the epoch. */
  readonly since: number;
  /** That machine; it offers the site as {@link CLUSTER_SITE}. */
  readonly home: Machine;
  private readonly members: Cluster[];
  private readonly unwatch = new Map<Cluster, () => void>();
  /** Images that registries were given since the start. */
  private readonly published: ImageDefinition[] = [];
  private made = 1;

  constructor(
    first: StartedCluster,
    private readonly options: ClusterOptions,
    private readonly observer: SettleObserver,
  ) {
    this.first = new SiteCluster(this, first);
    this.members = [this.first];
    this.since = first.simulation.now();
    const { nodes } = first.profile;
    this.homeNode = (nodes.find(({ controlPlane }) => controlPlane) ?? nodes[0]).name;
    const home = first.machines.get(this.homeNode);
    invariant(home, 'the first cluster has a node');
    this.home = home;
    home.provide(CLUSTER_SITE, this);
  }

  /** Those that live, the first one first. */
  get clusters(): readonly Cluster[] {
    return this.members;
  }

  /** Why there can be no more; undefined when there can. */
  get full(): string | undefined {
    if (this.members.length >= MAX_CLUSTERS) return `more than ${MAX_CLUSTERS} clusters at once`;
    return this.made >= MAX_CLUSTERS_MADE ? `more than ${MAX_CLUSTERS_MADE} clusters in one session` : undefined;
  }

  /** What a new cluster's authority is called: nobody else's. */
  nextAuthority(name: string): string {
    return sha256Hex(`authority ${name} ${this.made}`).slice(0, 16);
  }

  /** Starts one more cluster, whose nodes are containers on the first machine; it comes up as time passes. */
  add(profile: ClusterProfile): Cluster {
    const simulation = this.first.simulation.branch(`cluster/${profile.kubeconfig.context}/${this.made++}`);
    // What its containers cannot do is told to whoever sits at the first one's machines.
    const told = sinkOf(this.first.machines);
    const cluster = new SiteCluster(this, startCluster(simulation, { ...this.options, profile }, told));
    for (const image of this.published) cluster.images.add(image);
    if (this.members.length === 1) this.surround(this.first);
    this.members.push(cluster);
    this.surround(cluster);
    this.unwatch.set(cluster, this.observer.watch(cluster.apiServer.store));
    return cluster;
  }

  /** Ends a cluster that was added: its nodes are gone, and nobody looks at it any more. */
  remove(cluster: Cluster): void {
    const index = this.members.indexOf(cluster);
    if (index < 1) return;
    this.members.splice(index, 1);
    this.unwatch.get(cluster)?.();
    this.unwatch.delete(cluster);
    cluster.stop();
    for (const name of cluster.machines.keys()) cluster.failures.begin(name, 'powered-off');
  }

  /** Gives an image to a registry: every cluster's nodes can pull it. */
  publish(image: ImageDefinition): void {
    this.published.push(image);
    for (const { images } of this.members) images.add(image);
  }

  /** Lets time pass until nothing moves in any cluster, `capMs` (60 s) at the most. */
  settle(capMs?: number): void {
    this.observer.settle(capMs);
  }

  private surround(cluster: Cluster): void {
    cluster.network.surround(new ClusterSurroundings(this, cluster));
  }
}
