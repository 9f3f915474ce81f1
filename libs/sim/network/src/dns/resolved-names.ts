import type { FileSystem } from '@seatrial/kernel';
import type { NetworkGraph } from '../network-graph.js';
import type { NetworkNamespace } from '../network-namespace.js';
import { readResolvConf } from './resolver.js';

interface Resolution {
  readonly hosts: string | undefined;
  readonly resolvConf: string | undefined;
  /** The name stands for a service's own address, whatever its endpoints are. */
  readonly ofService: boolean;
  readonly version: number;
  readonly addresses: readonly string[];
}

const textOf = (files: FileSystem, path: string): string | undefined => {
  const text = files.readFile(path);
  return text.ok ? text.value : undefined;
};

/**
 * Names that a namespace has resolved by the cluster's DNS, for as long as a new look-up must find the same: the files
 * that it starts from say the same, and no service, endpoint or namespace has changed.
 */
export class ResolvedNames {
  private readonly known = new Map<string, Resolution>();
  /** The last look at the files, and what it found: they stay the same during an event unless it changes them itself. */
  private lookedAt: { readonly files: FileSystem; readonly event: number; readonly changes: number } | undefined;
  private hosts: string | undefined;
  private resolvConf: string | undefined;

  constructor(
    private readonly graph: NetworkGraph,
    private readonly namespace: NetworkNamespace,
  ) {}

  find(files: FileSystem, host: string): readonly string[] | undefined {
    const found = this.known.get(host);
    if (!found || found.version !== this.version(found.ofService) || !this.namespace.reachable) return undefined;
    this.read(files);
    return this.hosts === found.hosts && this.resolvConf === found.resolvConf ? found.addresses : undefined;
  }

  private version(ofService: boolean): number {
    const { dns } = this.graph;
    return ofService ? dns.addressVersion : dns.version;
  }

  private read(files: FileSystem): void {
    const { eventCount } = this.graph.simulation;
    const { lookedAt } = this;
    if (lookedAt?.files === files && lookedAt.event === eventCount && lookedAt.changes === files.changes) return;
    this.hosts = textOf(files, '/etc/hosts');
    this.resolvConf = textOf(files, '/etc/resolv.conf');
    this.lookedAt = { files, event: eventCount, changes: files.changes };
  }

  /** Keeps what was found at once by asking the cluster's DNS; what others answered may change unseen. */
  keep(files: FileSystem, host: string, addresses: readonly string[]): void {
    const { graph, namespace } = this;
    const { servers, search } = readResolvConf(files);
    const nameServer = servers.length > 0 ? graph.services.withAddress(servers[0]) : undefined;
    // Policies may forbid the next look-up.
    if (graph.enforcesPolicy || !namespace.reachable || !nameServer) return;
    const ofService =
      nameServer.metadata.namespace === 'kube-system' &&
      !host.includes('.') &&
      search.every((domain) => !INSIDE_SERVICE.test(domain)) &&
      graph.services.withAddress(addresses[0]) !== undefined;
    const [hosts, resolvConf] = [textOf(files, '/etc/hosts'), textOf(files, '/etc/resolv.conf')];
    this.known.set(host, { hosts, resolvConf, ofService, version: this.version(ofService), addresses });
  }
}

/** A search domain below a service's name: what is found there are endpoints. */
const INSIDE_SERVICE = /[^.]+\.[^.]+\.svc\./;
