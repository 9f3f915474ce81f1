import { API_SERVER, type ApiServer } from '@seatrial/apiserver';
import { COMPONENT_HOST, NODE_AGENT_HOST, type ImageCatalog, type NodeAgentHost } from '@seatrial/images';
import {
  Machine,
  HOST_MACHINE,
  UNSUPPORTED,
  invariant,
  type Listener,
  type NetworkService,
  type NetworkStack,
  type Simulation,
  type UnsupportedSink,
  type FileSystem,
} from '@seatrial/kernel';
import { startKubelet, type Kubelet, type NodeProfile as KubeletNode } from '@seatrial/kubelet';
import type { NetworkFabric } from '@seatrial/network';
import { apiServerService } from './api-server-service.js';
import { csiDriversOf } from './bootstrap/storage-drivers.js';
import { NODE_GROUPS, type NodeGroups } from './autoscaler/node-group.js';
import { CLUSTER_NODE, type ClusterMembers } from './cluster-node.js';
import type { ClusterOptions } from './cluster.js';
import type { ApiListener, ControlPlaneComponents } from './control-plane-components.js';
import type { ClusterFailures } from './failures.js';
import { createNodeFiles } from './node-files.js';
import { KubeletUnit } from './kubelet-unit/kubelet-unit.js';
import { NodePackages } from './node-packages.js';
import { NodeServices } from './node-services.js';
import type { ClusterProfile, NodeProfile } from './profile/cluster-profile.js';

function kubeletNode(profile: ClusterProfile, node: NodeProfile, packages: NodePackages | undefined): KubeletNode {
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
    csiDrivers: csiDriversOf(profile, node),
    ...(profile.staticPodPath === undefined ? {} : { staticPodPath: profile.staticPodPath }),
    ...(packages && { kubeletVersion: () => packages.releaseOf('kubelet') ?? profile.kubernetesVersion }),
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

/** A node's API port, open from the start. */
function apiListener(stack: NetworkStack, port: number, service: NetworkService): ApiListener {
  let listener: Listener | undefined;
  const open = (): void => {
    if (listener) return;
    const opened = stack.listen(port, service);
    invariant(opened.ok, `the API's port is free`);
    listener = opened.value;
  };
  open();
  const close = (): void => {
    listener?.close();
    listener = undefined;
  };
  return { open, close };
}

/** What a node needs of the cluster it joins. */
export interface NodeStart {
  readonly simulation: Simulation;
  readonly apiServer: ApiServer;
  readonly network: NetworkFabric;
  readonly images: ImageCatalog;
  /** The machines of the cluster so far. */
  readonly machines: ReadonlyMap<string, Machine>;
  readonly node: NodeProfile;
  readonly options: ClusterOptions;
  readonly components: ControlPlaneComponents;
  readonly failures: ClusterFailures;
  readonly members: ClusterMembers;
  readonly groups: NodeGroups;
  /** Is told what a container cannot do. */
  readonly onUnsupported: UnsupportedSink;
}

/** Gives a container what its node has for it: its part of the control plane, the cloud's groups, the sink of what is not simulated, itself. */
function furnish(container: Machine, node: NodeProfile, agent: NodeAgentHost, start: NodeStart): void {
  const { components, groups } = start;
  if (node.controlPlane && container.hostname === node.name)
    container.provide(COMPONENT_HOST, components.hostOf(node.name));
  if (container.hostname === node.name) container.provide(NODE_AGENT_HOST, agent);
  if (groups.groups.length > 0) container.provide(NODE_GROUPS, groups);
  container.provide(UNSUPPORTED, start.onUnsupported);
  container.provide(HOST_MACHINE, () => start.machines.get(node.name));
}

/** What the agents of a node do to it: its kube-proxy and its CNI. */
function nodeAgent(
  network: NetworkFabric,
  name: string,
  cni: { ready: boolean },
  reportStatus: () => void,
): NodeAgentHost {
  return {
    proxyStarted: () => {
      network.setServiceProxy(name, true);
      return () => {
        network.setServiceProxy(name, false);
      };
    },
    networkInstalled: ({ enforcesNetworkPolicy }) => {
      if (enforcesNetworkPolicy) network.enforcePolicy();
      if (cni.ready) return;
      cni.ready = true;
      reportStatus();
    },
  };
}

/** The machine's services; the kubelet's unit and settings are looked at where the installer leaves files with them. */
function servicesOf(
  { options: { readYaml, profile }, node, simulation, onUnsupported }: NodeStart,
  kubelet: Kubelet,
  files: FileSystem,
  packages: NodePackages | undefined,
): NodeServices {
  const unit =
    readYaml && profile.staticPodPath !== undefined
      ? new KubeletUnit({ files, profile, readYaml, onUnsupported })
      : undefined;
  const release = (): string => packages?.releaseOf('kubelet') ?? profile.kubernetesVersion;
  return new NodeServices({ simulation, kubelet, runtime: node.containerRuntimeVersion, release, unit });
}

/** Opens the API's port of a control plane. */
function serveApi(machine: Machine, { apiServer, components, node, options: { profile } }: NodeStart): void {
  // What an installer publishes on the machine, its certificate is for too.
  const published = profile.publishedApi ? ['localhost', '0.0.0.0', '127.0.0.1'] : [];
  const service = apiServerService(
    apiServer,
    profile,
    [node.name, node.address, ...published],
    () => machine.network,
    () => components.memberOf(node.name),
  );
  components.addListener(node.name, apiListener(machine.network, profile.apiPort, service));
  machine.provide(API_SERVER, apiServer);
}

/** Puts a machine on the network and starts its kubelet, and the API's listener on a control plane. */
export function startNode(start: NodeStart): { readonly machine: Machine; readonly kubelet: Kubelet } {
  const { simulation, apiServer, network, images, machines, node, options, components, failures, members, groups } =
    start;
  const { profile, programs, nodePrograms } = options;
  const packages = NodePackages.of(profile);
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
    programs: nodePrograms ?? programs,
    firstPid: 1000,
  });
  if (node.controlPlane) serveApi(machine, start);
  const cni = { ready: profile.cni !== 'none' };
  const agent = nodeAgent(network, node.name, cni, () => kubelet.reportStatus());
  const kubelet = startKubelet({
    apiServer,
    simulation,
    node: { ...kubeletNode(profile, node, packages), ...(profile.cni === 'none' && { networkReady: () => cni.ready }) },
    images,
    network,
    programs,
    files,
    hostPids: machine.processes.namespace,
    ...(options.readYaml ? { readManifest: options.readYaml } : {}),
    allImagesPresent: true,
    onMachine: (container) => furnish(container, node, agent, start),
    onUnsupported: start.onUnsupported,
  });
  if (groups.groups.length > 0) machine.provide(NODE_GROUPS, groups);
  const services = servicesOf(start, kubelet, files, packages);
  machine.provide(CLUSTER_NODE, {
    profile,
    node,
    apiServer,
    kubelet,
    services,
    packages,
    images,
    machines,
    components,
    failures,
    members,
  });
  return { machine, kubelet };
}
