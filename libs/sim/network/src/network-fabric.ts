import type {
  ConnectionInfo,
  DialFailure,
  FileSystem,
  NetworkService,
  NetworkStack,
  Result,
  Simulation,
} from '@seatrial/kernel';
import type { ObjectReader } from '@seatrial/apiserver';
import type { Protocol, Route } from './route.js';

/** How a cluster's network behaves; what differs between cluster flavours. */
export interface NetworkProfile {
  /** True when the CNI enforces NetworkPolicy. */
  readonly enforcesNetworkPolicy?: boolean;
  /**
   * `always` (the default): every node has the rules of every service, as where no pod is its proxy. `pods`: a node has
   * none until its proxy's pod says that it is at work, and keeps old ones when it has stopped.
   */
  readonly kubeProxy?: 'always' | 'pods';
  /** Whether names outside the cluster resolve and answer; by default nothing outside is reachable. */
  readonly external?: readonly ExternalHost[];
  /** Name servers outside answer that unknown names do not exist; without a way out they fail. */
  readonly internet?: boolean;
  /** Told of what is asked for on the Internet that no external host stands for. */
  readonly onUnknown?: (what: string) => void;
  readonly clusterDomain?: string;
  /** `10.96.0.0/16` by default. */
  readonly serviceCidr?: string;
  readonly dnsAddress?: string;
}

/** A host outside the cluster. */
export interface ExternalHost {
  readonly name: string;
  readonly address: string;
  /** It is one of the Internet's, of which a part is simulated: other ports, and answers that say so, are told. */
  readonly partlyKnown?: boolean;
  /** Round trip of an echo, ms, and the routers on the way; both as within the cluster by default. */
  readonly distance?: { readonly ms: number; readonly routers: number };
  readonly services?: Readonly<Record<number, NetworkService>>;
}

export interface NetworkOptions {
  readonly simulation: Simulation;
  /** Services, endpoint slices, pods, nodes and network policies are read here at each connection. */
  readonly store: ObjectReader;
  readonly profile?: NetworkProfile;
}

export interface NodeAttachment {
  readonly nodeName: string;
  /** The node's InternalIP. */
  readonly address: string;
  /** `10.244.0.0/24`; pod addresses come from it in order. */
  readonly podCidr: string;
  /** Where /etc/hosts and /etc/resolv.conf are read. */
  readonly files: () => FileSystem;
}

export interface PodAttachment {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly nodeName: string;
  readonly hostNetwork: boolean;
  /** Ports of the node that lead to ports of the pod. */
  readonly hostPorts?: readonly HostPort[];
}

export interface HostPort {
  readonly hostPort: number;
  readonly containerPort: number;
  readonly protocol: string;
}

/** A pod's place in the network. */
export interface PodNetwork {
  /** The first is the primary one. */
  readonly addresses: readonly string[];
  /** The pod's network namespace as a container with these files sees it (its own /etc/hosts and /etc/resolv.conf). */
  stack(files: () => FileSystem): NetworkStack;
  /** Calls `wake` before anything looks at what listens in the namespace. */
  beforeUse(sleeper: { wake(): void }): void;
  /** Closes listeners and gives the address back. */
  detach(): void;
}

/** A service that would answer, and both ends as it sees them. */
export interface Reached {
  readonly service: NetworkService;
  readonly connection: ConnectionInfo;
}

/** Whose packet it is that leaves for an address that nothing of the cluster has. */
export interface Sender {
  /** Its own; a pod's packets leave with its node's. */
  readonly address: string;
  /** The node that it is, or is on; undefined for a machine outside of the nodes. */
  readonly nodeName: string | undefined;
  readonly isPod: boolean;
}

/** What is beside a cluster: other clusters on the same machine. */
export interface Surroundings {
  /** Where a packet ends up; undefined where nothing has the address. */
  route(from: Sender, address: string, port: number, protocol: Protocol): Route | undefined;
  /** Whether an ICMP echo to the address is answered. */
  answersPing(from: Sender, address: string): boolean;
}

/** The cluster's network: nodes, pods, services. */
export interface NetworkFabric {
  /** Registers a node and gives its host network namespace. */
  attachNode(node: NodeAttachment): NetworkStack;
  detachNode(nodeName: string): void;
  /** A node that is cut off neither sends nor receives. */
  setNodeReachable(nodeName: string, reachable: boolean): void;
  isNodeReachable(nodeName: string): boolean;
  /** Told when a node is cut off, or comes back. */
  onNodeReachable(listener: (nodeName: string, reachable: boolean) => void): void;
  /** Whether a node's service proxy is at work; without it its rules stay what they were. */
  setServiceProxy(nodeName: string, running: boolean): void;
  /** A CNI that enforces NetworkPolicy has been installed. */
  enforcePolicy(): void;
  attachPod(pod: PodAttachment): PodNetwork;
  /** The host namespace of a node. */
  nodeStack(nodeName: string): NetworkStack | undefined;
  /**
   * What answers at an address, or at the name of a host outside, as seen from a node or from outside of the nodes.
   * Takes no time; for the API server's calls of webhooks, which are synchronous.
   */
  reach(nodeName: string | undefined, host: string, port: number): Result<Reached, DialFailure>;
  /** Whether a node or a Service's outer address has this address, so that machines outside find somebody there. */
  hasOuterAddress(address: string): boolean;
  /** Follows a packet that somebody outside of the cluster sends, or a node on somebody's behalf. */
  enter(clientAddress: string, address: string, port: number, protocol: Protocol): Route;
  /** There is something beside the cluster. */
  surround(surroundings: Surroundings): void;
  /** A machine outside the cluster that can reach the nodes (a laptop). */
  attachExternal(options: { readonly address: string; readonly files: () => FileSystem }): NetworkStack;
  /** Something behind a bridge of a node that is no pod (a container of the node's own Docker): it can be reached by its addresses. */
  attachBridged(options: { readonly addresses: readonly string[]; readonly files: () => FileSystem }): {
    readonly stack: NetworkStack;
    /** It has other addresses from now on. */
    readdress(addresses: readonly string[]): void;
    /** Closes listeners and gives the addresses up. */
    detach(): void;
  };
}
