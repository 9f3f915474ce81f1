import type { ApiServer } from '@seatrial/apiserver';
import type { ImageCatalog, ImageDefinition } from '@seatrial/images';
import {
  Simulation,
  type JsonValue,
  type Machine,
  type ProgramTable,
  type Result,
  type SimulationBudget,
} from '@seatrial/kernel';
import type { Kubelet } from '@seatrial/kubelet';
import type { ExternalHost, NetworkFabric } from '@seatrial/network';
import { ClusterSite } from './cluster-site.js';
import type { ClusterFailures } from './failures.js';
import type { ClusterProfile } from './profile/cluster-profile.js';
import { SettleObserver } from './settle.js';
import { startCluster } from './start-cluster.js';

export interface ClusterOptions {
  readonly profile: ClusterProfile;
  readonly seed: string;
  /** Virtual ms since the epoch at which the student starts; the cluster is older (`ageMs`). */
  readonly startTime?: number;
  readonly budget?: Partial<SimulationBudget>;
  /** Programs that images' applets and scripts, and the nodes' shells, run on (libs/client gives them). */
  readonly programs: ProgramTable;
  /** What the nodes' own shells run on, where it differs. */
  readonly nodePrograms?: ProgramTable;
  /** Images beyond the catalogue, such as an exercise's own. */
  readonly images?: readonly ImageDefinition[];
  readonly external?: readonly ExternalHost[];
  /** Whether there is a way out: names outside that nobody has do not exist, else they cannot be asked for. */
  readonly internet?: boolean;
  /** Whether what moves in the kube-* namespaces is waited for, too; the recordings' recorder does not (`settle`). */
  readonly awaitsSystem?: boolean;
  /** Reads YAML, for the nodes' static pods (libs/client gives it); without it there are none. */
  readonly readYaml?: (text: string) => Result<JsonValue, string>;
}

/** A simulated cluster at work. */
export interface Cluster {
  readonly simulation: Simulation;
  readonly profile: ClusterProfile;
  readonly apiServer: ApiServer;
  readonly network: NetworkFabric;
  /** What the nodes pull from; images that are pushed join it. */
  readonly images: ImageCatalog;
  readonly kubelets: ReadonlyMap<string, Kubelet>;
  /** The nodes as machines, by node name. */
  readonly machines: ReadonlyMap<string, Machine>;
  /** What can be made to go wrong. */
  readonly failures: ClusterFailures;
  /** The clusters of the simulation. */
  readonly site: ClusterSite;
  /** Ends its control plane for good; its machines stay. */
  stop(): void;
  /** Lets time pass until nothing moves in any cluster of the site, `capMs` (60 s) at the most. */
  settle(capMs?: number): void;
}

/** 2026-11-21T04:30:00Z. */
const DEFAULT_START = Date.UTC(2026, 10, 21, 4, 30);
/** How long the cluster has been up when the student arrives. */
const AGE_MS = 45 * 60_000;

/** Builds a cluster of the profile, lets it come up and grow old, and hands it over at `startTime`. */
export function createCluster(options: ClusterOptions): Cluster {
  const startTime = options.startTime ?? DEFAULT_START;
  const simulation = new Simulation({ startTime: startTime - AGE_MS, seed: options.seed, budget: options.budget });
  const started = startCluster(simulation, options);
  const observer = new SettleObserver(simulation, started.apiServer.store, options.awaitsSystem);
  simulation.runUntil(startTime);
  return new ClusterSite(started, options, observer).first;
}
