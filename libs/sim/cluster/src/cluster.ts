import type { ApiServer } from '@seatrial/apiserver';
import { IMAGES, createImageCatalog, type ImageCatalog, type ImageDefinition } from '@seatrial/images';
import {
  Simulation,
  invariant,
  type Machine,
  type JsonValue,
  type ProgramTable,
  type Result,
  type SimulationBudget,
} from '@seatrial/kernel';
import type { Kubelet } from '@seatrial/kubelet';
import type { ExternalHost, NetworkFabric } from '@seatrial/network';
import { installObjects } from './addons/addon.js';
import { ADDONS, findAddon } from './addons/registry.js';
import { createApiServices } from './bootstrap/api-services.js';
import { watchFlowSchemas } from './bootstrap/flow-schemas.js';
import { createAwsAuth } from './bootstrap/aws-auth.js';
import { NodeGroup, type NodeGroupOptions } from './autoscaler/node-group.js';
import { createKubeadmConfig } from './bootstrap/kubeadm-config.js';
import { createKubeSystem } from './bootstrap/kube-system.js';
import { createKubernetesService, keepKubernetesService } from './bootstrap/kubernetes-service.js';
import { createCsiDrivers } from './bootstrap/storage-drivers.js';
import { createServiceCidr } from './bootstrap/service-cidr.js';
import { createStorageClasses } from './bootstrap/storage-classes.js';
import { ClusterFailures } from './failures.js';
import { startControlPlane } from './control-plane.js';
import { startNode } from './node.js';
import type { ClusterProfile, NodeGroupProfile, NodeProfile } from './profile/cluster-profile.js';
import { SettleObserver } from './settle.js';

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
  /** Lets time pass until nothing moves, `capMs` (60 s) at the most. */
  settle(capMs?: number): void;
}

/** 2026-11-21T04:30:00Z. */
const DEFAULT_START = Date.UTC(2026, 10, 21, 4, 30);
/** How long the cluster has been up when the student arrives. */
const AGE_MS = 45 * 60_000;

/** The group of a profile's workers. */
function nodeGroup(
  { nodes, machine }: ClusterProfile,
  profile: NodeGroupProfile,
  rest: Pick<NodeGroupOptions, 'simulation' | 'apiServer' | 'join' | 'leave'>,
): NodeGroup {
  const workers = nodes.filter(({ controlPlane }) => !controlPlane).map(({ name }) => name);
  const first = nodes.length - workers.length;
  const nth = (position: number): NodeProfile => machine('worker', position - first, position);
  return new NodeGroup({ ...rest, profile, machine: nth, members: workers, nextPosition: nodes.length });
}

/** What the next worker to join is like: at the first position whose name is free. */
function nextMachine({ nodes, machine }: ClusterProfile): NodeProfile {
  const servers = nodes.filter(({ controlPlane }) => controlPlane).length;
  for (let position = servers; ; position++) {
    const made = machine('worker', position - servers, position);
    if (!nodes.some(({ name }) => name === made.name)) return made;
  }
}

/** Builds a cluster of the profile, lets it come up and grow old, and hands it over at `startTime`. */
export function createCluster(given: ClusterOptions): Cluster {
  // Its nodes are those that it has now: machines join and leave.
  const nodes = [...given.profile.nodes];
  const profile = { ...given.profile, nodes };
  const options = { ...given, profile };
  const startTime = options.startTime ?? DEFAULT_START;
  const simulation = new Simulation({ startTime: startTime - AGE_MS, seed: options.seed, budget: options.budget });
  const { apiServer, network, components } = startControlPlane(simulation, options);
  const addonImages = ADDONS.flatMap((addon) => addon.images ?? []);
  const images = createImageCatalog([
    ...IMAGES.filter(({ fromInternet }) => options.internet === true || fromInternet !== true),
    ...addonImages,
    ...(options.images ?? []),
  ]);
  const kubelets = new Map<string, Kubelet>();
  const machines = new Map<string, Machine>();
  const failures = new ClusterFailures({ simulation, apiServer, network, images, kubelets, machines });
  const groups: NodeGroup[] = [];
  const members = {
    next: () => nextMachine(profile),
    join: (node: NodeProfile) => join(node),
    leave: (name: string) => leave(name),
  };
  const shared = { simulation, apiServer, network, images, machines, options, components, failures, members };
  const join = (node: NodeProfile): void => {
    if (!nodes.includes(node)) nodes.push(node);
    const started = startNode({ ...shared, node, groups: { apiServer, groups } });
    machines.set(node.name, started.machine);
    kubelets.set(node.name, started.kubelet);
  };
  const leave = (name: string): void => {
    kubelets.get(name)?.powerOff();
    network.detachNode(name);
    kubelets.delete(name);
    machines.delete(name);
    nodes.splice(nodes.findIndex((node) => node.name === name) >>> 0, 1);
  };
  if (profile.nodeGroup) groups.push(nodeGroup(profile, profile.nodeGroup, { simulation, apiServer, join, leave }));
  for (const node of given.profile.nodes) join(node);
  const bootstrap = apiServer.client('kube-apiserver');
  createKubernetesService(bootstrap, profile);
  keepKubernetesService(apiServer, profile);
  createStorageClasses(bootstrap, profile);
  createCsiDrivers(bootstrap, profile);
  createKubeSystem(bootstrap, profile);
  createKubeadmConfig(bootstrap, profile);
  createApiServices(apiServer);
  watchFlowSchemas(apiServer);
  createServiceCidr(bootstrap, profile, simulation.now());
  createAwsAuth(bootstrap, profile);
  for (const name of profile.addons) {
    const addon = findAddon(name);
    invariant(addon, `no addon ${name}`);
    addon.start?.(apiServer);
    installObjects(apiServer, addon.objects?.(profile) ?? []);
  }
  const observer = new SettleObserver(simulation, apiServer.store);
  simulation.runUntil(startTime);
  const settle = (capMs?: number): void => {
    observer.settle(capMs);
  };
  return { simulation, profile, apiServer, network, images, kubelets, machines, failures, settle };
}
