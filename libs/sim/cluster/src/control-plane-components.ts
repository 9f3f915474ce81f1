import {
  startControllers,
  type ApiServer,
  type ControllerDefinition,
  type RunningControllers,
} from '@seatrial/apiserver';
import type { ComponentHost, ComponentName } from '@seatrial/images';
import { Condition, sha256Hex, type Simulation, type Waitable } from '@seatrial/kernel';
import type { NetworkFabric } from '@seatrial/network';
import type { Scheduler } from '@seatrial/scheduler';
import { EtcdDatabases, type EtcdPoint } from './etcd-databases.js';

/** How long a component takes from its start to its work: leader election, caches. */
const START_MS = 2000;
/** How long an API server that is gone stays among the endpoints of the Service kubernetes (its lease). */
const LEASE_MS = 15_000;

/** One node's listener for the API. */
export interface ApiListener {
  open(): void;
  close(): void;
}

/** One member of etcd. */
export interface EtcdMember {
  /** Hexadecimal, as etcdctl prints it. */
  readonly id: string;
  readonly name: string;
  readonly up: boolean;
}

/** etcd as its members see it. */
export interface EtcdState {
  readonly members: readonly EtcdMember[];
  /** Name of the leader; undefined without a quorum. */
  readonly leader: string | undefined;
  readonly term: number;
}

/** One node's API server as a part of the control plane. */
export interface ControlPlaneMember {
  /** Whether it can answer requests: it has an etcd with a quorum. */
  serves(): boolean;
  /** What its connections wait for while its processes are frozen. */
  frozen(): Waitable | undefined;
  /** `v1.35.4`. */
  release(): string;
}

export interface ComponentsOptions {
  /** The release that the control plane begins with. */
  readonly release: string;
  readonly simulation: Simulation;
  readonly apiServer: ApiServer;
  readonly scheduler: Scheduler;
  readonly definitions: readonly ControllerDefinition[];
  readonly network: NetworkFabric;
  /** Nodes whose static pods make up the control plane. */
  readonly members: readonly string[];
  /** Makes what an API server makes of an empty etcd. */
  readonly bootstrap: () => void;
  /** The length of history when nobody but the API server itself had written. */
  readonly firstLength: () => number;
  /** Told the text of the EncryptionConfiguration that an API server starts with. */
  readonly onEncryption: (text: string | undefined) => void;
  /** Told which nodes' API servers listen, some time after that has changed. */
  readonly onServing?: (nodes: readonly string[]) => void;
}

/**
 * The control plane as its nodes' containers make it up. Until the first container of a component has started the
 * component runs by itself, as on clusters whose control plane is no pod; from then on it lives while one of them does.
 * An API server needs the etcd of its own node, and etcd most of its members.
 */
export class ControlPlaneComponents {
  /** When each node's container of a component takes up its work. */
  private readonly running = new Map<ComponentName, Map<string, number>>();
  /** The releases of API servers that run in containers, by node. */
  private readonly releases = new Map<string, string>();
  private readonly listeners = new Map<string, ApiListener>();
  private controllers: RunningControllers | undefined;
  private scheduling = true;
  /** Every member of etcd has been there: from now on they must be most of them. */
  private formed = false;
  private leader: string | undefined;
  private term = 1;
  private announced: string | undefined;
  private readonly databases: EtcdDatabases;
  /** While its containers are frozen: ready once they go on. */
  frozen: Condition | undefined;
  private stopped = false;

  constructor(private readonly options: ComponentsOptions) {
    const { apiServer, simulation, members, bootstrap, firstLength } = options;
    this.databases = new EtcdDatabases({
      members,
      bootstrap,
      firstLength,
      now: () => simulation.now(),
      historyLength: () => apiServer.store.history().length,
      rewind: (length, bump) => apiServer.rewind(length, bump),
    });
    this.controllers = startControllers(options.apiServer, options.definitions);
    options.network.onNodeReachable(() => this.update());
  }

  addListener(node: string, listener: ApiListener): void {
    this.listeners.set(node, listener);
  }

  /** What a node's control-plane containers are told. */
  hostOf(node: string): ComponentHost {
    const { simulation } = this.options;
    return {
      open: (data) => this.databases.open(node, data),
      started: (name, release, encryption) => {
        if (name === 'kube-apiserver') {
          this.releases.set(node, release);
          this.options.onEncryption(encryption);
        }
        const nodes = this.running.get(name) ?? new Map<string, number>();
        this.running.set(name, nodes.set(node, simulation.now() + START_MS));
        this.update();
        simulation.after(START_MS, () => this.update());
        return () => {
          nodes.delete(node);
          this.update();
        };
      },
    };
  }

  /** What is told of a node's API server. */
  memberOf(node: string): ControlPlaneMember {
    return {
      serves: () => this.serves(node),
      frozen: () => this.frozen,
      release: () => this.releases.get(node) ?? this.options.release,
    };
  }

  /** Whether the API server of a node can answer requests. */
  serves(node: string): boolean {
    return this.works('kube-apiserver', node) && this.works('etcd', node) && this.hasQuorum(node);
  }

  /** Whether a node's port for the API is open. */
  listens(node: string): boolean {
    return (
      this.hasStarted('kube-apiserver', node) &&
      this.hasStarted('etcd', node) &&
      this.options.network.isNodeReachable(node)
    );
  }

  /** What a snapshot of etcd's database holds now. */
  etcdPoint(): EtcdPoint {
    const { apiServer, members } = this.options;
    return { historyLength: apiServer.store.history().length, bump: 0, members: Math.max(1, members.length) };
  }

  /** An installer makes the cluster anew: whatever its data directories hold. */
  renewEtcd(): void {
    this.databases.forget();
  }

  etcd(): EtcdState {
    const { members } = this.options;
    return {
      members: members.map((name) => ({ id: sha256Hex(`etcd ${name}`).slice(0, 16), name, up: this.isUp(name) })),
      leader: this.leader,
      term: this.term,
    };
  }

  /** Its containers are frozen on every node, or go on: it takes connections and says nothing meanwhile. */
  freeze(frozen: boolean): void {
    if (frozen === (this.frozen !== undefined)) return;
    const { frozen: thawed } = this;
    this.frozen = frozen ? new Condition() : undefined;
    thawed?.set();
    this.update();
  }

  /** Ends every component for good, whatever its containers do. */
  stop(): void {
    const { apiServer, scheduler } = this.options;
    this.stopped = true;
    apiServer.available = false;
    this.controllers?.stop();
    this.controllers = undefined;
    if (this.scheduling) scheduler.pause();
    this.scheduling = false;
    for (const listener of this.listeners.values()) listener.close();
  }

  private works(name: ComponentName, node: string): boolean {
    return this.frozen === undefined && this.hasStarted(name, node);
  }

  private hasStarted(name: ComponentName, node: string): boolean {
    const nodes = this.running.get(name);
    if (!nodes) return true;
    const from = nodes.get(node);
    return from !== undefined && from <= this.options.simulation.now();
  }

  private isUp(member: string): boolean {
    return (
      this.hasStarted('etcd', member) && this.options.network.isNodeReachable(member) && this.databases.isLive(member)
    );
  }

  /** Whether a member of etcd sees most of the members. */
  private hasQuorum(node: string): boolean {
    if (!this.formed) return true;
    if (!this.databases.isLive(node)) return false;
    const { members, network } = this.options;
    const seen = network.isNodeReachable(node) ? members.filter((member) => this.isUp(member)) : [node];
    return seen.length * 2 > members.length;
  }

  private elect(): void {
    const up = this.options.members.filter((member) => this.isUp(member));
    if (up.length * 2 <= this.options.members.length) this.leader = undefined;
    else if (this.leader === undefined || !up.includes(this.leader)) {
      if (this.leader !== undefined || this.term > 1) this.term++;
      this.leader = up[0];
      this.term = Math.max(this.term, 2);
    }
  }

  /** Whether some node's container of a component is at work and can use the API. */
  private isActive(name: ComponentName): boolean {
    const nodes = this.running.get(name);
    if (this.frozen) return false;
    if (!nodes) return true;
    return [...nodes.keys()].some((node) => this.works(name, node) && this.serves(node));
  }

  private announce(): void {
    const { members, simulation, onServing } = this.options;
    if (!onServing || !this.formed) return;
    const listening = members.filter((member) => this.listens(member));
    const text = listening.join(' ');
    if (text === this.announced) return;
    this.announced = text;
    simulation.after(LEASE_MS, () => {
      if (!this.stopped) onServing(members.filter((member) => this.listens(member)));
    });
  }

  private update(): void {
    if (this.stopped) return;
    this.databases.adopt((node) => this.hasStarted('etcd', node) && this.options.network.isNodeReachable(node));
    this.announce();
    const { members, apiServer, scheduler, definitions } = this.options;
    const etcd = this.running.get('etcd');
    this.formed ||=
      members.length > 0 && members.every((member) => etcd?.has(member) && this.hasStarted('etcd', member));
    if (this.formed) this.elect();
    for (const [node, listener] of this.listeners) {
      if (this.hasStarted('kube-apiserver', node) && this.hasStarted('etcd', node)) listener.open();
      else listener.close();
    }
    apiServer.available = this.isActive('kube-apiserver');
    const schedules = this.isActive('kube-scheduler');
    if (schedules !== this.scheduling) {
      this.scheduling = schedules;
      if (schedules) scheduler.resume();
      else scheduler.pause();
    }
    if (!this.isActive('kube-controller-manager')) {
      this.controllers?.stop();
      this.controllers = undefined;
    } else this.controllers ??= startControllers(apiServer, definitions);
  }
}
