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
import type { NodeProfile } from '@seatrial/cluster';
import { boolFlag, durationFlag, intFlag, stringFlag } from '@seatrial/kubectl';
import { readManifests } from '@seatrial/manifest';
import type { Tool } from '../tool/tool.js';
import { errorText } from '../tool/tool.js';
import { offerToCluster } from '../docker/commands/push-image.js';
import { DockerEngine } from '../docker/engine/docker-engine.js';
import { loadArchive } from './image-archive.js';
import { InstalledCluster, kubectlConfig } from './installed-cluster.js';
import { clusterTool, notSimulated, type ClusterTool, type ToolCall } from './cluster-tool.js';
import { configError, forwardingService, kindConfig, labelNode, type WantedNode } from './kind-config.js';

const VERSION = 'v0.31.0';
const GO_VERSION = 'go1.25.5';
const DEFAULT_CLUSTER = 'kind';

function* failed(tool: Tool, text: string): Coroutine<number> {
  yield* tool.err(`ERROR: ${text}\n`);
  return 1;
}

/** The kind cluster of this name, where there is one or could be. */
function clusterNamed(tool: Tool, name: string): InstalledCluster | undefined {
  return name === DEFAULT_CLUSTER ? InstalledCluster.of(tool, 'kind') : undefined;
}

/** The nodes of a kind cluster; none when there is no such cluster. */
function nodesOf(tool: Tool, name: string): string[] {
  const cluster = clusterNamed(tool, name);
  return cluster?.exists ? cluster.node.profile.nodes.map((node) => node.name) : [];
}

const clusterName = ({ tool, flags }: ToolCall): string =>
  flags.string('name') || (tool.process.env.get('KIND_CLUSTER_NAME') ?? '') || DEFAULT_CLUSTER;

function* getClusters({ tool }: ToolCall): Coroutine<number> {
  if (nodesOf(tool, DEFAULT_CLUSTER).length === 0) yield* tool.err('No kind clusters found.\n');
  else yield* tool.out(`${DEFAULT_CLUSTER}\n`);
  return 0;
}

function* getNodes(call: ToolCall): Coroutine<number> {
  const name = call.flags.bool('all-clusters') ? DEFAULT_CLUSTER : clusterName(call);
  const nodes = nodesOf(call.tool, name);
  if (nodes.length === 0) yield* call.tool.err(`No kind nodes found for cluster "${name}".\n`);
  else yield* call.tool.out(nodes.map((node) => `${node}\n`).join(''));
  return 0;
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

const STEP_MS = 800;
const LOAD_MS = 2000;
const START_MS = 9000;

/** Opens the ports of the host that lead to a node; the one that is taken. */
function publish(
  { tool }: ToolCall,
  cluster: InstalledCluster,
  node: NodeProfile,
  { ports }: WantedNode,
): number | undefined {
  const { network } = tool.machine;
  for (const { containerPort, hostPort, listenAddress } of ports) {
    // The student's own machine stands in for the first node.
    const isSame = node.name === cluster.node.node.name && hostPort === containerPort;
    const service = forwardingService(network, node.address, containerPort);
    if (!isSame && !network.listen(hostPort, service, { address: listenAddress }).ok) return hostPort;
  }
  cluster.published.set(node.name, ports);
  return undefined;
}

function* create(call: ToolCall): Coroutine<number> {
  const { tool, flags } = call;
  const file = flags.string('config');
  const config = file === '' ? undefined : yield* readConfig(tool, file);
  if (config && !config.ok) return yield* failed(tool, `failed to create cluster: ${config.error}`);
  const wanted = config && kindConfig(config.value);
  const name =
    flags.string('name') || (tool.process.env.get('KIND_CLUSTER_NAME') ?? '') || wanted?.name || DEFAULT_CLUSTER;
  const cluster = clusterNamed(tool, name);
  if (cluster?.exists && !cluster.canBeCreated)
    return yield* failed(tool, `failed to create cluster: node(s) already exist for a cluster with the name "${name}"`);
  if (!cluster?.canBeCreated) return yield* notSimulated(tool, 'create cluster (one more)');
  const { profile, apiServer } = cluster.node;
  const servers = profile.nodes.length - cluster.workers.length;
  const workers = wanted?.workers.length ?? cluster.workers.length;
  if ((wanted && wanted.servers.length !== servers) || !cluster.canHave(workers))
    return yield* notSimulated(
      tool,
      `create cluster with ${wanted?.servers.length ?? servers} control planes and ${workers} workers`,
    );
  for (const member of wanted?.unfollowed ?? []) reportUnsupported(tool.machine, `kind create cluster (${member})`);
  const version = /^(?:docker\.io\/)?kindest\/node:(v[\d.]+)/.exec(flags.string('image'))?.[1];
  if (flags.string('image') !== '' && version !== profile.kubernetesVersion)
    reportUnsupported(
      tool.machine,
      `kind create cluster --image ${flags.string('image')} (the nodes are ${profile.kubernetesVersion})`,
    );
  yield* tool.err(`Creating cluster "${name}" ...\n`);
  const step = function* (text: string, ms = STEP_MS): Coroutine<void> {
    if (!tool.process.stderr.isTerminal) yield* tool.err(` • ${text}  ...\n`);
    yield* sleep(ms);
    yield* tool.err(` ✓ ${text}\n`);
  };
  yield* step(`Ensuring node image (${flags.string('image') || `kindest/node:${profile.kubernetesVersion}`}) 🖼`);
  yield* step(`Preparing nodes ${'📦 '.repeat(servers + workers)}`);
  yield* step('Writing configuration 📜');
  if (cluster.stage === 'deleted') yield* cluster.powerOn();
  yield* step('Starting control-plane 🕹️', START_MS);
  yield* step('Installing CNI 🔌');
  yield* step('Installing StorageClass 💾');
  cluster.resize(workers);
  if (workers > 0) yield* step('Joining worker nodes 🚜', START_MS);
  const nodes = [...profile.nodes.filter(({ controlPlane }) => controlPlane), ...cluster.workers];
  for (const [index, each] of [...(wanted?.servers ?? []), ...(wanted?.workers ?? [])].entries()) {
    labelNode(apiServer, nodes[index].name, each);
    const taken = publish(call, cluster, nodes[index], each);
    if (taken !== undefined) return yield* notSimulated(tool, `create cluster on a port that is taken (${taken})`);
  }
  cluster.stage = 'installed';
  yield* cluster.writeKubeconfig(tool);
  const { context } = profile.kubeconfig;
  yield* tool.err(`Set kubectl context to "${context}"\n`);
  yield* tool.err(`You can now use your cluster with:\n\nkubectl cluster-info --context ${context}\n`);
  yield* tool.err('\nHave a nice day! 👋\n');
  return 0;
}

function* removeOne(call: ToolCall, name: string): Coroutine<string[]> {
  const { tool } = call;
  const cluster = clusterNamed(tool, name);
  yield* tool.err(`Deleting cluster "${name}" ...\n`);
  const nodes = nodesOf(tool, name);
  if (!cluster || nodes.length === 0) return [];
  cluster.stage = 'deleted';
  yield* cluster.forgetKubeconfig(tool);
  cluster.powerOff();
  yield* sleep(STEP_MS);
  return nodes;
}

const quoted = (names: readonly string[]): string => `[${names.map((name) => JSON.stringify(name)).join(' ')}]`;

function* remove(call: ToolCall): Coroutine<number> {
  const nodes = yield* removeOne(call, clusterName(call));
  if (nodes.length > 0) yield* call.tool.err(`Deleted nodes: ${quoted(nodes)}\n`);
  return 0;
}

function* removeAll(call: ToolCall): Coroutine<number> {
  const { flags, args } = call;
  const names = flags.bool('all') ? [DEFAULT_CLUSTER] : args;
  if (names.length === 0) return yield* failed(call.tool, 'no cluster names provided');
  const deleted: string[] = [];
  for (const name of names)
    if (nodesOf(call.tool, name).length > 0 && (yield* removeOne(call, name)).length > 0) deleted.push(name);
  yield* call.tool.err(`Deleted clusters: ${quoted(deleted)}\n`);
  return 0;
}

function* kubeconfig(call: ToolCall, exported: boolean): Coroutine<number> {
  const { tool } = call;
  const name = clusterName(call);
  const cluster = clusterNamed(tool, name);
  if (!cluster?.exists)
    return yield* failed(
      tool,
      `could not locate any control plane nodes for cluster named '${name}'. Use the --name option to select a different cluster`,
    );
  const { context } = cluster.node.profile.kubeconfig;
  if (exported) {
    yield* cluster.writeKubeconfig(tool);
    yield* tool.err(`Set kubectl context to "${context}"\n`);
  } else
    yield* tool.out(yield* kubectlConfig(tool, ['view', '--raw', '--minify', '--flatten', `--context=${context}`]));
  return 0;
}

function* load(call: ToolCall): Coroutine<number> {
  const { tool, args } = call;
  if (args.length === 0) return yield* failed(tool, 'a list of image names is required');
  const name = clusterName(call);
  const engine = DockerEngine.of(tool.machine);
  const images = args.map((reference) => ({ reference, image: engine?.images.find(reference) }));
  const absent = images.find(({ image }) => image === undefined);
  if (absent || !engine) return yield* failed(tool, `image: "${absent?.reference ?? ''}" not present locally`);
  const nodes = nodesOf(tool, name);
  if (nodes.length === 0) return yield* failed(tool, `no nodes found for cluster "${name}"`);
  const wanted = call.flags.string('nodes') === '' ? nodes : call.flags.string('nodes').split(',');
  for (const { reference, image } of images) {
    if (!image) continue;
    for (const node of wanted)
      yield* tool.err(`Image: "${reference}" with ID "${image.id}" not yet present on node "${node}", loading...\n`);
    yield* sleep(LOAD_MS);
    offerToCluster(engine, image, reference);
  }
  return 0;
}

/** `kind load image-archive`, which says nothing when it goes well. */
function* loadArchives(call: ToolCall): Coroutine<number> {
  const { tool, args } = call;
  if (args.length === 0) return yield* failed(tool, 'name of image archive is required');
  const { files } = tool.machine;
  const absent = args.find((path) => !files.exists(tool.path(path)));
  if (absent !== undefined) return yield* failed(tool, `stat ${absent}: no such file or directory`);
  const name = clusterName(call);
  const nodes = nodesOf(tool, name);
  if (nodes.length === 0) return yield* failed(tool, `no nodes found for cluster "${name}"`);
  const wanted = call.flags.string('nodes') === '' ? [] : call.flags.string('nodes').split(',');
  const strange = wanted.find((each) => !nodes.includes(each));
  if (strange !== undefined) return yield* failed(tool, `unknown node: ${strange}`);
  for (const path of args) {
    yield* sleep(LOAD_MS);
    if (loadArchive(tool, path) !== 'loaded') return yield* notSimulated(tool, 'load image-archive of another archive');
  }
  return 0;
}

function* version({ tool, flags }: ToolCall): Coroutine<number> {
  yield* tool.out(flags.bool('quiet') ? `${VERSION.slice(1)}\n` : `kind ${VERSION} ${GO_VERSION} linux/amd64\n`);
  return 0;
}

const name = stringFlag('name', '', { shorthand: 'n' });

/** kind v0.31, whose nodes are the machines of the cluster. */
export const KIND: ClusterTool = {
  name: 'kind',
  version: VERSION,
  flags: [boolFlag('quiet', '', { shorthand: 'q' }), intFlag('verbosity', '', { shorthand: 'v' })],
  onFlagError: (tool, error) => failed(tool, error),
  onUnknown: (tool, word) => failed(tool, `unknown command "${word}" for "kind"`),
  subcommands: [
    { name: 'build' },
    {
      name: 'create cluster',
      flags: [
        name,
        stringFlag('config'),
        stringFlag('image'),
        stringFlag('kubeconfig'),
        boolFlag('retain'),
        durationFlag('wait'),
      ],
      run: create,
    },
    { name: 'delete cluster', flags: [name, stringFlag('kubeconfig')], run: remove },
    {
      name: 'delete clusters',
      flags: [boolFlag('all', '', { shorthand: 'A' }), stringFlag('kubeconfig')],
      run: removeAll,
    },
    {
      name: 'export kubeconfig',
      flags: [name, stringFlag('kubeconfig'), boolFlag('internal')],
      run: (call) => kubeconfig(call, true),
    },
    { name: 'export logs' },
    { name: 'get clusters', run: getClusters },
    { name: 'get kubeconfig', flags: [name, boolFlag('internal')], run: (call) => kubeconfig(call, false) },
    { name: 'get nodes', flags: [name, boolFlag('all-clusters', '', { shorthand: 'A' })], run: getNodes },
    { name: 'load docker-image', flags: [name, stringFlag('nodes')], run: load },
    { name: 'load image-archive', flags: [name, stringFlag('nodes')], run: loadArchives },
    { name: 'version', run: version },
  ],
};

export const kind = clusterTool(KIND);
