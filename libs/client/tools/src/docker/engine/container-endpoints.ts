import type { Container } from './container.js';
import { releaseAddress, takeAddress, type Endpoint, type EngineNetwork } from './engine-network.js';

function note(container: Container, action: string, { network }: Endpoint): void {
  if (!container.engine.containers.has(container.id)) return;
  const { id, name, driver: type } = network;
  container.engine.events.note('network', action, id, { container: container.id, name, type });
}

function join(container: Container, endpoint: Endpoint): void {
  endpoint.address = takeAddress(endpoint.network, endpoint.ip) ?? '';
  endpoint.network.attached.set(container.id, container);
  note(container, 'connect', endpoint);
}

function leave(container: Container, endpoint: Endpoint): void {
  const { network, address } = endpoint;
  if (network.attached.delete(container.id)) note(container, 'disconnect', endpoint);
  if (address !== '') releaseAddress(network, address);
  endpoint.address = '';
}

/** A container that starts gets an address in each of its networks. */
export function joinNetworks(container: Container): void {
  for (const endpoint of container.endpoints.values()) join(container, endpoint);
}

/** A container that has ended gives its addresses up. */
export function leaveNetworks(container: Container): void {
  for (const endpoint of container.endpoints.values()) leave(container, endpoint);
}

/** The addresses that a container has now. */
export function addressesOf(container: Container): string[] {
  return [...container.endpoints.values()].map(({ address }) => address).filter((address) => address !== '');
}

/** Adds a network to a container, at once when it runs. */
export function connectNetwork(container: Container, network: EngineNetwork, aliases: readonly string[]): void {
  const endpoint = { network, aliases, endpointId: container.engine.random.hex(64), address: '' };
  container.endpoints.set(network.name, endpoint);
  if (!container.running) return;
  join(container, endpoint);
  container.readdress();
}

/** Takes a network from a container. */
export function disconnectNetwork(container: Container, network: EngineNetwork): void {
  const endpoint = container.endpoints.get(network.name);
  if (!endpoint) return;
  container.endpoints.delete(network.name);
  leave(container, endpoint);
  container.readdress();
}

/** Lines of /etc/hosts for the containers that one is linked to. */
export function linkedHosts({ engine, settings }: Container): string[] {
  return (settings.links ?? []).flatMap(({ id, alias }) => {
    const other = engine.containers.get(id);
    const address = other?.endpoints.get('bridge')?.address ?? '';
    return other && address !== '' ? [`${address}\t${alias} ${id.slice(0, 12)} ${other.name}`] : [];
  });
}
