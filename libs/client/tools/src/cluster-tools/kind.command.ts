import { isJsonObject, type Coroutine } from '@seatrial/kernel';
import { boolFlag, durationFlag, intFlag, stringFlag } from '@seatrial/kubectl';
import { readManifests } from '@seatrial/manifest';
import { runCommand } from '@seatrial/shell';
import { TextOutput } from '@seatrial/kernel';
import type { Tool } from '../tool/tool.js';
import { errorText } from '../tool/tool.js';
import { clusterTool, nodeOf, notSimulated, type ClusterTool, type ToolCall } from './cluster-tool.js';

const VERSION = 'v0.31.0';
const GO_VERSION = 'go1.25.5';
const DEFAULT_CLUSTER = 'kind';
const API_VERSION = 'kind.x-k8s.io/v1alpha4';

function* fail(tool: Tool, text: string): Coroutine<number> {
  yield* tool.err(`ERROR: ${text}\n`);
  return 1;
}

/** The nodes of a kind cluster; none when there is no such cluster. */
function nodesOf(tool: Tool, cluster: string): string[] {
  const profile = nodeOf(tool)?.profile;
  return profile?.name === 'kind' && cluster === DEFAULT_CLUSTER ? profile.nodes.map(({ name }) => name) : [];
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

function* create(call: ToolCall): Coroutine<number> {
  const { tool, flags } = call;
  const file = flags.string('config');
  const wrong = file === '' ? undefined : yield* configError(tool, file);
  if (wrong !== undefined) return yield* fail(tool, `failed to create cluster: ${wrong}`);
  const name = clusterName(call);
  if (nodesOf(tool, name).length > 0)
    return yield* fail(tool, `failed to create cluster: node(s) already exist for a cluster with the name "${name}"`);
  return yield* notSimulated(tool, 'create cluster');
}

function* remove(call: ToolCall): Coroutine<number> {
  const name = clusterName(call);
  if (nodesOf(call.tool, name).length > 0) return yield* notSimulated(call.tool, 'delete cluster');
  yield* call.tool.err(`Deleting cluster "${name}" ...\n`);
  return 0;
}

function* load(call: ToolCall): Coroutine<number> {
  const { tool, args } = call;
  if (args.length === 0) return yield* fail(tool, 'a list of image names is required');
  const name = clusterName(call);
  for (const image of args) {
    const sink = new TextOutput(1 << 20);
    const found = yield* runCommand(tool.process, ['docker', 'image', 'inspect', image], {
      stdout: sink,
      stderr: sink,
    });
    if (!found.ok || found.value.code !== 0) return yield* fail(tool, `image: "${image}" not present locally`);
  }
  if (nodesOf(tool, name).length === 0) return yield* fail(tool, `no nodes found for cluster "${name}"`);
  return yield* notSimulated(tool, 'load docker-image');
}

function* version({ tool, flags }: ToolCall): Coroutine<number> {
  yield* tool.out(flags.bool('quiet') ? `${VERSION.slice(1)}\n` : `kind ${VERSION} ${GO_VERSION} linux/amd64\n`);
  return 0;
}

const name = stringFlag('name', '', { shorthand: 'n' });

/** kind, seen from beside its cluster. */
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
    { name: 'delete clusters' },
    { name: 'export' },
    { name: 'get clusters', run: getClusters },
    { name: 'get kubeconfig' },
    { name: 'get nodes', flags: [name, boolFlag('all-clusters', '', { shorthand: 'A' })], run: getNodes },
    { name: 'load docker-image', flags: [name, stringFlag('nodes')], run: load },
    { name: 'load image-archive' },
    { name: 'version', run: version },
  ],
};

export const kind = clusterTool(KIND);
