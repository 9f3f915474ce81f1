import type { JsonObject } from '@seatrial/kernel';
import { fieldErrors, type FieldError } from '@seatrial/schema';
import { SERVICES } from '../contract/resource.js';
import type { ServerState } from '../registry/server-state.js';
import { AddressRange, PortRange, type AllocationFailure } from './address-range.js';

const specOf = (service: unknown): JsonObject => (service as { readonly spec: JsonObject }).spec;
export const portsOf = (spec: JsonObject): JsonObject[] => (spec.ports ?? []) as JsonObject[];

const needsAddress = (spec: JsonObject): boolean => spec.type !== 'ExternalName' && spec.clusterIP !== 'None';

const needsNodePort = (spec: JsonObject): boolean =>
  spec.type === 'NodePort' || (spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts !== false);

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

/** What services of one cluster hold: cluster addresses and node ports (pkg/registry/core/service/storage/alloc.go). */
export class ServiceAllocation {
  private readonly addresses: AddressRange;
  private readonly ports: PortRange;

  constructor(server: ServerState) {
    const { serviceCidr, nodePortRange } = server.options;
    this.addresses = new AddressRange(serviceCidr, server.addresses.split('service'));
    this.ports = new PortRange(nodePortRange[0], nodePortRange[1], server.addresses.split('node-port'));
    for (const service of server.store.list(SERVICES)) {
      for (const address of heldAddresses(specOf(service))) this.addresses.take(address);
      for (const port of heldPorts(specOf(service))) this.ports.take(port);
    }
  }

  /** Gives the draft what it needs and does not hold yet; on errors nothing is kept. */
  allocate(draft: JsonObject, old: JsonObject | undefined): readonly FieldError[] {
    const spec = specOf(draft);
    const before = old ? specOf(old) : {};
    const undo: (() => void)[] = [];
    const errors = [
      ...this.families(spec),
      ...this.allocateAddress(spec, heldAddresses(before), undo),
      ...this.allocatePorts(spec, heldPorts(before), undo),
    ];
    if (errors.length > 0) for (const action of undo) action();
    return errors;
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

  private allocateAddress(spec: JsonObject, held: readonly string[], undo: (() => void)[]): FieldError[] {
    if (spec.type === 'ExternalName') return [];
    if (spec.clusterIP === 'None') {
      spec.clusterIPs = ['None'];
      return [];
    }
    const asked = ((spec.clusterIPs as string[] | undefined)?.[0] ?? spec.clusterIP ?? '') as string;
    if (asked !== '') {
      spec.clusterIP = asked;
      spec.clusterIPs = [asked];
      if (held.includes(asked)) return [];
      const failure = this.addresses.take(asked);
      if (failure) return [addressError(asked, failure)];
      undo.push(() => this.addresses.free(asked));
      return [];
    }
    const drawn = this.addresses.draw();
    if (drawn === undefined)
      return [fieldErrors.internal('spec.clusterIPs', 'failed to allocate a serviceIP: range is full')];
    undo.push(() => this.addresses.free(drawn));
    spec.clusterIP = drawn;
    spec.clusterIPs = [drawn];
    return [];
  }

  private allocatePorts(spec: JsonObject, held: readonly number[], undo: (() => void)[]): FieldError[] {
    const errors: FieldError[] = [];
    const own = new Set<number>(held);
    const take = (port: number, path: string): void => {
      if (own.has(port)) return;
      const failure = this.ports.take(port);
      if (failure) errors.push(portError(path, port, failure, this.ports));
      else {
        own.add(port);
        undo.push(() => this.ports.free(port));
      }
    };
    const draw = (): number | undefined => {
      const port = this.ports.draw();
      if (port === undefined) return undefined;
      own.add(port);
      undo.push(() => this.ports.free(port));
      return port;
    };
    if (needsNodePort(spec)) {
      const ports = portsOf(spec);
      ports.forEach(({ nodePort }, index) => {
        if (typeof nodePort === 'number' && nodePort > 0) take(nodePort, `spec.ports[${index}].nodePort`);
      });
      for (const [index, port] of ports.entries()) {
        if (typeof port.nodePort === 'number' && port.nodePort > 0) continue;
        const twin = ports.find((other) => other !== port && other.port === port.port && other.nodePort);
        const drawn = (twin?.nodePort as number | undefined) ?? draw();
        if (drawn === undefined)
          errors.push(
            fieldErrors.internal(`spec.ports[${index}].nodePort`, 'failed to allocate a nodePort: range is full'),
          );
        else port.nodePort = drawn;
      }
    }
    if (needsHealthPort(spec)) {
      if (typeof spec.healthCheckNodePort === 'number' && spec.healthCheckNodePort > 0)
        take(spec.healthCheckNodePort, 'spec.healthCheckNodePort');
      else {
        const drawn = draw();
        if (drawn !== undefined) spec.healthCheckNodePort = drawn;
      }
    }
    return errors;
  }
}

function addressError(address: string, failure: AllocationFailure): FieldError {
  const why =
    failure === 'outside'
      ? 'the provided network does not match the current range'
      : 'provided IP is already allocated';
  return fieldErrors.invalid('spec.clusterIPs', [address], `failed to allocate IP ${address}: ${why}`);
}

function portError(path: string, port: number, failure: AllocationFailure, range: PortRange): FieldError {
  const why =
    failure === 'outside'
      ? `provided port is not in the valid range. The range of valid ports is ${range.first}-${range.last}`
      : 'provided port is already allocated';
  return fieldErrors.invalid(path, port, why);
}
