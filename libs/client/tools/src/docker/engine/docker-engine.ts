import {
  newDirectory,
  reportUnsupported,
  type Directory,
  type FacilityKey,
  type Machine,
  type RandomSource,
  type Simulation,
} from '@seatrial/kernel';
import { CLUSTER_SITE } from '@seatrial/cluster';
import { daemonFailure } from '../docker-failure.js';
import { DOCKER_SETUP, type DockerSetup } from '../docker-setup.js';
import { randomName } from './container-names.js';
import type { ContainerSettings } from './container-contract.js';
import { Container } from './container.js';
import { overlap, subnetOf, type EngineNetwork } from './engine-network.js';
import { EngineEvents } from './engine-events.js';
import { ImageStore } from './image-store.js';

/** A named or anonymous volume. */
export interface EngineVolume {
  readonly name: string;
  readonly createdAt: number;
  readonly root: Directory;
  readonly labels: Readonly<Record<string, string>>;
}

const ENGINE: FacilityKey<DockerEngine> = { name: 'docker-engine' };
/** The labels of networks that were there before the student. */
const BUILT_IN = {};
const FIRST_HOST_PORT = 32_768;
const FIRST_SUBNET = 18;
const LAST_SUBNET = 31;

/** The Docker engine of a machine (Docker 28): images, containers, networks, volumes. */
export class DockerEngine {
  readonly simulation: Simulation;
  readonly random: RandomSource;
  readonly images: ImageStore;
  readonly events: EngineEvents;
  readonly containers = new Map<string, Container>();
  readonly networks = new Map<string, EngineNetwork>();
  readonly volumes = new Map<string, EngineVolume>();
  /** Build cache: what led to a layer → its files and how much it added. */
  readonly buildCache = new Map<string, { readonly root: Directory; readonly sizeBytes: number }>();
  private hostPort = FIRST_HOST_PORT;

  constructor(
    readonly host: Machine,
    readonly setup: DockerSetup,
  ) {
    this.simulation = host.simulation;
    this.random = host.simulation.random.split('docker');
    this.events = new EngineEvents(() => this.simulation.now());
    this.images = new ImageStore(this.simulation, setup, this.events, (what) => {
      reportUnsupported(host, what);
    });
    this.addNetwork('bridge', 'bridge', '172.17.0', BUILT_IN);
    this.addNetwork('host', 'host', '', BUILT_IN);
    this.addNetwork('none', 'null', '', BUILT_IN);
  }

  /** The machine's engine, which comes up when it is first asked for; undefined on a machine without Docker. */
  static of(machine: Machine): DockerEngine | undefined {
    const known = machine.facility(ENGINE);
    if (known) return known;
    const setup = machine.facility(DOCKER_SETUP);
    if (!setup) return undefined;
    const engine = new DockerEngine(machine, setup);
    for (const { name, subnet } of setup.networks ?? []) {
      const prefix = subnet.replace(/\.\d+\/.*/, '');
      const pool = subnet.endsWith('/16') ? undefined : { subnet, gateway: `${prefix}.1` };
      engine.addNetwork(name, 'bridge', prefix, BUILT_IN, pool);
    }
    machine.provide(ENGINE, engine);
    return engine;
  }

  addNetwork(
    name: string,
    driver: EngineNetwork['driver'],
    prefix: string,
    labels: Readonly<Record<string, string>>,
    pool?: EngineNetwork['pool'],
  ): EngineNetwork {
    const network: EngineNetwork = {
      id: this.random.hex(64),
      name,
      driver,
      createdAt: this.simulation.now(),
      prefix,
      pool,
      labels,
      attached: new Map(),
      taken: new Set(),
    };
    this.networks.set(name, network);
    if (labels !== BUILT_IN) this.events.note('network', 'create', network.id, { name, type: driver });
    return network;
  }

  /** A new bridge network in the subnet that is asked for, or in the next free one. */
  createNetwork(
    name: string,
    labels: Readonly<Record<string, string>> = {},
    pool?: EngineNetwork['pool'],
  ): EngineNetwork {
    if (this.networks.has(name)) daemonFailure(`network with name ${name} already exists`);
    if (pool) {
      const prefix = pool.subnet.split('.').slice(0, 3).join('.');
      const overlaps = [...this.networks.values()].some(
        (other) => other.prefix !== '' && overlap(subnetOf(other), pool.subnet),
      );
      if (overlaps) daemonFailure('invalid pool request: Pool overlaps with other one on this address space');
      return this.addNetwork(name, 'bridge', prefix, labels, pool);
    }
    const used = new Set([...this.networks.values()].map(({ prefix }) => prefix));
    const hostPrefixes = this.host.network.addresses.map((address) => address.split('.').slice(0, 2).join('.'));
    for (let second = FIRST_SUBNET; second <= LAST_SUBNET; second++)
      if (!used.has(`172.${second}.0`) && !hostPrefixes.includes(`172.${second}`))
        return this.addNetwork(name, 'bridge', `172.${second}.0`, labels);
    daemonFailure('all predefined address pools have been fully subnetted');
  }

  /** By name, by id or by the start of an id. */
  findNetwork(reference: string): EngineNetwork | undefined {
    return (
      this.networks.get(reference) ??
      (reference === '' ? undefined : [...this.networks.values()].find(({ id }) => id.startsWith(reference)))
    );
  }

  createVolume(name: string, labels: Readonly<Record<string, string>> = {}): EngineVolume {
    const known = this.volumes.get(name);
    if (known) return known;
    const now = this.simulation.now();
    const volume = { name, createdAt: now, root: newDirectory(now), labels };
    this.volumes.set(name, volume);
    this.events.note('volume', 'create', name, { driver: 'local' });
    return volume;
  }

  find(reference: string): Container | undefined {
    const name = reference.replace(/^\//, '');
    for (const container of this.containers.values())
      if (container.name === name || container.id === reference) return container;
    if (!/^[0-9a-f]+$/.test(reference)) return undefined;
    return [...this.containers.values()].find(({ id }) => id.startsWith(reference));
  }

  get(reference: string): Container {
    const found = this.find(reference);
    if (found) return found;
    this.noteMissing(reference);
    return daemonFailure(`No such container: ${reference}`);
  }

  /** A container that the engine has not may be a cluster's node: then what is asked of it is not simulated. */
  noteMissing(reference: string): void {
    const clusters = this.host.facility(CLUSTER_SITE)?.clusters ?? [];
    const isNode = clusters.some(
      ({ profile }) => profile.nodeNetwork !== undefined && profile.nodes.some(({ name }) => name === reference),
    );
    if (isNode) reportUnsupported(this.host, `docker with the node ${reference} of a cluster`);
  }

  create(
    name: string | undefined,
    settings: (id: string) => ContainerSettings,
    networks: readonly EndpointWish[],
  ): Container {
    const taken = (wanted: string): boolean => [...this.containers.values()].some((other) => other.name === wanted);
    if (name !== undefined && !/^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(name))
      daemonFailure(`Invalid container name (${name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`, 125);
    if (name !== undefined && taken(name))
      daemonFailure(
        `Conflict. The container name "/${name}" is already in use by container "${this.get(name).id}". You have to remove (or rename) that container to be able to reuse that name.`,
        125,
      );
    const id = this.random.hex(64);
    const container = new Container(this, name ?? randomName(this.random, taken), id, settings(id));
    for (const { network, aliases, ip } of networks)
      container.endpoints.set(network.name, {
        network,
        aliases,
        ip,
        endpointId: this.random.hex(64),
        address: '',
      });
    this.containers.set(id, container);
    container.note('create');
    return container;
  }

  /** Takes a network away. */
  removeNetwork({ id, name, driver }: EngineNetwork): void {
    if (this.networks.delete(name)) this.events.note('network', 'destroy', id, { name, type: driver });
  }

  /** Takes a volume away; false when there is none of the name. */
  removeVolume(name: string): boolean {
    const removed = this.volumes.delete(name);
    if (removed) this.events.note('volume', 'destroy', name, { driver: 'local' });
    return removed;
  }

  /** Takes a container that does not run out of the list. */
  forget(container: Container): void {
    if (this.containers.delete(container.id)) container.note('destroy');
  }

  nextHostPort(): number {
    return this.hostPort++;
  }

  /** Whether another container holds the port of the host. */
  usesHostPort(port: number, except: Container): boolean {
    for (const container of this.containers.values())
      for (const bound of container.bound.values())
        if (container !== except && bound.some(({ hostPort }) => hostPort === port)) return true;
    return false;
  }
}

/** A network that a new container is to join. */
export interface EndpointWish {
  readonly network: EngineNetwork;
  readonly aliases: readonly string[];
  readonly ip?: string | undefined;
}
