import { compareStrings, sleep, type Coroutine } from '@seatrial/kernel';
import { boolFlag, durationFlag, intFlag, stringFlag } from '@seatrial/kubectl';
import type { Tool } from '../tool/tool.js';
import { offerToCluster } from '../docker/commands/push-image.js';
import { DockerEngine } from '../docker/engine/docker-engine.js';
import { kubeconfigOf } from './admin-credentials.js';
import { packedPages } from './help-pages.js';
import { loadArchive } from './image-archive.js';
import { kubectlConfig, type InstalledCluster } from './installed-cluster.js';
import { clusterTool, notSimulated, type ClusterTool, type GroupCall, type ToolCall } from './cluster-tool.js';
import { FurtherCluster } from './further-cluster.js';
import { InstalledClusters } from './installed-clusters.js';
import { kindHelpJson } from './reference/kind-help.gen.js';
import { create, failed } from './kind-create.js';
import { exportLogs } from './kind-logs.js';

const VERSION = 'v0.31.0';
const GO_VERSION = 'go1.25.5';
const DEFAULT_CLUSTER = 'kind';

/** The kind cluster of this name, where there is one or could be. */
const clusterNamed = (tool: Tool, name: string): InstalledCluster | undefined =>
  InstalledClusters.of(tool)?.find('kind', name);

/** The names of the kind clusters, in their order. */
const clusterNames = (tool: Tool): string[] => (InstalledClusters.of(tool)?.list('kind') ?? []).map(({ name }) => name);

/** The nodes of a kind cluster that Kubernetes runs on; none when there is no such cluster. */
function internalNodesOf(tool: Tool, name: string): string[] {
  const cluster = clusterNamed(tool, name);
  return cluster?.exists ? cluster.node.profile.nodes.map((node) => node.name) : [];
}

/** All of its containers: the balancer of several control planes too. */
function nodesOf(tool: Tool, name: string): string[] {
  const nodes = internalNodesOf(tool, name);
  const cluster = clusterNamed(tool, name);
  const balancer = cluster instanceof FurtherCluster ? cluster.node.profile.apiBalancer : undefined;
  return balancer && nodes.length > 0 ? [...nodes, balancer.host].sort(compareStrings) : nodes;
}

const clusterName = ({ tool, flags }: ToolCall): string =>
  flags.string('name') || (tool.process.env.get('KIND_CLUSTER_NAME') ?? '') || DEFAULT_CLUSTER;

function* getClusters({ tool }: ToolCall): Coroutine<number> {
  const names = clusterNames(tool);
  if (names.length === 0) yield* tool.err('No kind clusters found.\n');
  else yield* tool.out(names.map((each) => `${each}\n`).join(''));
  return 0;
}

function* getNodes(call: ToolCall): Coroutine<number> {
  const name = clusterName(call);
  const all = call.flags.bool('all-clusters');
  const nodes = all ? clusterNames(call.tool).flatMap((each) => nodesOf(call.tool, each)) : nodesOf(call.tool, name);
  if (nodes.length === 0)
    yield* call.tool.err(all ? 'No kind nodes found.\n' : `No kind nodes found for cluster "${name}".\n`);
  else yield* call.tool.out(nodes.map((node) => `${node}\n`).join(''));
  return 0;
}

const STEP_MS = 800;
const LOAD_MS = 2000;

function* removeOne(call: ToolCall, name: string): Coroutine<string[]> {
  const { tool } = call;
  const cluster = clusterNamed(tool, name);
  yield* tool.err(`Deleting cluster "${name}" ...\n`);
  const nodes = nodesOf(tool, name);
  if (!cluster || nodes.length === 0) return [];
  const file = call.flags.string('kubeconfig');
  if (cluster instanceof FurtherCluster && file !== '') yield* cluster.forgetKubeconfig(tool, tool.path(file));
  else yield* cluster.forgetKubeconfig(tool);
  cluster.stage = 'deleted';
  if (cluster instanceof FurtherCluster) InstalledClusters.of(tool)?.remove(cluster);
  else cluster.powerOff();
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
  const names = flags.bool('all') ? clusterNames(call.tool) : args;
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
  const file = call.flags.string('kubeconfig');
  if (exported) {
    if (cluster instanceof FurtherCluster && file !== '') yield* cluster.writeKubeconfig(tool, tool.path(file));
    else yield* cluster.writeKubeconfig(tool);
    yield* tool.err(`Set kubectl context to "${context}"\n`);
  } else if (cluster instanceof FurtherCluster) {
    const { entries } = cluster.options;
    const { node, profile } = cluster.node;
    const inside = {
      ...entries.cluster,
      server: `https://${profile.apiBalancer?.host ?? node.name}:${profile.apiPort}`,
    };
    yield* tool.out(kubeconfigOf(call.flags.bool('internal') ? { ...entries, cluster: inside } : entries));
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
  const nodes = internalNodesOf(tool, name);
  if (nodes.length === 0) return yield* failed(tool, `no nodes found for cluster "${name}"`);
  const wanted = call.flags.string('nodes') === '' ? nodes : call.flags.string('nodes').split(',');
  for (const { reference, image } of images) {
    if (!image) continue;
    for (const node of wanted)
      yield* tool.err(`Image: "${reference}" with ID "${image.id}" not yet present on node "${node}", loading...\n`);
    yield* sleep(LOAD_MS);
    offerToCluster(engine, image, reference, clusterNamed(tool, name)?.node.images);
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
  const nodes = internalNodesOf(tool, name);
  if (nodes.length === 0) return yield* failed(tool, `no nodes found for cluster "${name}"`);
  const wanted = call.flags.string('nodes') === '' ? [] : call.flags.string('nodes').split(',');
  const strange = wanted.find((each) => !nodes.includes(each));
  if (strange !== undefined) return yield* failed(tool, `unknown node: ${strange}`);
  for (const path of args) {
    yield* sleep(LOAD_MS);
    if (loadArchive(tool, path, clusterNamed(tool, name)?.node.images) !== 'loaded')
      return yield* notSimulated(tool, 'load image-archive of another archive');
  }
  return 0;
}

function* version({ tool, flags }: ToolCall): Coroutine<number> {
  yield* tool.out(flags.bool('quiet') ? `${VERSION.slice(1)}\n` : `kind ${VERSION} ${GO_VERSION} linux/amd64\n`);
  return 0;
}

/** A group without one of its subcommands, whatever else follows it. */
function* missingSubcommand(tool: Tool, { help, asksHelp }: GroupCall): Coroutine<number> {
  yield* tool.out(help);
  return asksHelp ? 0 : yield* failed(tool, 'Subcommand is required');
}

const name = stringFlag('name', '', { shorthand: 'n' });

/** kind v0.31, whose nodes are the machines of the cluster. */
export const KIND: ClusterTool = {
  name: 'kind',
  version: VERSION,
  flags: [boolFlag('quiet', '', { shorthand: 'q' }), intFlag('verbosity', '', { shorthand: 'v' })],
  onFlagError: (tool, error) => failed(tool, error),
  onUnknown: (tool, word) => failed(tool, `unknown command "${word}" for "kind"`),
  help: packedPages(kindHelpJson),
  onGroup: missingSubcommand,
  subcommands: [
    { name: 'build node-image' },
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
    {
      name: 'export logs',
      flags: [name],
      run: (call) => {
        const of = clusterName(call);
        return exportLogs(call, of, clusterNamed(call.tool, of), `kind ${VERSION} ${GO_VERSION} linux/amd64\n`);
      },
    },
    { name: 'get clusters', run: getClusters },
    { name: 'get kubeconfig', flags: [name, boolFlag('internal')], run: (call) => kubeconfig(call, false) },
    { name: 'get nodes', flags: [name, boolFlag('all-clusters', '', { shorthand: 'A' })], run: getNodes },
    { name: 'load docker-image', flags: [name, stringFlag('nodes')], run: load },
    { name: 'load image-archive', flags: [name, stringFlag('nodes')], run: loadArchives },
    { name: 'version', run: version },
  ],
};

export const kind = clusterTool(KIND);
