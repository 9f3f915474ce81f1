import { sha256Hex } from '@seatrial/kernel';
import type { Container } from './container.js';

/** A network of the engine. */
export interface EngineNetwork {
  readonly id: string;
  readonly name: string;
  readonly driver: 'bridge' | 'host' | 'null';
  readonly createdAt: number;
  /** `172.18.0`, the first three bytes of its addresses; empty for host and none. */
  readonly prefix: string;
  /** What was asked for; a /16 of the engine's own choice otherwise. */
  readonly pool?: { readonly subnet: string; readonly gateway?: string } | undefined;
  readonly labels: Readonly<Record<string, string>>;
  /** What is attached now, by container id. */
  readonly attached: Map<string, Container>;
  /** Addresses that are in use. */
  readonly taken: Set<number>;
}

/** One container's place in one network. */
export interface Endpoint {
  readonly network: EngineNetwork;
  readonly aliases: readonly string[];
  readonly endpointId: string;
  /** The address that it always has. */
  readonly ip?: string | undefined;
  /** Empty while the container does not run. */
  address: string;
}

export function subnetOf(network: EngineNetwork): string {
  return network.pool?.subnet ?? `${network.prefix}.0/16`;
}

/** Bits of its addresses that name the network. */
export function prefixLengthOf(network: EngineNetwork): number {
  return Number(subnetOf(network).split('/')[1]);
}

export function gatewayOf(network: EngineNetwork): string {
  return network.pool?.gateway ?? `${network.prefix}.1`;
}

/** Why a container cannot have this address (libnetwork's words); undefined when it can. */
export function addressProblem(network: EngineNetwork, ip: string): string | undefined {
  if (!network.pool)
    return 'user specified IP address is supported only when connecting to networks with user configured subnets';
  if (!ip.startsWith(`${network.prefix}.`))
    return `invalid endpoint settings:\nno configured subnet or ip-range contain the IP address ${ip}`;
  return network.taken.has(Number(ip.slice(ip.lastIndexOf('.') + 1))) ? 'Address already in use' : undefined;
}

const FIRST = 2;
const LAST = 254;

/** The first free address of a network, or the one that is wanted; undefined when there is none. */
export function takeAddress(network: EngineNetwork, wanted?: string): string | undefined {
  if (network.prefix === '') return undefined;
  if (wanted !== undefined) {
    network.taken.add(Number(wanted.slice(wanted.lastIndexOf('.') + 1)));
    return wanted;
  }
  const gateway = gatewayOf(network);
  for (let host = FIRST - 1; host <= LAST; host++) {
    if (network.taken.has(host) || gateway === `${network.prefix}.${host}`) continue;
    network.taken.add(host);
    return `${network.prefix}.${host}`;
  }
  return undefined;
}

export function releaseAddress(network: EngineNetwork, address: string): void {
  network.taken.delete(Number(address.slice(address.lastIndexOf('.') + 1)));
}

/** The hardware address of an endpoint, which the engine makes up anew each time (libnetwork GenerateRandomMAC). */
export function macOf(endpointId: string, address: string): string {
  if (address === '') return '';
  const bytes = sha256Hex(`mac ${endpointId} ${address}`).match(/../g)?.slice(0, 6) ?? [];
  // Unicast, locally administered.
  const first = (Number.parseInt(bytes[0], 16) & 0xfe) | 0x02;
  return [first.toString(16).padStart(2, '0'), ...bytes.slice(1)].join(':');
}

const toNumber = (address: string): number => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);

/** Whether two subnets have addresses in common. */
export function overlap(one: string, other: string): boolean {
  const [a, b] = [one, other].map((cidr) => {
    const [address, bits] = cidr.split('/');
    const size = 2 ** (32 - Number(bits));
    const start = Math.floor(toNumber(address) / size) * size;
    return { start, end: start + size };
  });
  return a.start < b.end && b.start < a.end;
}
