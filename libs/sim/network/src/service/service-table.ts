import {
  ENDPOINT_SLICES,
  SERVICES,
  type EndpointSlice,
  type KubeObject,
  type ObjectReader,
  type Service,
  type WatchEvent,
} from '@seatrial/apiserver';
import { compareStrings } from '@seatrial/kernel';

/** One address behind a service port. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
  readonly nodeName: string | undefined;
  readonly hostname: string | undefined;
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
  /** Whose traffic it is meant for, as the slice hints. */
  readonly forZones: readonly string[];
  readonly forNodes: readonly string[];
  readonly target: { readonly namespace: string; readonly name: string } | undefined;
}

interface Hints {
  readonly forZones?: readonly { readonly name: string }[];
  /** Not yet among the types' fields. */
  readonly forNodes?: readonly { readonly name: string }[];
}

export type ServicePort = NonNullable<Service['spec']['ports']>[number];

type Change<T extends KubeObject> = Pick<WatchEvent<T>, 'type' | 'object' | 'previous'>;

/** Services and their endpoints by what packets carry; kept up to date by the store's changes. */
export class ServiceTable {
  private readonly slices = new Map<string, Map<string, EndpointSlice>>();
  private readonly byAddress = new Map<string, Service>();
  /** External and load balancer addresses: several services may share one, each with ports of its own. */
  private readonly byExternal = new Map<string, Map<string, Service>>();
  private readonly byNodePort = new Map<number, Set<Service>>();
  private readonly byName = new Map<string, Service>();
  /** What `endpoints` and `usable` answered since the last change to any slice. */
  private readonly answered = new Map<string, readonly Endpoint[]>();
  private readonly usableByPort = new Map<Service, Map<string, readonly Endpoint[]>>();
  private changes = 0;
  private serviceChanges = 0;

  /** Without a store it changes only when it is told to. */
  constructor(store?: ObjectReader) {
    if (!store) return;
    for (const service of store.list(SERVICES)) this.add(service);
    for (const slice of store.list(ENDPOINT_SLICES)) this.addSlice(slice);
    store.onChange(SERVICES, (event) => {
      this.changeService(event);
    });
    store.onChange(ENDPOINT_SLICES, (event) => {
      this.changeSlice(event);
    });
  }

  changeService({ type, object, previous }: Change<Service>): void {
    this.changes++;
    this.serviceChanges++;
    const old = previous ?? (type === 'DELETED' ? object : undefined);
    if (old) this.remove(old);
    if (type !== 'DELETED') this.add(object);
  }

  changeSlice({ type, object, previous }: Change<EndpointSlice>): void {
    const owner = serviceKey(object);
    if (previous && serviceKey(previous) !== owner) this.slices.get(serviceKey(previous))?.delete(object.metadata.name);
    this.changes++;
    if (!this.hasClusterAddress(owner)) this.serviceChanges++;
    this.answered.clear();
    this.usableByPort.clear();
    if (type === 'DELETED') this.slices.get(owner)?.delete(object.metadata.name);
    else this.addSlice(object);
  }

  /** The table as it is now: the rules that a proxy leaves behind when it stops. */
  freeze(): ServiceTable {
    const copy = new ServiceTable();
    for (const [owner, slices] of this.slices) copy.slices.set(owner, new Map(slices));
    for (const service of this.byName.values()) copy.add(service);
    return copy;
  }

  private add(service: Service): void {
    this.byName.set(`${service.metadata.namespace ?? ''}/${service.metadata.name}`, service);
    for (const address of clusterAddresses(service)) this.byAddress.set(address, service);
    for (const address of externalAddresses(service)) {
      const ports = this.byExternal.get(address) ?? new Map<string, Service>();
      this.byExternal.set(address, ports);
      for (const port of service.spec.ports ?? []) ports.set(portKey(port.port, port.protocol), service);
    }
    for (const port of service.spec.ports ?? []) {
      if (!port.nodePort) continue;
      const set = this.byNodePort.get(port.nodePort) ?? new Set<Service>();
      set.add(service);
      this.byNodePort.set(port.nodePort, set);
    }
  }

  private remove(service: Service): void {
    this.byName.delete(`${service.metadata.namespace ?? ''}/${service.metadata.name}`);
    for (const address of clusterAddresses(service))
      if (this.byAddress.get(address)?.metadata.uid === service.metadata.uid) this.byAddress.delete(address);
    for (const address of externalAddresses(service)) {
      const ports = this.byExternal.get(address);
      for (const [key, each] of ports ?? []) if (each.metadata.uid === service.metadata.uid) ports?.delete(key);
      if (ports?.size === 0) this.byExternal.delete(address);
    }
    for (const port of service.spec.ports ?? []) {
      const set = port.nodePort ? this.byNodePort.get(port.nodePort) : undefined;
      for (const each of set ?? []) if (each.metadata.uid === service.metadata.uid) set?.delete(each);
    }
  }

  private addSlice(slice: EndpointSlice): void {
    const owner = serviceKey(slice);
    const all = this.slices.get(owner) ?? new Map<string, EndpointSlice>();
    all.set(slice.metadata.name, slice);
    this.slices.set(owner, all);
  }

  get(namespace: string, name: string): Service | undefined {
    return this.byName.get(`${namespace}/${name}`);
  }

  /** The service that owns a cluster address. */
  withAddress(address: string): Service | undefined {
    return this.byAddress.get(address);
  }

  /** The endpoints that have an address, with their services; for the rare questions after it. */
  *atAddress(address: string): Generator<{ readonly service: Service; readonly endpoint: Endpoint }> {
    for (const service of this.byName.values()) {
      const { namespace = '', name } = service.metadata;
      const endpoint = this.endpoints(namespace, name).find((each) => each.address === address && each.ready);
      if (endpoint) yield { service, endpoint };
    }
  }

  /** The service that has this port on an external or load balancer address. */
  withExternal(address: string, port: number, protocol: string): Service | undefined {
    return this.byExternal.get(address)?.get(portKey(port, protocol));
  }

  /** Whether services have ports on an external or load balancer address. */
  hasExternalAddress(address: string): boolean {
    return this.byExternal.has(address);
  }

  withNodePort(port: number, protocol: string): { readonly service: Service; readonly port: ServicePort } | undefined {
    for (const service of this.byNodePort.get(port) ?? []) {
      const found = service.spec.ports?.find((each) => each.nodePort === port && (each.protocol ?? 'TCP') === protocol);
      if (found) return { service, port: found };
    }
    return undefined;
  }

  private hasClusterAddress(key: string): boolean {
    const address = this.byName.get(key)?.spec.clusterIP;
    return address !== undefined && address !== '' && address !== 'None' && !key.startsWith(DNS_NAMESPACE);
  }

  /** As `version`, but stays when endpoints change of a service that has an address of its own, and is no name server. */
  get addressVersion(): number {
    return this.serviceChanges;
  }

  /** Grows with each change to a service or an endpoint slice. */
  get version(): number {
    return this.changes;
  }

  /** The endpoints that kube-proxy sends a cluster-wide service's packets to: the ready ones, else those that end but still serve. */
  usable(service: Service, portName: string): readonly Endpoint[] {
    let byPort = this.usableByPort.get(service);
    if (!byPort) this.usableByPort.set(service, (byPort = new Map<string, readonly Endpoint[]>()));
    let found = byPort.get(portName);
    if (!found) {
      found = usableOf(this.endpoints(service.metadata.namespace ?? '', service.metadata.name, portName));
      byPort.set(portName, found);
    }
    return found;
  }

  /** Endpoints of one port of a service (by its name), or of all ports when none is given. */
  endpoints(namespace: string, name: string, portName?: string): readonly Endpoint[] {
    const key = `${namespace}/${name}/${portName ?? '*'}`;
    const answered = this.answered.get(key) ?? this.findEndpoints(namespace, name, portName);
    this.answered.set(key, answered);
    return answered;
  }

  private findEndpoints(namespace: string, name: string, portName?: string): Endpoint[] {
    const slices = [...(this.slices.get(`${namespace}/${name}`)?.values() ?? [])];
    slices.sort((a, b) => compareStrings(a.metadata.name, b.metadata.name));
    const found: Endpoint[] = [];
    for (const slice of slices) {
      const ports = (slice.ports ?? []).filter((port) => portName === undefined || (port.name ?? '') === portName);
      const numbers = ports.length > 0 ? ports.map((port) => port.port ?? 0) : portName === undefined ? [0] : [];
      for (const endpoint of slice.endpoints ?? [])
        for (const port of numbers)
          for (const address of endpoint.addresses) found.push(toEndpoint(endpoint, address, port));
    }
    return found;
  }
}

/** Those of a scope that packets are sent to: the ready ones, else those that end but still serve. */
export function usableOf(scope: readonly Endpoint[]): readonly Endpoint[] {
  const ready = scope.filter((endpoint) => endpoint.ready);
  return ready.length > 0 ? ready : scope.filter((endpoint) => endpoint.serving && endpoint.terminating);
}

function toEndpoint(endpoint: EndpointSlice['endpoints'][number], address: string, port: number): Endpoint {
  const { conditions } = endpoint;
  const target = endpoint.targetRef;
  const hints: Hints | undefined = endpoint.hints;
  const ready = conditions?.ready !== false;
  return {
    address,
    port,
    nodeName: endpoint.nodeName,
    hostname: endpoint.hostname,
    ready,
    serving: conditions?.serving ?? ready,
    terminating: conditions?.terminating === true,
    forZones: hints?.forZones?.map(({ name }) => name) ?? [],
    forNodes: hints?.forNodes?.map(({ name }) => name) ?? [],
    target: target?.kind === 'Pod' ? { namespace: target.namespace ?? '', name: target.name ?? '' } : undefined,
  };
}

/** Namespace and name of the service that a slice belongs to. */
export function serviceKey(slice: EndpointSlice): string {
  return `${slice.metadata.namespace ?? ''}/${slice.metadata.labels?.['kubernetes.io/service-name'] ?? ''}`;
}

/** Where the name servers run. */
const DNS_NAMESPACE = 'kube-system/';

const portKey = (port: number, protocol = 'TCP'): string => `${port}/${protocol}`;

function clusterAddresses({ spec }: Service): string[] {
  const { clusterIP, clusterIPs } = spec;
  const own = clusterIPs ?? (clusterIP === undefined ? [] : [clusterIP]);
  return own.filter((address) => address !== 'None' && address !== '');
}

function externalAddresses({ spec, status }: Service): string[] {
  // Balancers that hand packets on by themselves (ipMode Proxy) are none of kube-proxy's addresses.
  const balancer = (status?.loadBalancer?.ingress ?? []).flatMap(({ ip, ipMode }) =>
    ip === undefined || ipMode === 'Proxy' ? [] : [ip],
  );
  return [...(spec.externalIPs ?? []), ...balancer];
}
