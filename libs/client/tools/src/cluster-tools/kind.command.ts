import { isJsonObject, sleep, type Coroutine } from '@seatrial/kernel';
import { boolFlag, durationFlag, intFlag, stringFlag } from '@seatrial/kubectl';
import { readManifests } from '@seatrial/manifest';
import type { Tool } from '../tool/tool.js';
import { errorText } from '../tool/tool.js';
import { offerToCluster } from '../docker/commands/push-image.js';
import { DockerEngine } from '../docker/engine/docker-engine.js';
import { InstalledCluster, kubectlConfig } from './installed-cluster.js';
import { clusterTool, notSimulated, type ClusterTool, type ToolCall } from './cluster-tool.js';

const VERSION = 'v0.31.0';
const GO_VERSION = 'go1.25.5';
const DEFAULT_CLUSTER = 'kind';
const API_VERSION = 'kind.x-k8s.io/v1alpha4';

function* fail(tool: Tool, text: string): Coroutine<number> {
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

/** What is wrong with a configuration file (pkg/internal/apis/config/encoding). */
function* configError(tool: Tool, file: string): Coroutine<string | undefined> {
  const read = yield* tool.read(file);
  if (!read.ok) return `error reading file: open ${file}: ${errorText(read.error).toLowerCase()}`;
  const { documents, error } = readManifests(read.value, file);
  const value = documents[0]?.value;
  if (error !== undefined || !isJsonObject(value)) return 'could not determine kind / apiVersion for config';
  const { apiVersion, kind, nodes } = value;
  if (typeof apiVersion !== 'string' || apiVersion === '') return 'could not determine kind / apiVersion for config';
  if (apiVersion !== API_VERSION) return `unknown apiVersion: ${apiVersion}`;
  if (kind !== 'Cluster') return `unknown kind ${typeof kind === 'string' ? kind : ''} for apiVersion: ${apiVersion}`;
  const roles = Array.isArray(nodes) ? nodes.filter(isJsonObject).map(({ role }) => role ?? 'control-plane') : [];
  const wrong = roles.find((role) => role !== 'control-plane' && role !== 'worker');
  if (wrong !== undefined) return `invalid configuration: ${JSON.stringify(wrong)} is not a valid node role`;
  if (roles.length > 0 && !roles.includes('control-plane'))
    return 'invalid configuration: must have at least one control-plane node';
  return undefined;
}

const STEP_MS = 800;
const LOAD_MS = 2000;
const START_MS = 9000;

/** What a configuration file says of the nodes, as far as the cluster that can be made here differs from it. */
function* otherNodes(tool: Tool, cluster: InstalledCluster, file: string): Coroutine<string | undefined> {
  const read = yield* tool.read(file);
  const value = read.ok ? readManifests(read.value, file).documents[0]?.value : undefined;
  const given = isJsonObject(value) && Array.isArray(value.nodes) ? value.nodes.filter(isJsonObject) : [{}];
  const { nodes } = cluster.node.profile;
  return given.length === nodes.length
    ? undefined
    : `create cluster with ${given.length} nodes (this one has ${nodes.length})`;
}

function* create(call: ToolCall): Coroutine<number> {
  const { tool, flags } = call;
  const file = flags.string('config');
  const wrong = file === '' ? undefined : yield* configError(tool, file);
  if (wrong !== undefined) return yield* fail(tool, `failed to create cluster: ${wrong}`);
  const name = clusterName(call);
  const cluster = clusterNamed(tool, name);
  if (cluster?.exists && !cluster.canBeCreated)
    return yield* fail(tool, `failed to create cluster: node(s) already exist for a cluster with the name "${name}"`);
  if (!cluster?.canBeCreated) return yield* notSimulated(tool, 'create cluster (one more)');
  const other = file === '' ? undefined : yield* otherNodes(tool, cluster, file);
  if (other !== undefined) return yield* notSimulated(tool, other);
  const { profile } = cluster.node;
  yield* tool.err(`Creating cluster "${name}" ...\n`);
  const step = function* (text: string, ms = STEP_MS): Coroutine<void> {
    if (!tool.process.stderr.isTerminal) yield* tool.err(` • ${text}  ...\n`);
    yield* sleep(ms);
    yield* tool.err(` ✓ ${text}\n`);
  };
  yield* step(`Ensuring node image (${flags.string('image') || `kindest/node:${profile.kubernetesVersion}`}) 🖼`);
  yield* step(`Preparing nodes ${'📦 '.repeat(profile.nodes.length)}`);
  yield* step('Writing configuration 📜');
  if (cluster.stage === 'deleted') yield* cluster.powerOn();
  yield* step('Starting control-plane 🕹️', START_MS);
  yield* step('Installing CNI 🔌');
  yield* step('Installing StorageClass 💾');
  if (profile.nodes.length > 1) yield* step('Joining worker nodes 🚜', START_MS);
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
  if (names.length === 0) return yield* fail(call.tool, 'no cluster names provided');
  const deleted: string[] = [];
  for (const name of names) if (nodesOf(call.tool, name).length > 0 && (yield* removeOne(call, name)).length > 0) deleted.push(name); // prettier-ignore
  yield* call.tool.err(`Deleted clusters: ${quoted(deleted)}\n`);
  return 0;
}

function* kubeconfig(call: ToolCall, exported: boolean): Coroutine<number> {
  const { tool } = call;
  const name = clusterName(call);
  const cluster = clusterNamed(tool, name);
  if (!cluster?.exists) return yield* fail(tool, `could not locate any control plane nodes for cluster named '${name}'. Use the --name option to select a different cluster`); // prettier-ignore
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
  if (args.length === 0) return yield* fail(tool, 'a list of image names is required');
  const name = clusterName(call);
  const engine = DockerEngine.of(tool.machine);
  const images = args.map((reference) => ({ reference, image: engine?.images.find(reference) }));
  const absent = images.find(({ image }) => image === undefined);
  if (absent || !engine) return yield* fail(tool, `image: "${absent?.reference ?? ''}" not present locally`);
  const nodes = nodesOf(tool, name);
  if (nodes.length === 0) return yield* fail(tool, `no nodes found for cluster "${name}"`);
  const wanted = call.flags.string('nodes') === '' ? nodes : call.flags.string('nodes').split(',');
  for (const { reference, image } of images) {
    if (!image) continue;
    for (const node of wanted) yield* tool.err(`Image: "${reference}" with ID "${image.id}" not yet present on node "${node}", loading...\n`); // prettier-ignore
    yield* sleep(LOAD_MS);
    offerToCluster(engine, image, reference);
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
  onFlagError: (tool, error) => fail(tool, error),
  onUnknown: (tool, word) => fail(tool, `unknown command "${word}" for "kind"`),
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
    { name: 'load image-archive' },
    { name: 'version', run: version },
  ],
};

export const kind = clusterTool(KIND);
