import type { ApiServer } from '@seatrial/apiserver';
import { IMAGES, asPublished, createImageCatalog, type ImageCatalog } from '@seatrial/images';
import { invariant, type Machine, type Simulation, type UnsupportedSink } from '@seatrial/kernel';
import type { Kubelet } from '@seatrial/kubelet';
import { installObjects } from './addons/addon.js';
import { ADDONS, findAddon } from './addons/registry.js';
import { NodeGroup, type NodeGroupOptions } from './autoscaler/node-group.js';
import { createApiServices } from './bootstrap/api-services.js';
import { createAwsAuth } from './bootstrap/aws-auth.js';
import { watchFlowSchemas } from './bootstrap/flow-schemas.js';
import { createKubeSystem } from './bootstrap/kube-system.js';
import { createKubeadmConfig } from './bootstrap/kubeadm-config.js';
import { createKubernetesService, keepKubernetesService } from './bootstrap/kubernetes-service.js';
import { createServerConfigMaps } from './bootstrap/server-config-maps.js';
import { createServiceCidr } from './bootstrap/service-cidr.js';
import { createStorageClasses } from './bootstrap/storage-classes.js';
import { createCsiDrivers } from './bootstrap/storage-drivers.js';
import type { Cluster, ClusterOptions } from './cluster.js';
import { startControlPlane } from './control-plane.js';
import { ClusterFailures } from './failures.js';
import { startNode } from './node.js';
import type { ClusterProfile, NodeGroupProfile, NodeProfile } from './profile/cluster-profile.js';
import { sinkOf } from './unsupported-sink.js';

/** A cluster whose components have been started; it comes up as time passes. */
export type StartedCluster = Omit<Cluster, 'settle' | 'site'>;

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

function catalogOf({ internet, images }: ClusterOptions): ImageCatalog {
  const addonImages = ADDONS.flatMap((addon) => addon.images ?? []);
  return createImageCatalog([
    ...(internet === true ? IMAGES.map(asPublished) : IMAGES.filter(({ fromInternet }) => fromInternet !== true)),
    ...addonImages,
    ...(images ?? []),
  ]);
}

/** What the installer makes of an empty API server. */
function bootstrapObjects(apiServer: ApiServer, profile: ClusterProfile): void {
  const bootstrap = apiServer.client('kube-apiserver');
  createKubernetesService(bootstrap, profile);
  keepKubernetesService(apiServer, profile);
  createStorageClasses(bootstrap, profile);
  createCsiDrivers(bootstrap, profile);
  createKubeSystem(bootstrap, profile);
  createKubeadmConfig(bootstrap, profile);
  createApiServices(apiServer);
  watchFlowSchemas(apiServer);
  createServiceCidr(bootstrap, profile, apiServer.simulation.now());
  createAwsAuth(bootstrap, profile);
  createServerConfigMaps(bootstrap, profile, apiServer.simulation.now());
}

/** Starts one of the addons' registry in a cluster. */
export function startAddon(apiServer: ApiServer, profile: ClusterProfile, name: string): void {
  const addon = findAddon(name);
  invariant(addon, `no addon ${name}`);
  addon.start?.(apiServer);
  installObjects(apiServer, addon.objects?.(profile) ?? []);
}

/**
 * Starts a cluster's components and gives them its first objects; nothing has happened yet when it returns. `sink` is told
 * what its containers cannot do, besides those who sit at its machines.
 */
export function startCluster(simulation: Simulation, given: ClusterOptions, sink?: UnsupportedSink): StartedCluster {
  // Its nodes are those that it has now: machines join and leave.
  const nodes = [...given.profile.nodes];
  const profile = { ...given.profile, nodes };
  const options = { ...given, profile };
  const machines = new Map<string, Machine>();
  const onUnsupported = sinkOf(machines, sink);
  const { apiServer, network, components, stop } = startControlPlane(simulation, options, onUnsupported);
  const images = catalogOf(options);
  const kubelets = new Map<string, Kubelet>();
  const failures = new ClusterFailures({ simulation, apiServer, network, images, kubelets, machines });
  const groups: NodeGroup[] = [];
  const members = {
    next: () => nextMachine(profile),
    join: (node: NodeProfile) => join(node),
    leave: (name: string) => leave(name),
  };
  const shared = {
    simulation,
    apiServer,
    network,
    images,
    machines,
    options,
    components,
    failures,
    members,
    onUnsupported,
  };
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
  bootstrapObjects(apiServer, profile);
  for (const name of profile.addons) startAddon(apiServer, profile, name);
  return { simulation, profile, apiServer, network, images, kubelets, machines, failures, stop };
}
