import { API_SERVER, createApiServer, startControllers, type ApiServer } from '@seatrial/apiserver';
import { controllersFor } from '@seatrial/controllers';
import { IMAGES, createImageCatalog, type ImageDefinition } from '@seatrial/images';
import {
  Machine,
  Simulation,
  UNSUPPORTED,
  invariant,
  type ProgramTable,
  type SimulationBudget,
} from '@seatrial/kernel';
import { allKinds } from '@seatrial/kinds';
import { startKubelet, type Kubelet, type NodeProfile as KubeletNode } from '@seatrial/kubelet';
import { createNetwork, type ExternalHost, type NetworkFabric } from '@seatrial/network';
import { startScheduler } from '@seatrial/scheduler';
import { formatTime } from '@seatrial/schema';
import { createKubeSystem } from './bootstrap/kube-system.js';
import { createKubernetesService } from './bootstrap/kubernetes-service.js';
import { createMetricsServer } from './bootstrap/metrics-server.js';
import { createSystemNamespaces } from './bootstrap/namespaces.js';
import { policyObjects } from './bootstrap/policy-objects.js';
import { createStorageClasses } from './bootstrap/storage-classes.js';
import { apiServerService } from './api-server-service.js';
import { createNodeFiles } from './node-files.js';
import type { ClusterProfile, NodeProfile } from './profile/cluster-profile.js';
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
}

/** A simulated cluster at work. */
export interface Cluster {
  readonly simulation: Simulation;
  readonly profile: ClusterProfile;
  readonly apiServer: ApiServer;
  readonly network: NetworkFabric;
  readonly kubelets: ReadonlyMap<string, Kubelet>;
  /** The nodes as machines, by node name. */
  readonly machines: ReadonlyMap<string, Machine>;
  /** Lets time pass until nothing moves, `capMs` (60 s) at the most. */
  settle(capMs?: number): void;
}

/** 2026-11-21T04:30:00Z. */
const DEFAULT_START = Date.UTC(2026, 10, 21, 4, 30);
/** How long the cluster has been up when the student arrives. */
const AGE_MS = 45 * 60_000;

function kubeletNode(profile: ClusterProfile, node: NodeProfile): KubeletNode {
  const machineId = node.name
    .padEnd(32, '0')
    .replace(/[^0-9a-f]/g, '7')
    .slice(0, 32);
  return {
    name: node.name,
    internalIp: node.address,
    podCidr: node.podCidr,
    labels: node.labels,
    taints: node.taints,
    capacity: node.capacity,
    allocatable: node.allocatable,
    clusterDns: profile.dnsAddress,
    nodeInfo: {
      architecture: 'amd64',
      bootID: machineId,
      containerRuntimeVersion: node.containerRuntimeVersion,
      kernelVersion: node.kernelVersion,
      kubeProxyVersion: '',
      kubeletVersion: profile.kubernetesVersion,
      machineID: machineId,
      operatingSystem: 'linux',
      osImage: node.osImage,
      systemUUID: machineId,
    },
  };
}

/** Builds a cluster of the profile, lets it come up and grow old, and hands it over at `startTime`. */
export function createCluster(options: ClusterOptions): Cluster {
  const { profile, programs } = options;
  const startTime = options.startTime ?? DEFAULT_START;
  const simulation = new Simulation({ startTime: startTime - AGE_MS, seed: options.seed, budget: options.budget });
  const apiServer = createApiServer({
    simulation,
    kinds: allKinds,
    serviceCidr: profile.serviceCidr,
    nodePortRange: profile.nodePortRange,
    version: profile.kubernetesVersion,
    objects: policyObjects(formatTime(simulation.now())),
  });
  const network = createNetwork({
    simulation,
    store: apiServer.store,
    profile: {
      enforcesNetworkPolicy: profile.networkPolicy,
      dnsAddress: profile.dnsAddress,
      external: options.external,
    },
  });
  const bootstrap = apiServer.client('kube-apiserver');
  createSystemNamespaces(bootstrap);
  startControllers(
    apiServer,
    controllersFor({
      loadBalancer: profile.loadBalancer,
      provisioners: profile.storageClasses.map(({ provisioner }) => provisioner),
    }),
  );
  startScheduler({ apiServer, simulation });

  const images = createImageCatalog([...IMAGES, ...(options.images ?? [])]);
  const kubelets = new Map<string, Kubelet>();
  const machines = new Map<string, Machine>();
  for (const node of profile.nodes) {
    const files = createNodeFiles(simulation, profile, node);
    const stack = network.attachNode({
      nodeName: node.name,
      address: node.address,
      podCidr: node.podCidr,
      files: () => files,
    });
    const machine = new Machine({
      hostname: node.name,
      simulation,
      files,
      network: stack,
      programs: options.nodePrograms ?? programs,
      firstPid: 1000,
    });
    machines.set(node.name, machine);
    if (node.controlPlane) {
      const listener = stack.listen(6443, apiServerService(apiServer, profile, node));
      invariant(listener.ok, `${node.name} listens on 6443`);
      machine.provide(API_SERVER, apiServer);
    }
    kubelets.set(
      node.name,
      startKubelet({
        apiServer,
        simulation,
        node: kubeletNode(profile, node),
        images,
        network,
        programs,
        files,
        allImagesPresent: true,
        onMachine: (machine) => {
          machine.provide(UNSUPPORTED, (what) => {
            for (const each of machines.values()) each.facility(UNSUPPORTED)?.(what);
          });
        },
      }),
    );
  }
  createKubernetesService(bootstrap, profile);
  createStorageClasses(bootstrap, profile);
  createKubeSystem(bootstrap, profile);
  createMetricsServer(bootstrap, profile);
  const observer = new SettleObserver(simulation, apiServer.store);
  simulation.runUntil(startTime);
  return {
    simulation,
    profile,
    apiServer,
    network,
    kubelets,
    machines,
    settle: (capMs) => {
      observer.settle(capMs);
    },
  };
}
