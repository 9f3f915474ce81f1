import { AddressPool, parseCidr } from './address.js';
import { invariant, type FileSystem, type NetworkStack } from '@seatrial/kernel';
import { ClusterDns } from './dns/cluster-dns.js';
import { createStack } from './namespace-stack.js';
import type { NetworkFabric, NetworkOptions, NodeAttachment, PodAttachment, PodNetwork } from './network-fabric.js';
import type { NetworkGraph } from './network-graph.js';
import { NetworkNamespace, type Sleeper } from './network-namespace.js';
import { OutsideWorld } from './outside/outside-world.js';
import { PolicyEnforcement } from './policy/policy-enforcement.js';
import { reach } from './reach.js';
import { route } from './route.js';
import { ProxyRules } from './service/proxy-rules.js';
import { ServiceTable } from './service/service-table.js';

/** Builds the cluster's network. */
export function createNetwork(options: NetworkOptions): NetworkFabric {
  const { simulation, store, profile = {} } = options;
  const services = new ServiceTable(store);
  const graph: NetworkGraph = {
    simulation,
    store,
    profile,
    random: simulation.random.split('network'),
    services,
    rules: new ProxyRules(store, simulation),
    stale: new Map(),
    enforcesPolicy: profile.enforcesNetworkPolicy === true,
    dns: new ClusterDns(store, services, profile.clusterDomain ?? 'cluster.local'),
    policy: new PolicyEnforcement(store),
    affinity: new Map(),
    nodes: new Map(),
    nodeByAddress: new Map(),
    podByAddress: new Map(),
    outside: new OutsideWorld(profile),
    serviceRange: parseCidr(profile.serviceCidr ?? '10.96.0.0/16'),
    surroundings: undefined,
  };
  const listeners = new Set<(nodeName: string, reachable: boolean) => void>();
  const stacks = new Map<string, ReturnType<typeof createStack>>();
  return {
    attachNode: (node) => {
      const stack = attachNode(graph, node);
      if (profile.kubeProxy === 'pods') graph.stale.set(node.nodeName, undefined);
      stacks.set(node.nodeName, stack);
      return stack;
    },
    detachNode: (name) => {
      const node = graph.nodes.get(name);
      if (node) graph.nodeByAddress.delete(node.address);
      graph.nodes.delete(name);
      stacks.delete(name);
    },
    setNodeReachable: (name, reachable) => {
      const node = graph.nodes.get(name);
      if (!node || node.namespace.reachable === reachable) return;
      node.namespace.reachable = reachable;
      graph.dns.wayChanged();
      for (const listener of listeners) listener(name, reachable);
    },
    isNodeReachable: (name) => graph.nodes.get(name)?.namespace.reachable === true,
    onNodeReachable: (listener) => listeners.add(listener),
    setServiceProxy: (name, running) => {
      setServiceProxy(graph, name, running);
    },
    enforcePolicy: () => {
      graph.enforcesPolicy = true;
      graph.dns.wayChanged();
    },
    attachPod: (pod) => attachPod(graph, pod),
    nodeStack: (name) => stacks.get(name),
    reach: (nodeName, host, port) => reach(graph, nodeName, host, port),
    hasOuterAddress: (address) => graph.nodeByAddress.has(address) || services.hasExternalAddress(address),
    enter: (clientAddress, address, port, protocol) => {
      const own = graph.nodeByAddress.get(clientAddress)?.namespace;
      return route(graph, own ?? new NetworkNamespace([clientAddress], undefined, undefined), address, port, protocol);
    },
    surround: (surroundings) => {
      graph.surroundings = surroundings;
    },
    attachExternal: ({ address, files }) =>
      createStack(graph, new NetworkNamespace([address], undefined, undefined), files),
    attachBridged: (options) => attachBridged(graph, options),
  };
}

/** What is behind a bridge: its addresses may change while it is there. */
function attachBridged(
  graph: NetworkGraph,
  { addresses, files }: Parameters<NetworkFabric['attachBridged']>[0],
): ReturnType<NetworkFabric['attachBridged']> {
  const own = [...addresses];
  const namespace = new NetworkNamespace(own, undefined, undefined);
  const readdress = (next: readonly string[]): void => {
    for (const address of own) if (graph.podByAddress.get(address) === namespace) graph.podByAddress.delete(address);
    own.splice(0, own.length, ...next);
    for (const address of own) graph.podByAddress.set(address, namespace);
  };
  readdress([...own]);
  return {
    stack: createStack(graph, namespace, files),
    readdress,
    detach: () => {
      namespace.closeAll();
      readdress([]);
    },
  };
}

/** A proxy that stops leaves its node's rules behind. */
function setServiceProxy(graph: NetworkGraph, name: string, running: boolean): void {
  if (running) graph.stale.delete(name);
  else if (!graph.stale.has(name)) graph.stale.set(name, graph.rules.now().freeze());
  graph.dns.wayChanged();
}

function attachNode(graph: NetworkGraph, node: NodeAttachment): ReturnType<typeof createStack> {
  const range = parseCidr(node.podCidr);
  invariant(range !== undefined, `bad pod range ${node.podCidr}`);
  const namespace = new NetworkNamespace([node.address], node.nodeName, undefined);
  const entry = {
    name: node.nodeName,
    address: node.address,
    namespace,
    range,
    pool: new AddressPool(range),
    hostPorts: new Map(),
  };
  graph.nodes.set(node.nodeName, entry);
  graph.nodeByAddress.set(node.address, entry);
  return createStack(graph, namespace, node.files);
}

function attachPod(graph: NetworkGraph, pod: PodAttachment): PodNetwork {
  const node = graph.nodes.get(pod.nodeName);
  invariant(node !== undefined, `unknown node ${pod.nodeName}`);
  const owner = { namespace: pod.namespace, name: pod.name };
  if (pod.hostNetwork)
    return {
      addresses: [node.address],
      stack: (files) => createStack(graph, node.namespace, files),
      beforeUse: (sleeper) => {
        sleeper.wake();
      },
      detach: () => undefined,
    };
  const address = node.pool.allocate();
  invariant(address !== undefined, `no pod address left on ${pod.nodeName}`);
  const namespace = new NetworkNamespace([address], pod.nodeName, owner);
  graph.podByAddress.set(address, namespace);
  for (const { hostPort, containerPort, protocol } of pod.hostPorts ?? [])
    node.hostPorts.set(`${hostPort}/${protocol}`, { address, port: containerPort });
  return new AttachedPod(
    graph,
    node,
    namespace,
    pod.hostPorts?.length ? pod.hostPorts.map((each) => `${each.hostPort}/${each.protocol}`) : undefined,
  );
}

type AttachedNode = NetworkGraph['nodes'] extends ReadonlyMap<string, infer N> ? N : never;

/** A pod's place in the network, until it is detached. */
class AttachedPod implements PodNetwork {
  private attached = true;

  constructor(
    private readonly graph: NetworkGraph,
    private readonly node: AttachedNode,
    private readonly namespace: NetworkNamespace,
    /** Its ports of the node. */
    private readonly mapped: readonly string[] | undefined,
  ) {}

  get addresses(): readonly string[] {
    return this.namespace.addresses;
  }

  stack(files: () => FileSystem): NetworkStack {
    return createStack(this.graph, this.namespace, files);
  }

  beforeUse(sleeper: Sleeper): void {
    this.namespace.beforeUse(sleeper);
  }

  detach(): void {
    if (!this.attached) return;
    this.attached = false;
    const { graph, namespace, node } = this;
    const [address] = namespace.addresses;
    for (const key of this.mapped ?? []) if (node.hostPorts.get(key)?.address === address) node.hostPorts.delete(key);
    namespace.closeAll();
    namespace.reachable = false;
    graph.podByAddress.delete(address);
    node.pool.release(address);
  }
}
