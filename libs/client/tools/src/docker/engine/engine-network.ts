import type { Container } from './container.js';

/** A network of the engine. */
export interface EngineNetwork {
  readonly id: string;
  readonly name: string;
  readonly driver: 'bridge' | 'host' | 'null';
  readonly createdAt: number;
  /** `172.18.0`, the first three bytes of its /16; empty for host and none. */
  readonly prefix: string;
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
  /** Empty while the container does not run. */
  address: string;
}

export function subnetOf(network: EngineNetwork): string {
  return `${network.prefix}.0/16`;
}

export function gatewayOf(network: EngineNetwork): string {
  return `${network.prefix}.1`;
}

const FIRST = 2;
const LAST = 254;

/** The first free address of a network; undefined when there is none. */
export function takeAddress(network: EngineNetwork): string | undefined {
  for (let host = FIRST; host <= LAST; host++) {
    if (network.taken.has(host)) continue;
    network.taken.add(host);
    return `${network.prefix}.${host}`;
  }
  return undefined;
}

export function releaseAddress(network: EngineNetwork, address: string): void {
  network.taken.delete(Number(address.slice(address.lastIndexOf('.') + 1)));
}

/** The hardware address that goes with an address, as older engines derived it. */
export function macOf(address: string): string {
  if (address === '') return '';
  const bytes = address.split('.').map((part) => Number(part).toString(16).padStart(2, '0'));
  return `02:42:${bytes.join(':')}`;
}
