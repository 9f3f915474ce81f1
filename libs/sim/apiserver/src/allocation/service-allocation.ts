import type { JsonObject, JsonValue } from '@seatrial/kernel';
import { fieldErrors, type FieldError } from '@seatrial/schema';
import { SERVICES } from '../contract/resource.js';
import type { ServerState } from '../registry/server-state.js';
import { PortRange, type AddressPool, type AllocationFailure, type PortPool } from './address-range.js';
import { ServiceAddresses } from './service-addresses.js';

const specOf = (service: unknown): JsonObject => (service as { readonly spec: JsonObject }).spec;
export const portsOf = (spec: JsonObject): JsonObject[] => (spec.ports ?? []) as JsonObject[];

const needsAddress = (spec: JsonObject): boolean => spec.type !== 'ExternalName' && spec.clusterIP !== 'None';

const mayHaveNodePorts = (spec: JsonObject): boolean => spec.type === 'NodePort' || spec.type === 'LoadBalancer';
const drawsNodePorts = (spec: JsonObject): boolean =>
  spec.type === 'NodePort' || spec.allocateLoadBalancerNodePorts !== false;

const needsHealthPort = (spec: JsonObject): boolean =>
  spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local';

const heldAddresses = (spec: JsonObject): string[] =>
  needsAddress(spec) ? ((spec.clusterIPs ?? []) as string[]).filter((address) => address !== '') : [];

const heldPorts = (spec: JsonObject): number[] => {
  const ports = portsOf(spec).map(({ nodePort }) => nodePort);
  return [
    ...new Set([...ports, spec.healthCheckNodePort].filter((port) => typeof port === 'number' && port > 0)),
  ] as number[];
};

/** Why nothing is allocated: the fields at fault, or the text of an internal error. */
export type AllocationRefusal = readonly FieldError[] | string;
export const DUPLICATE = 'duplicate nodePort: ';

/** What services of one cluster hold: cluster addresses and node ports (pkg/registry/core/service/storage/alloc.go). */
export class ServiceAllocation {
  private constructor(
    private readonly addresses: AddressPool,
    private readonly ports: PortPool,
    /** The range that a dry run names; it takes and writes nothing. */
    private readonly dryRange?: string,
  ) {}

  static of(server: ServerState): ServiceAllocation {
    const { serviceCidr, nodePortRange } = server.options;
    const addresses = new ServiceAddresses(server, serviceCidr);
    const ports = new PortRange(nodePortRange[0], nodePortRange[1], server.addresses.split('node-port'));
    for (const service of server.store.list(SERVICES)) {
      for (const address of heldAddresses(specOf(service))) addresses.take(address);
      for (const port of heldPorts(specOf(service))) ports.take(port);
    }
    return new ServiceAllocation(addresses, ports);
  }

  /** What a dry run asks: it takes and frees nothing. */
  dry(range: string): ServiceAllocation {
    return new ServiceAllocation(this.addresses.dry(), this.ports.dry(), range);
  }

  /** Gives the draft what it needs and does not hold yet; on errors nothing is kept. */
  allocate(draft: JsonObject, old: JsonObject | undefined): AllocationRefusal | undefined {
    const spec = specOf(draft);
    const before = old && specOf(old);
    const undo: (() => void)[] = [];
    const families = this.families(spec);
    const refused =
      (families.length > 0 ? families : undefined) ??
      this.allocateAddress(spec, before, undo, (draft.metadata as JsonObject).name ?? '') ??
      (mayHaveNodePorts(spec) ? this.allocatePorts(spec, before, undo) : undefined) ??
      (needsHealthPort(spec) ? this.allocateHealthPort(spec, before, undo) : undefined);
    if (refused) for (const action of undo) action();
    return refused;
  }

  /** Gives back what `old` held and `current` does not. */
  release(old: unknown, current: unknown): void {
    const kept = current ? specOf(current) : {};
    const addresses = new Set(heldAddresses(kept));
    const ports = new Set(heldPorts(kept));
    for (const address of heldAddresses(specOf(old))) if (!addresses.has(address)) this.addresses.free(address);
    for (const port of heldPorts(specOf(old))) if (!ports.has(port)) this.ports.free(port);
  }

  private families(spec: JsonObject): FieldError[] {
    if (spec.type === 'ExternalName') return [];
    const families = (spec.ipFamilies ?? []) as string[];
    const headless = spec.clusterIP === 'None';
    if (headless && Object.keys((spec.selector ?? {}) as JsonObject).length === 0) {
      spec.ipFamilyPolicy ??= 'RequireDualStack';
      if (families.length === 0) spec.ipFamilies = ['IPv4'];
      if (spec.ipFamilyPolicy !== 'SingleStack' && (spec.ipFamilies as string[]).length === 1)
        spec.ipFamilies = [
          ...(spec.ipFamilies as string[]),
          (spec.ipFamilies as string[])[0] === 'IPv4' ? 'IPv6' : 'IPv4',
        ];
      return [];
    }
    const errors: FieldError[] = [];
    if (spec.ipFamilyPolicy === 'RequireDualStack')
      errors.push(
        fieldErrors.invalid(
          'spec.ipFamilyPolicy',
          spec.ipFamilyPolicy,
          'this cluster is not configured for dual-stack services',
        ),
      );
    families.forEach((family, index) => {
      if (family !== 'IPv4')
        errors.push(fieldErrors.invalid(`spec.ipFamilies[${index}]`, family, 'not configured on this cluster'));
    });
    spec.ipFamilyPolicy ??= 'SingleStack';
    if (families.length === 0) spec.ipFamilies = ['IPv4'];
    return errors;
  }

  /** Only a service that had no address as an alias gets one later. */
  private allocateAddress(
    spec: JsonObject,
    before: JsonObject | undefined,
    undo: (() => void)[],
    name: JsonValue,
  ): AllocationRefusal | undefined {
    if (spec.type === 'ExternalName') return undefined;
    if (spec.clusterIP === 'None') {
      if (!before) spec.clusterIPs = ['None'];
      return undefined;
    }
    const asked = ((spec.clusterIPs as string[] | undefined)?.[0] ?? spec.clusterIP ?? '') as string;
    if (asked !== '') {
      spec.clusterIP ??= asked;
      spec.clusterIPs ??= [asked];
    }
    if (before && before.type !== 'ExternalName') return undefined;
    if (asked !== '') {
      const failure = this.addresses.take(asked);
      if (failure) return [addressError(asked, failure, this.dryRange)];
      undo.push(() => this.addresses.free(asked));
      return undefined;
    }
    const drawn = this.addresses.draw();
    if (drawn === undefined) return 'failed to allocate a serviceIP: range is full';
    undo.push(() => this.addresses.free(drawn));
    // The address is an object that names its service.
    if (name === '' && this.dryRange === undefined) return [namelessError(drawn)];
    spec.clusterIP = drawn;
    spec.clusterIPs = [drawn];
    return undefined;
  }

  private take(port: number, path: string, undo: (() => void)[]): AllocationRefusal | undefined {
    const failure = this.ports.take(port);
    if (failure) return [fieldErrors.invalid(path, port, portProblem(failure, this.ports))];
    undo.push(() => this.ports.free(port));
    return undefined;
  }

  private draw(undo: (() => void)[]): number | undefined {
    const port = this.ports.draw();
    if (port !== undefined) undo.push(() => this.ports.free(port));
    return port;
  }

  /** Ports of one number share their node port, whatever their protocols (initNodePorts, updateNodePorts). */
  private allocatePorts(
    spec: JsonObject,
    before: JsonObject | undefined,
    undo: (() => void)[],
  ): AllocationRefusal | undefined {
    const ports = portsOf(spec);
    const held = new Set(before ? heldPorts(before) : []);
    const given = new Map<unknown, number>();
    const seen = new Set<string>();
    for (const [index, port] of ports.entries()) {
      const path = `spec.ports[${index}].nodePort`;
      if (!port.nodePort && !drawsNodePorts(spec)) continue;
      const twin = before ? undefined : given.get(port.port);
      const wanted = before ? numberOf(port) : requested(port.port, ports);
      if (twin !== undefined && (!port.nodePort || port.nodePort === twin)) port.nodePort = twin;
      else if (twin !== undefined || wanted !== undefined) {
        const number = twin === undefined ? (wanted ?? 0) : (numberOf(port) ?? 0);
        const refused = held.has(number) ? undefined : this.take(number, path, undo);
        if (refused) return refused;
        port.nodePort = number;
        if (before) held.add(number);
      } else {
        const drawn = this.draw(undo);
        if (drawn === undefined) return 'failed to allocate a nodePort: range is full';
        port.nodePort = drawn;
      }
      const number = numberOf(port) ?? 0;
      if (twin === undefined) given.set(port.port, number);
      const key = `{${typeof port.protocol === 'string' ? port.protocol : ''} ${number}}`;
      if (before && seen.has(key)) return `${DUPLICATE}${key}`;
      seen.add(key);
    }
    return undefined;
  }

  private allocateHealthPort(
    spec: JsonObject,
    before: JsonObject | undefined,
    undo: (() => void)[],
  ): AllocationRefusal | undefined {
    if (before && needsHealthPort(before)) {
      spec.healthCheckNodePort ??= before.healthCheckNodePort;
      return undefined;
    }
    const asked = spec.healthCheckNodePort;
    if (typeof asked === 'number' && asked !== 0) {
      const failure = this.ports.take(asked);
      if (failure)
        return `failed to allocate requested HealthCheck NodePort ${asked}: ${portProblem(failure, this.ports)}`;
      undo.push(() => this.ports.free(asked));
      return undefined;
    }
    const drawn = this.draw(undo);
    if (drawn === undefined) return 'failed to allocate a HealthCheck NodePort 0: range is full';
    spec.healthCheckNodePort = drawn;
    return undefined;
  }
}

const numberOf = ({ nodePort }: JsonObject): number | undefined =>
  typeof nodePort === 'number' && nodePort !== 0 ? nodePort : undefined;

/** The node port that somebody asked for at a port of this number. */
const requested = (number: unknown, ports: readonly JsonObject[]): number | undefined =>
  ports.filter(({ port }) => port === number).flatMap((port) => numberOf(port) ?? [])[0];

/** The allocators of a dry run look at the range alone, and name it. */
function addressError(address: string, failure: AllocationFailure, dryRange: string | undefined): FieldError {
  const outside =
    dryRange === undefined
      ? 'the provided network does not match the current range'
      : `the provided IP (${address}) is not in the valid range. The range of valid IPs is ${dryRange}`;
  const why = failure === 'outside' ? outside : 'provided IP is already allocated';
  return fieldErrors.invalid('spec.clusterIPs', [address], `failed to allocate IP ${address}: ${why}`);
}

const namelessError = (address: string): FieldError =>
  fieldErrors.invalid(
    'spec.clusterIPs',
    [''],
    `failed to allocate IP: IPAddress.networking.k8s.io ${JSON.stringify(address)} is invalid: spec.parentRef.name: Required value`,
  );

const portProblem = (failure: AllocationFailure, range: PortPool): string =>
  failure === 'outside'
    ? `provided port is not in the valid range. The range of valid ports is ${range.first}-${range.last}`
    : 'provided port is already allocated';
