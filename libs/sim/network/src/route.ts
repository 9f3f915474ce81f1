import type { Service } from '@seatrial/apiserver';
import type { DialFailure, Hop } from '@seatrial/kernel';
import { inRange, parseIpv4 } from './address.js';
import { rulesOn, senderOf, type NetworkGraph, type NodeNetwork } from './network-graph.js';
import type { NetworkNamespace, OpenPort } from './network-namespace.js';
import { chooseEndpoint } from './service/choose-endpoint.js';
import type { Endpoint, ServicePort, ServiceTable } from './service/service-table.js';

export type Protocol = 'TCP' | 'UDP' | 'SCTP';

/** Where a packet ends up. */
export type Route = OpenRoute | FailedRoute;

export interface OpenRoute {
  readonly kind: 'open';
  readonly port: OpenPort;
  readonly serverAddress: string;
  readonly clientAddress: string;
  readonly hops: readonly Hop[];
}

export interface FailedRoute {
  readonly kind: 'failure';
  readonly failure: DialFailure;
  readonly hops: readonly Hop[];
}

/** Follows a packet from a namespace to an address and port: loopback, service rules, pods, nodes, the world outside. */
export function route(
  graph: NetworkGraph,
  from: NetworkNamespace,
  address: string,
  port: number,
  protocol: Protocol,
): Route {
  return new Walk(graph, from, protocol).start(address, port);
}

/** A hop through a service; few are ever read, so its words are made when they are. */
class ServiceHop implements Hop {
  constructor(
    private readonly service: Service,
    private readonly port: number,
    /** The node whose port was asked for, if it was one. */
    private readonly node: string | undefined,
    private readonly endpoint: Endpoint,
  ) {}

  get where(): string {
    return placeOf(this.service, this.port, this.node);
  }

  get decision(): string {
    return `to ${this.endpoint.address}:${this.endpoint.port}`;
  }
}

function placeOf({ metadata }: Service, port: number, node: string | undefined): string {
  const name = `${metadata.namespace ?? ''}/${metadata.name}`;
  return node === undefined ? `service ${name}:${port}` : `node port ${port} of service ${name} on ${node}`;
}

/** A way that has arrived; there are very many of them. */
class Arrival implements OpenRoute {
  readonly kind = 'open';

  constructor(
    readonly port: OpenPort,
    readonly serverAddress: string,
    readonly clientAddress: string,
    private readonly through: ServiceHop | undefined,
  ) {}

  get hops(): readonly Hop[] {
    return this.through ? [this.through] : [];
  }
}

class Walk {
  /** The service that it goes through; only one can be. */
  private through: ServiceHop | undefined;
  private readonly source: string;

  constructor(
    private readonly graph: NetworkGraph,
    private readonly from: NetworkNamespace,
    private readonly protocol: Protocol,
  ) {
    this.source = from.addresses[0] ?? '127.0.0.1';
  }

  start(address: string, port: number): Route {
    const { from, graph } = this;
    if (!from.reachable && !from.owns(address))
      return this.failed('network-unreachable', 'interface', 'the node is cut off');
    const rules = rulesOn(graph, from.nodeName);
    const service = rules?.withExternal(address, port, this.protocol) ?? rules?.withAddress(address);
    if (rules && service) return this.toService(rules, service, address, port);
    if (from.owns(address)) {
      const open = from.find(address, port, this.protocol);
      if (open) return this.arrived(open, address, address.startsWith('127.') ? '127.0.0.1' : this.source);
      const node = from.pod ? undefined : graph.nodes.get(from.nodeName ?? '');
      return node ? this.toNodePort(node, port) : this.refused(address, port);
    }
    return this.deliver(address, port, this.source, false);
  }

  private toService(rules: ServiceTable, service: Service, address: string, port: number): Route {
    const own = portOf(service, port, this.protocol);
    if (!own) {
      // A cluster address without a matching rule is routed to the outside, where nobody answers.
      return this.failed('timeout', `service address ${address}`, `no port ${port}/${this.protocol}`);
    }
    return this.balance(rules, service, own.name ?? '', service.spec.clusterIP !== address, this.from.nodeName, port);
  }

  private toNodePort(node: NodeNetwork, port: number): Route {
    const mapped = node.hostPorts.get(`${port}/${this.protocol}`);
    if (mapped) return this.deliver(mapped.address, mapped.port, this.source, true);
    const rules = rulesOn(this.graph, node.name);
    const found = rules?.withNodePort(port, this.protocol);
    if (!rules || !found) return this.refused(node.address, port);
    const { service } = found;
    return this.balance(rules, service, found.port.name ?? '', true, node.name, port, node);
  }

  private balance(
    rules: ServiceTable,
    service: Service,
    portName: string,
    external: boolean,
    nodeName: string | undefined,
    port: number,
    through?: NodeNetwork,
  ): Route {
    const { graph } = this;
    const policy = external ? this.outerPolicy(service, through) : service.spec.internalTrafficPolicy;
    const endpoint = chooseEndpoint(rules, service, portName, { nodeName, policy, client: this.source }, graph);
    if (endpoint === 'reject')
      return this.failed('refused', placeOf(service, port, through?.name), 'has no endpoints: rejected');
    if (endpoint === 'drop') {
      const why = 'has no endpoint on this node (traffic policy Local): dropped';
      return this.failed('timeout', placeOf(service, port, through?.name), why);
    }
    this.through = new ServiceHop(service, port, through?.name, endpoint);
    const masquerade =
      through && through.namespace !== this.from
        ? this.masqueraded(through, endpoint.nodeName, service.spec.externalTrafficPolicy)
        : this.source;
    return this.deliver(endpoint.address, endpoint.port, masquerade, true);
  }

  /** Traffic of this node's own processes and of pods to an outer address goes to every endpoint (KUBE-EXT chains). */
  private outerPolicy(service: Service, through: NodeNetwork | undefined): string | undefined {
    const inside = through === undefined ? this.from.nodeName !== undefined : through.namespace === this.from;
    return inside ? 'Cluster' : service.spec.externalTrafficPolicy;
  }

  /** The address that an endpoint sees behind a node port: the node's own unless the policy is Local. */
  private masqueraded(through: NodeNetwork, endpointNode: string | undefined, policy: string | undefined): string {
    if (policy === 'Local') return this.source;
    return endpointNode === through.name ? gateway(through) : through.address;
  }

  private deliver(address: string, port: number, clientAddress: string, fromService: boolean): Route {
    const { graph } = this;
    const home = this.from.pod && graph.nodes.get(this.from.nodeName ?? '');
    if (home && !home.namespace.reachable && graph.podByAddress.get(address)?.nodeName !== home.name)
      return this.failed('timeout', `node ${home.name}`, 'the node is cut off');
    const pod = graph.podByAddress.get(address);
    if (pod) return this.toPod(pod, address, port, clientAddress);
    const forbidden = this.egressRefusal(address, port);
    if (forbidden !== undefined) return this.failed('timeout', address, forbidden);
    const node = graph.nodeByAddress.get(address);
    if (node) {
      if (!node.namespace.reachable) return this.failed('timeout', `node ${node.name}`, 'does not answer');
      const open = node.namespace.find(address, port, this.protocol);
      if (open) return this.arrived(open, address, this.from === node.namespace ? address : clientAddress);
      return fromService ? this.refused(address, port) : this.toNodePort(node, port);
    }
    const host = graph.outside.at(address);
    if (host) {
      const service = graph.outside.service(host, port);
      if (!service) return this.refused(address, port);
      return this.arrived({ address, port, protocol: 'TCP', service, closed: false }, address, clientAddress);
    }
    const beyond = graph.surroundings?.route(senderOf(graph, this.from), address, port, this.protocol);
    return beyond ?? this.unknown(address);
  }

  /** What forbids a pod to send to an address that is no pod's. */
  private egressRefusal(address: string, port: number): string | undefined {
    const { graph, from } = this;
    if (!graph.enforcesPolicy || !from.pod) return undefined;
    const pod = graph.policy.podOf(from.pod.namespace, from.pod.name);
    // A pod always reaches its own node (as plugins let it, for probes and their answers).
    if (graph.nodes.get(from.nodeName ?? '')?.address === address) return undefined;
    return graph.policy.refusal({ address: this.source, pod }, { address, pod: undefined }, port, this.protocol);
  }

  private toPod(pod: NetworkNamespace, address: string, port: number, clientAddress: string): Route {
    const { graph, from } = this;
    const node = graph.nodes.get(pod.nodeName ?? '');
    if ((node && !node.namespace.reachable && node.namespace !== from) || !pod.reachable)
      return this.failed('timeout', `node ${pod.nodeName ?? ''}`, 'does not answer');
    if (graph.enforcesPolicy && pod.pod) {
      const local = from.pod === undefined && from.nodeName === pod.nodeName;
      const end = from.pod ? graph.policy.podOf(from.pod.namespace, from.pod.name) : undefined;
      const refusal = local
        ? undefined
        : graph.policy.refusal(
            { address: this.source, pod: end },
            { address, pod: graph.policy.podOf(pod.pod.namespace, pod.pod.name) },
            port,
            this.protocol,
          );
      if (refusal) return this.failed('timeout', `pod ${pod.pod.namespace}/${pod.pod.name}`, refusal);
    }
    const open = pod.find(address, port, this.protocol);
    return open ? this.arrived(open, address, this.seenFrom(pod, clientAddress)) : this.refused(address, port);
  }

  /** A node's own packets reach its pods from the bridge's address. */
  private seenFrom(pod: NetworkNamespace, clientAddress: string): string {
    const node = this.graph.nodes.get(pod.nodeName ?? '');
    return node && clientAddress === node.address ? gateway(node) : clientAddress;
  }

  private unknown(address: string): Route {
    const { graph } = this;
    const value = parseIpv4(address);
    if (value === undefined) return this.failed('network-unreachable', address, 'no route');
    for (const node of graph.nodes.values())
      if (inRange(node.range, value))
        return this.failed('host-unreachable', `node ${node.name}`, `no pod has the address ${address}`);
    if (inRange(graph.serviceRange, value)) return this.failed('timeout', address, 'no service has this address');
    for (const node of graph.nodes.values()) {
      const own = parseIpv4(node.address);
      if (own !== undefined && Math.floor(own / 65_536) === Math.floor(value / 65_536))
        return this.failed('host-unreachable', address, 'no machine has this address');
    }
    graph.outside.unknownAddress(address);
    return this.failed('timeout', address, 'outside of the cluster: nobody answers');
  }

  private arrived(port: OpenPort, serverAddress: string, clientAddress: string): Route {
    return new Arrival(port, serverAddress, clientAddress, this.through);
  }

  private refused(address: string, port: number): Route {
    return this.failed('refused', `${address}:${port}`, 'nothing listens');
  }

  private failed(failure: DialFailure, where: string, decision: string): Route {
    const last = { where, decision };
    return { kind: 'failure', failure, hops: this.through ? [this.through, last] : [last] };
  }
}

function portOf({ spec: { ports = [] } }: Service, number: number, protocol: Protocol): ServicePort | undefined {
  for (const port of ports) if (port.port === number && (port.protocol ?? 'TCP') === protocol) return port;
  return undefined;
}

/** The bridge address of a node: the first of its pod range. */
function gateway(node: NodeNetwork): string {
  const value = node.range.first + 1;
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}
