import {
  fail,
  ok,
  type DnsRecord,
  type Listener,
  type Machine,
  type NetworkService,
  type NetworkStack,
} from '@seatrial/kernel';
import type { Container } from './container.js';
import { gatewayOf, type EngineNetwork } from './engine-network.js';

/** The engine's own name server, as containers of user networks see it. */
export const EMBEDDED_DNS = '127.0.0.11';
/** Of an echo that no router has passed on. */
const LOCAL_TTL = 64;

/** Addresses of a name in the networks that the container shares with others; the default bridge has no names. */
function peerAddresses(container: Container, host: string): string[] {
  const name = host.toLowerCase().replace(/\.$/, '');
  const found: string[] = [];
  for (const { network } of container.endpoints.values()) {
    if (network.name === 'bridge') continue;
    for (const peer of network.attached.values()) {
      const endpoint = peer.endpoints.get(network.name);
      if (!endpoint || endpoint.address === '') continue;
      const names = [peer.name, peer.id.slice(0, 12), peer.settings.hostname, ...endpoint.aliases];
      if (names.some((known) => known.toLowerCase() === name)) found.push(endpoint.address);
    }
  }
  return found;
}

/** What a program offers, as long as its container is not paused. */
function freezable(service: NetworkService, container: Container): NetworkService {
  const frozen: NetworkService['frozen'] = () => container.thawed;
  return Object.create(service, { frozen: { value: frozen } }) as NetworkService;
}

/** A container's network: the plain stack, with the engine's names, its gateways, and walls between networks. */
export function containerStack(
  container: Container,
  plain: NetworkStack,
  host: Machine,
  networks: () => Iterable<EngineNetwork>,
  random: { below(bound: number): number },
): NetworkStack {
  const own = (): EngineNetwork[] => [...container.endpoints.values()].map((endpoint) => endpoint.network);
  const isGateway = (address: string): boolean => own().some((network) => gatewayOf(network) === address);
  const isForeign = (address: string): boolean =>
    [...networks()].some(
      (network) => network.prefix !== '' && address.startsWith(`${network.prefix}.`) && !own().includes(network),
    );
  const listen: NetworkStack['listen'] = (port, program, options) => {
    const service = freezable(program, container);
    const listening = plain.listen(port, service, options);
    if (!listening.ok) return listening;
    if (options?.address?.startsWith('127.')) return listening;
    container.listeners.set(port, service);
    const listener: Listener = {
      address: listening.value.address,
      port,
      close: () => {
        if (container.listeners.get(port) === service) container.listeners.delete(port);
        listening.value.close();
      },
    };
    return ok(listener);
  };
  const resolveName = function* (name: string): ReturnType<NetworkStack['resolve']> {
    const peers = peerAddresses(container, name);
    if (peers.length > 0) {
      const start = random.below(peers.length);
      return ok([...peers.slice(start), ...peers.slice(0, start)]);
    }
    const found = yield* plain.resolve(name);
    const unknown = !found.ok && found.error.failure === 'name-server-failure' && !name.includes('.');
    return unknown ? fail({ ...found.error, failure: 'name-not-found' as const }) : found;
  };
  return {
    get addresses() {
      return plain.addresses;
    },
    resolve: resolveName,
    *query(name: string, type: DnsRecord['type'], server?: string) {
      const peers = type === 'A' || type === 'AAAA' ? peerAddresses(container, name) : [];
      if (peers.length === 0) return yield* plain.query(name, type, server);
      const records = type === 'A' ? peers.map((data) => ({ name, type, ttl: 600, data })) : [];
      return { code: 'NOERROR', server: server ?? EMBEDDED_DNS, records };
    },
    *dial(target) {
      const resolved = yield* resolveName(target.host);
      if (!resolved.ok) return resolved;
      const [address] = resolved.value;
      if (isGateway(address)) return yield* host.network.dial({ ...target, host: host.network.addresses[0] });
      return yield* plain.dial({ ...target, host: isForeign(address) ? '203.0.113.1' : address });
    },
    listen,
    ping: (address) => isGateway(address) || (!isForeign(address) && plain.ping(address)),
    timeToLive: (address) => plain.timeToLive?.(address) ?? LOCAL_TTL,
    roundTripMs: (address) => plain.roundTripMs?.(address) ?? 0,
  };
}

/** What listens on a published port of the host: whatever the container has on the port behind it. */
export function publishedService(container: Container, containerPort: number): NetworkService {
  const inner = (): NetworkService | undefined => container.listeners.get(containerPort);
  const seen = <T extends { remoteAddress: string; localAddress: string; localPort: number }>(connection: T): T => {
    const [endpoint] = [...container.endpoints.values()];
    return {
      ...connection,
      remoteAddress: endpoint ? gatewayOf(endpoint.network) : connection.remoteAddress,
      localAddress: endpoint?.address ?? connection.localAddress,
      localPort: containerPort,
    };
  };
  const service: NetworkService = {
    get http(): NetworkService['http'] {
      const http = inner()?.http;
      return http && ((request, connection) => http(request, seen(connection)));
    },
    get stream(): NetworkService['stream'] {
      const stream = inner()?.stream;
      return stream && ((input, output, connection) => stream(input, output, seen(connection)));
    },
    get tls(): NetworkService['tls'] {
      return inner()?.tls;
    },
    frozen: () => container.thawed,
    capability: (key) => inner()?.capability?.(key),
  };
  return service;
}
