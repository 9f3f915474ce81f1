import { NODES } from '@seatrial/apiserver';
import { kindProfile, namedKindProfile, startAddon, type ClusterProfile, type NodeProfile } from '@seatrial/cluster';
import {
  fail,
  isJsonObject,
  ok,
  reportUnsupported,
  sleep,
  type Coroutine,
  type JsonObject,
  type Result,
} from '@seatrial/kernel';
import { readManifests } from '@seatrial/manifest';
import { formatGoDuration, parseGoDuration } from '@seatrial/schema';
import type { EngineNetwork } from '../docker/engine/engine-network.js';
import { errorText, type Tool } from '../tool/tool.js';
import { embeddedEntries, kubeconfigOf } from './admin-credentials.js';
import { notSimulated, type ToolCall } from './cluster-tool.js';
import { FurtherCluster } from './further-cluster.js';
import { MOST_WORKERS, type InstalledCluster } from './installed-cluster.js';
import { InstalledClusters } from './installed-clusters.js';
import { configError, kindConfig, labelNode, networkingOf, type KindConfig, type WantedNode } from './kind-config.js';
import { PublishedPort, forwardingService, unnamedPort } from './published-port.js';

const DEFAULT_CLUSTER = 'kind';
const STEP_MS = 800;
const START_MS = 9000;
const POLL_MS = 500;
/** More control planes than this nobody has on one machine. */
const MOST_SERVERS = 5;
const JOINING_SERVERS = 'Joining more control-plane nodes 🎮';
const VALID_NAME = /^[a-z0-9.-]+$/;
/** Longer names may not work as host names. */
const LONG_NAME = 50;
const ADMIN = 'O=kubeadm:cluster-admins, CN=kubernetes-admin';

/** kind's last line for what went wrong. */
export function* failed(tool: Tool, text: string): Coroutine<number> {
  yield* tool.err(`ERROR: ${text}\n`);
  return 1;
}

/** A configuration file, or what is wrong with it (pkg/internal/apis/config/encoding). */
function* readConfig(tool: Tool, file: string): Coroutine<Result<JsonObject, string>> {
  const read = yield* tool.read(file);
  if (!read.ok) return fail(`error reading file: open ${file}: ${errorText(read.error).toLowerCase()}`);
  const { documents, error } = readManifests(read.value, file);
  const value = documents[0]?.value;
  if (error !== undefined || !isJsonObject(value)) return fail('could not determine kind / apiVersion for config');
  const wrong = configError(value);
  return wrong === undefined ? ok(value) : fail(wrong);
}

/** One creation: who asks, for what. */
interface Creation {
  readonly call: ToolCall;
  readonly name: string;
  readonly config: KindConfig | undefined;
}

/** One step of kind's, in the time that it takes. */
function* step(tool: Tool, text: string, ms = STEP_MS): Coroutine<void> {
  if (!tool.process.stderr.isTerminal) yield* tool.err(` • ${text}  ...\n`);
  yield* sleep(ms);
  yield* tool.err(` ✓ ${text}\n`);
}

/** The steps until there are containers. */
function* prepare(
  { call: { tool, flags }, name }: Creation,
  profile: Pick<ClusterProfile, 'kubernetesVersion'>,
  servers: number,
  workers: number,
): Coroutine<void> {
  const image = flags.string('image');
  const version = /^(?:docker\.io\/)?kindest\/node:(v[\d.]+)/.exec(image)?.[1];
  if (image !== '' && version !== profile.kubernetesVersion)
    reportUnsupported(
      tool.machine,
      `kind create cluster --image ${image} (the nodes are ${profile.kubernetesVersion})`,
    );
  yield* tool.err(`Creating cluster "${name}" ...\n`);
  yield* step(tool, `Ensuring node image (${image || `kindest/node:${profile.kubernetesVersion}`}) 🖼`);
  yield* step(tool, `Preparing nodes ${'📦 '.repeat(servers + workers)}`);
  if (servers > 1) yield* step(tool, 'Configuring the external load balancer ⚖️');
  yield* step(tool, 'Writing configuration 📜');
}

/** `--wait`: until the control plane is ready (actions/waitforready). */
function* awaitReady({ tool, flags }: ToolCall, { node }: InstalledCluster): Coroutine<void> {
  const wait = parseGoDuration(flags.string('wait'));
  if (!wait.ok || wait.value <= 0) return;
  const text = (nanos: number): string => formatGoDuration(Math.round(nanos / 1e9) * 1e9);
  const { simulation, store } = node.apiServer;
  const start = simulation.now();
  const servers = node.profile.nodes.filter(({ controlPlane }) => controlPlane);
  const isReady = (name: string): boolean =>
    (store.get(NODES, undefined, name)?.status?.conditions ?? []).some(
      ({ type, status }) => type === 'Ready' && status === 'True',
    );
  const areReady = (): boolean => servers.every(({ name }) => isReady(name));
  const title = `Waiting ≤ ${text(wait.value)} for control-plane = Ready ⏳`;
  if (!tool.process.stderr.isTerminal) yield* tool.err(` • ${title}  ...\n`);
  while (!areReady() && simulation.now() < start + wait.value / 1e6) yield* sleep(POLL_MS);
  if (!areReady()) {
    yield* tool.err(` ✗ ${title}\n • WARNING: Timed out waiting for Ready ⚠️\n`);
    return;
  }
  yield* tool.err(` ✓ ${title}\n • Ready after ${text((simulation.now() - start) * 1e6)} 💚\n`);
}

function* farewell({ call: { tool, flags } }: Creation, cluster: InstalledCluster): Coroutine<number> {
  yield* awaitReady({ tool, flags, args: [] }, cluster);
  cluster.stage = 'installed';
  const file = flags.string('kubeconfig');
  if (file !== '' && cluster instanceof FurtherCluster) yield* cluster.writeKubeconfig(tool, tool.path(file));
  else yield* cluster.writeKubeconfig(tool);
  const { context } = cluster.node.profile.kubeconfig;
  yield* tool.err(`Set kubectl context to "${context}"\n`);
  yield* tool.err(`You can now use your cluster with:\n\nkubectl cluster-info --context ${context}\n`);
  yield* tool.err('\nHave a nice day! 👋\n');
  return 0;
}

/** Opens the ports of the host that lead to a node; the one that is taken. */
function publish(tool: Tool, cluster: InstalledCluster, node: NodeProfile, { ports }: WantedNode): number | undefined {
  const { network } = tool.machine;
  for (const { containerPort, hostPort, listenAddress } of ports) {
    // The student's own machine stands in for the first node.
    const isSame = node.name === cluster.homeNode && hostPort === containerPort;
    const target = { host: node.address, port: containerPort };
    const opened =
      cluster instanceof FurtherCluster
        ? cluster.publish(new PublishedPort(network, node.name, listenAddress, hostPort, target))
        : isSame || network.listen(hostPort, forwardingService(network, target), { address: listenAddress }).ok;
    if (!opened) return hostPort;
  }
  cluster.published.set(node.name, ports);
  return undefined;
}

/** The exercise's cluster comes about: it has stood ready, or comes back. */
function* createFirst(creation: Creation, clusters: InstalledClusters, cluster: InstalledCluster): Coroutine<number> {
  const { call, config } = creation;
  const { tool } = call;
  const { profile, apiServer } = cluster.node;
  const servers = profile.nodes.length - cluster.workers.length;
  const workers = config?.workers.length ?? cluster.workers.length;
  const fits = cluster.canHave(workers) && clusters.hasRoom(cluster, workers);
  if ((config && config.servers.length !== servers) || !fits)
    return yield* notSimulated(
      tool,
      `create cluster with ${config?.servers.length ?? servers} control planes and ${workers} workers`,
    );
  for (const member of config?.unfollowed ?? []) reportUnsupported(tool.machine, `kind create cluster (${member})`);
  yield* prepare(creation, profile, servers, workers);
  if (cluster.stage === 'deleted') yield* cluster.powerOn();
  yield* step(tool, 'Starting control-plane 🕹️', START_MS);
  yield* step(tool, 'Installing CNI 🔌');
  yield* step(tool, 'Installing StorageClass 💾');
  cluster.resize(workers);
  if (servers > 1) yield* step(tool, JOINING_SERVERS, START_MS);
  if (workers > 0) yield* step(tool, 'Joining worker nodes 🚜', START_MS);
  const nodes = [...profile.nodes.filter(({ controlPlane }) => controlPlane), ...cluster.workers];
  for (const [index, each] of [...(config?.servers ?? []), ...(config?.workers ?? [])].entries()) {
    labelNode(apiServer, nodes[index].name, each);
    const taken = publish(tool, cluster, nodes[index], each);
    if (taken !== undefined) return yield* notSimulated(tool, `create cluster on a port that is taken (${taken})`);
  }
  return yield* farewell(creation, cluster);
}

const ONE_NODE: KindConfig = {
  name: '',
  servers: [{ labels: {}, ports: [] }],
  workers: [],
  networking: {},
  unfollowed: [],
};

/** Why a further cluster cannot be as it is wanted. */
function refusal({ site }: InstalledClusters, { servers, workers }: KindConfig): string | undefined {
  if (servers.length > MOST_SERVERS) return `with ${servers.length} control planes`;
  if (workers.length > MOST_WORKERS) return `with ${workers.length} workers`;
  return site.full;
}

/** The installer's profile as the cluster is to be, without what is installed later. */
function profileOf(
  { call: { tool }, name }: Creation,
  clusters: InstalledClusters,
  config: KindConfig,
  network: EngineNetwork,
): ClusterProfile {
  const { address, port, podSubnet, serviceSubnet } = networkingOf(config);
  const random = tool.machine.simulation.random.split(`kind/${name}/${String(tool.machine.simulation.now())}`);
  const place = clusters.place(name, config.workers.length, network);
  const [servers, workers] = [config.servers.length, config.workers.length];
  const profile = namedKindProfile({
    ...place,
    controlPlanes: servers,
    ...(servers > 1 && {
      apiBalancer: { host: `${name}-external-load-balancer`, address: place.address(servers + workers) },
    }),
    podCidr: podSubnet,
    serviceCidr: serviceSubnet,
    publishedApi: { address, port: port ?? unnamedPort(random) },
    authority: clusters.site.nextAuthority(name),
  });
  // What enforces NetworkPolicies says so when it runs.
  return { ...profile, addons: ['kube-proxy'], cni: 'none', networkPolicy: false };
}

/** What kubeadm leaves on control planes for those who look into them. */
function placeAdminConfig({ node, options: { cluster } }: FurtherCluster, name: string): void {
  const { profile } = node;
  const entries = embeddedEntries(
    { ...profile, publishedApi: { address: profile.apiBalancer?.host ?? node.node.name, port: profile.apiPort } },
    ADMIN,
  );
  const user = 'kubernetes-admin';
  const names = { cluster: name, user, context: `${user}@${name}` };
  const text = kubeconfigOf({ ...entries, names, context: { cluster: name, user } });
  for (const { name: server, controlPlane } of profile.nodes)
    if (controlPlane)
      cluster.machines.get(server)?.files.writeFile('/etc/kubernetes/admin.conf', text, { mode: 0o600 });
}

/** Opens the machine's port for the API, which leads to the balancer where there are several control planes; the one that is taken. */
function publishApi(
  tool: Tool,
  cluster: FurtherCluster,
  { publishedApi, apiPort, apiBalancer }: ClusterProfile,
  [first, ...others]: readonly NodeProfile[],
): number | undefined {
  const { network, simulation } = tool.machine;
  const { address, port } = publishedApi ?? { address: '', port: 0 };
  const target = { host: first.address, port: apiPort };
  const hosts = others.map((each) => each.address);
  const owner = apiBalancer?.host ?? first.name;
  if (!cluster.publish(new PublishedPort(network, owner, address, port, target, hosts))) return port;
  if (!apiBalancer) return undefined;
  const random = simulation.random.split(`kind/${apiBalancer.host}/${String(simulation.now())}`);
  for (const server of [first, ...others])
    cluster.publish(
      new PublishedPort(network, server.name, '127.0.0.1', unnamedPort(random), {
        host: server.address,
        port: apiPort,
      }),
    );
  return undefined;
}

/** Opens the ports that nodes are wanted with; the first that is taken. */
function publishAll(
  tool: Tool,
  cluster: FurtherCluster,
  nodes: readonly NodeProfile[],
  wanted: readonly WantedNode[],
): number | undefined {
  for (const [index, node] of nodes.entries()) {
    const taken = publish(tool, cluster, node, wanted[index]);
    if (taken !== undefined) return taken;
  }
  return undefined;
}

/** One more cluster, whose nodes are new containers. */
function* createFurther(creation: Creation, clusters: InstalledClusters): Coroutine<number> {
  const { call, name, config = ONE_NODE } = creation;
  const { tool } = call;
  const refused = refusal(clusters, config);
  if (refused !== undefined) return yield* notSimulated(tool, `create cluster (${refused})`);
  const { unfollowed, disableDefaultCni } = networkingOf(config);
  for (const member of unfollowed) reportUnsupported(tool.machine, `kind create cluster (${member})`);
  const network = clusters.network('kind');
  if (!network) return yield* notSimulated(tool, 'create cluster (Docker has no network left)');
  yield* prepare(creation, kindProfile, config.servers.length, config.workers.length);
  // Another installer may have been faster meanwhile.
  if (clusters.find('kind', name)) return yield* notSimulated(tool, `create cluster (${name} twice at once)`);
  const profile = profileOf(creation, clusters, config, network);
  const entries = embeddedEntries(profile, ADMIN);
  const cluster = clusters.add(profile, { name, network, entries, sortsKubeconfig: false });
  placeAdminConfig(cluster, name);
  const { apiServer } = cluster.node;
  const servers = profile.nodes.slice(0, config.servers.length);
  const workers = profile.nodes.slice(servers.length);
  const taken = publishApi(tool, cluster, profile, servers) ?? publishAll(tool, cluster, servers, config.servers);
  if (taken !== undefined) {
    clusters.remove(cluster);
    return yield* notSimulated(tool, `create cluster on a port that is taken (${taken})`);
  }
  for (const [index, server] of servers.entries()) labelNode(apiServer, server.name, config.servers[index]);
  yield* step(tool, 'Starting control-plane 🕹️', START_MS);
  if (!disableDefaultCni) {
    startAddon(apiServer, cluster.node.profile, 'kindnet');
    yield* step(tool, 'Installing CNI 🔌');
  }
  startAddon(apiServer, cluster.node.profile, 'local-path-storage');
  yield* step(tool, 'Installing StorageClass 💾');
  if (servers.length > 1) yield* step(tool, JOINING_SERVERS, START_MS);
  for (const [index, worker] of workers.entries()) {
    clusters.join(cluster, worker);
    labelNode(apiServer, worker.name, config.workers[index]);
    const other = publish(tool, cluster, worker, config.workers[index]);
    if (other !== undefined) reportUnsupported(tool.machine, `kind create cluster on a port that is taken (${other})`);
  }
  if (workers.length > 0) yield* step(tool, 'Joining worker nodes 🚜', START_MS);
  return yield* farewell(creation, cluster);
}

/** `kind create cluster` (pkg/cluster/internal/create). */
export function* create(call: ToolCall): Coroutine<number> {
  const { tool, flags } = call;
  const file = flags.string('config');
  const read = file === '' ? undefined : yield* readConfig(tool, file);
  if (read && !read.ok) return yield* failed(tool, `failed to create cluster: ${read.error}`);
  const config = read && kindConfig(read.value);
  const name =
    flags.string('name') || (tool.process.env.get('KIND_CLUSTER_NAME') ?? '') || config?.name || DEFAULT_CLUSTER;
  const clusters = InstalledClusters.of(tool);
  if (!clusters) return yield* notSimulated(tool, 'create cluster on another machine');
  const known = clusters.find('kind', name);
  if (known?.exists && !known.canBeCreated)
    return yield* failed(tool, `failed to create cluster: node(s) already exist for a cluster with the name "${name}"`);
  if (name.length > LONG_NAME)
    yield* tool.err(
      `WARNING: cluster name ${JSON.stringify(name)} is probably too long, this might not work properly on some systems\n`,
    );
  if (!VALID_NAME.test(name))
    return yield* failed(
      tool,
      `failed to create cluster: '${name}' is not a valid cluster name, cluster names must match \`${VALID_NAME.source}\``,
    );
  if (known && !known.canBeCreated) return yield* notSimulated(tool, 'create cluster (one more)');
  const creation = { call, name, config };
  return known ? yield* createFirst(creation, clusters, known) : yield* createFurther(creation, clusters);
}
