import { namedK3dProfile, type ClusterProfile } from '@seatrial/cluster';
import { fail, ok, reportUnsupported, sleep, type Coroutine, type Result } from '@seatrial/kernel';
import { embeddedEntries } from './admin-credentials.js';
import { notSimulated, type ToolCall } from './cluster-tool.js';
import type { EngineNetwork } from '../docker/engine/engine-network.js';
import type { FurtherCluster } from './further-cluster.js';
import { MOST_WORKERS, type InstalledCluster } from './installed-cluster.js';
import { InstalledClusters } from './installed-clusters.js';
import { withConfigFile } from './k3d-config.js';
import { DEFAULT_CLUSTER, Log, STEP_MS } from './k3d-cluster.js';
import { PublishedPort, unnamedPort } from './published-port.js';

const ADMIN = 'O=system:masters, CN=system:admin';
/** pkg/client/cluster.go, CheckName. */
const VALID_NAME = /^[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?$/;
const LONGEST_NAME = 32;
/** What k3s brings and `--disable` leaves out, with the addon that it is here. */
const PACKAGED: Readonly<Record<string, string>> = {
  'local-storage': 'k3s-local-path',
  'metrics-server': 'metrics-server',
  servicelb: 'servicelb',
  traefik: 'traefik',
};
/** Flags that a further cluster does not follow. */
const UNFOLLOWED = ['network'];

/** A port of the host and where in the cluster it leads. */
interface WantedPort {
  readonly text: string;
  readonly hostIp: string;
  readonly hostPort: number;
  readonly port: number;
  readonly filter: string;
}

/** `[HOST:][HOSTPORT:]PORT[/tcp]@FILTER`, of one node or the balancer; the text of one that is not followed. */
function readPort(text: string): Result<WantedPort, string> {
  const [, mapping, filter] = /^(.*)@([^@]+)$/.exec(text) ?? [];
  const found = /^(?:([\d.]+):)?(\d+):(\d+)(?:\/tcp)?$/i.exec(mapping);
  if (!found || !/^(?:loadbalancer|(?:server|agent):\d+(?::direct)?)$/.test(filter)) return fail(text);
  const [, hostIp = '0.0.0.0', hostPort, port] = found;
  return ok({ text: mapping, hostIp, hostPort: Number(hostPort), port: Number(port), filter });
}

/** What a creation asks for, as far as a new cluster can follow it. */
interface Wanted {
  readonly agents: number;
  readonly ports: readonly WantedPort[];
  readonly withoutAddons: readonly string[];
  readonly api: { readonly address: string; readonly port: number | undefined };
}

/** Reads the flags; what is not followed is reported, or undoes the whole. */
function readFlags({ tool, flags }: ToolCall, { site }: InstalledClusters): Result<Wanted, string> {
  const servers = flags.changed('servers') ? flags.int('servers') : 1;
  if (servers !== 1) return fail(`--servers=${servers}`);
  const agents = flags.int('agents');
  if (agents > MOST_WORKERS) return fail(`--agents=${agents}`);
  for (const flag of UNFOLLOWED) if (flags.string(flag) !== '') return fail(`--${flag}=${flags.string(flag)}`);
  if (site.full !== undefined) return fail(site.full);
  const ports: WantedPort[] = [];
  for (const text of flags.list('port')) {
    const read = readPort(text);
    if (!read.ok) return fail(`-p ${text}`);
    ports.push(read.value);
  }
  const [, host, port] = /^(?:([^:]+):)?(\d+)$/.exec(flags.string('api-port')) ?? [];
  if (flags.string('api-port') !== '' && port === undefined) return fail(`--api-port=${flags.string('api-port')}`);
  const withoutAddons: string[] = [];
  for (const text of flags.list('k3s-arg')) {
    const addon = PACKAGED[/^--disable[= ]([\w-]+)(?:@server:(?:0|\*))?$/.exec(text)?.[1] ?? ''];
    if (addon) withoutAddons.push(addon);
    else reportUnsupported(tool.machine, `k3d cluster create --k3s-arg ${text}`);
  }
  for (const text of flags.list('volume')) reportUnsupported(tool.machine, `k3d cluster create --volume ${text}`);
  return ok({
    agents,
    ports,
    withoutAddons,
    api: { address: host ?? '0.0.0.0', port: port ? Number(port) : undefined },
  });
}

/** What k3d says while a cluster comes up; `begin` has it do so. */
export function* bringUp(
  log: Log,
  name: string,
  { nodes }: ClusterProfile,
  begin: () => Coroutine<void>,
): Coroutine<void> {
  const servers = nodes.filter(({ controlPlane }) => controlPlane);
  const agents = nodes.filter(({ controlPlane }) => !controlPlane);
  yield* log.say('Prep: Network');
  yield* log.say(`Created network 'k3d-${name}'`);
  yield* log.say(`Created image volume k3d-${name}-images`);
  yield* log.say('Starting new tools node...');
  yield* log.say(`Starting node 'k3d-${name}-tools'`, 'INFO', STEP_MS);
  for (const node of nodes) yield* log.say(`Creating node '${node.name}'`, 'INFO', STEP_MS);
  yield* log.say(`Creating LoadBalancer 'k3d-${name}-serverlb'`);
  yield* log.say('Using the k3d-tools node to gather environment information');
  yield* log.say(`Starting cluster '${name}'`);
  yield* log.say('Starting servers...');
  yield* begin();
  for (const node of servers) yield* log.say(`Starting node '${node.name}'`, 'INFO', STEP_MS * 3);
  if (agents.length > 0) yield* log.say('Starting agents...');
  for (const node of agents) yield* log.say(`Starting node '${node.name}'`, 'INFO', STEP_MS);
  yield* log.say('Starting helpers...');
  yield* log.say(`Starting node 'k3d-${name}-serverlb'`, 'INFO', STEP_MS);
  yield* log.say(
    `Injecting records for hostAliases (incl. host.k3d.internal) and for ${nodes.length + 1} network members into CoreDNS configmap...`,
    'INFO',
    STEP_MS,
  );
  yield* log.say(`Cluster '${name}' created successfully!`, 'INFO', STEP_MS);
  yield* log.say('You can now use it like this:');
}

/** The exercise's cluster comes about: it has stood ready, or comes back. */
function* createFirst(call: ToolCall, clusters: InstalledClusters, cluster: InstalledCluster): Coroutine<number> {
  const { tool, flags } = call;
  const { nodes } = cluster.node.profile;
  const servers = nodes.filter(({ controlPlane }) => controlPlane).length;
  if (flags.changed('servers') && flags.int('servers') !== servers)
    return yield* notSimulated(tool, `cluster create --servers=${flags.int('servers')} (this one has ${servers})`);
  const agents = flags.changed('agents') ? flags.int('agents') : cluster.workers.length;
  if (!cluster.canHave(agents) || !clusters.hasRoom(cluster, agents))
    return yield* notSimulated(tool, `cluster create --agents=${agents}`);
  cluster.resize(agents);
  yield* bringUp(new Log(tool), cluster.name, cluster.node.profile, function* () {
    if (cluster.stage === 'deleted') yield* cluster.powerOn();
  });
  yield* tool.out('kubectl cluster-info\n');
  cluster.stage = 'installed';
  yield* cluster.writeKubeconfig(tool);
  return 0;
}

/** Opens the ports of the machine that the balancer or a node has; the first that is taken. */
function publish({ tool }: ToolCall, cluster: FurtherCluster, { ports }: Wanted): number | undefined {
  const { nodes, publishedApi, apiPort } = cluster.node.profile;
  const api = { hostIp: publishedApi?.address ?? '', hostPort: publishedApi?.port ?? 0, port: apiPort };
  for (const { hostIp, hostPort, port, filter } of [{ ...api, filter: 'loadbalancer' }, ...ports]) {
    const [role, index] = filter.split(':');
    const balanced = role === 'loadbalancer';
    const node = balanced ? nodes[0] : nodes.find(({ name }) => name === `k3d-${cluster.name}-${role}-${index}`);
    if (!node) continue;
    const owner = balanced ? `k3d-${cluster.name}-serverlb` : node.name;
    const target = { host: node.address, port };
    if (!cluster.publish(new PublishedPort(tool.machine.network, owner, hostIp, hostPort, target))) return hostPort;
  }
  return undefined;
}

/** The installer's profile as the cluster is to be. */
function profileFor(
  { tool }: ToolCall,
  clusters: InstalledClusters,
  { name, network }: { readonly name: string; readonly network: EngineNetwork },
  { agents, api, withoutAddons }: Wanted,
): ClusterProfile {
  const { simulation } = tool.machine;
  const random = simulation.random.split(`k3d/${name}/${String(simulation.now())}`);
  const profile = namedK3dProfile({
    ...clusters.place(name, agents, network),
    publishedApi: { address: api.address, port: api.port ?? unnamedPort(random) },
    authority: clusters.site.nextAuthority(name),
  });
  return { ...profile, addons: profile.addons.filter((addon) => !withoutAddons.includes(addon)) };
}

/** One more cluster, whose nodes are new containers. */
function* createFurther(call: ToolCall, clusters: InstalledClusters, name: string): Coroutine<number> {
  const { tool } = call;
  const wanted = readFlags(call, clusters);
  if (!wanted.ok) return yield* notSimulated(tool, `cluster create ${name} (${wanted.error})`);
  const network = clusters.network(`k3d-${name}`);
  if (!network) return yield* notSimulated(tool, `cluster create ${name} (Docker has no network left)`);
  const profile = profileFor(call, clusters, { name, network }, wanted.value);
  const log = new Log(tool);
  for (const { text, filter } of wanted.value.ports)
    if (filter === 'loadbalancer')
      yield* log.say(`portmapping '${text}' targets the loadbalancer: defaulting to [servers:*:proxy agents:*:proxy]`);
  const entries = embeddedEntries(profile, ADMIN);
  const made: FurtherCluster[] = [];
  yield* bringUp(log, name, profile, function* () {
    // Another creation may have been faster meanwhile.
    if (clusters.find('k3d', name)) return;
    const cluster = clusters.add(profile, { name, network, entries, sortsKubeconfig: true });
    for (const agent of profile.nodes.slice(1)) clusters.join(cluster, agent);
    made.push(cluster);
    yield* sleep(0);
  });
  const cluster = made.at(0);
  if (!cluster) return yield* notSimulated(tool, `cluster create ${name} (twice at once)`);
  const taken = publish(call, cluster, wanted.value);
  if (taken !== undefined) {
    clusters.remove(cluster);
    return yield* notSimulated(tool, `cluster create ${name} (port ${taken} is taken)`);
  }
  yield* tool.out('kubectl cluster-info\n');
  yield* cluster.writeKubeconfig(tool);
  return 0;
}

/** `k3d cluster create [NAME]`. */
export function* createCluster(given: ToolCall): Coroutine<number> {
  const call = yield* withConfigFile(given);
  if (typeof call === 'number') return call;
  const { tool, args } = call;
  const name = args[0] ?? DEFAULT_CLUSTER;
  const clusters = InstalledClusters.of(tool);
  if (!clusters) return yield* notSimulated(tool, 'cluster create on another machine');
  if (!VALID_NAME.test(name) || name.length > LONGEST_NAME)
    return yield* notSimulated(tool, `cluster create ${name} (a name that is not valid)`);
  const known = clusters.find('k3d', name);
  if (!known) return yield* createFurther(call, clusters, name);
  if (known.canBeCreated) return yield* createFirst(call, clusters, known);
  if (!known.exists) return yield* notSimulated(tool, `cluster create ${name}`);
  yield* new Log(tool).say(
    `Failed to create cluster '${name}' because a cluster with that name already exists`,
    'FATA',
  );
  return 1;
}
