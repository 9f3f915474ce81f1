import type { Coroutine } from '@seatrial/kernel';
import { boolFlag, intFlag, stringArrayFlag, stringFlag } from '@seatrial/kubectl';
import { offerToCluster } from '../docker/commands/push-image.js';
import { DockerEngine } from '../docker/engine/docker-engine.js';
import type { Tool } from '../tool/tool.js';
import { kubeconfigOf } from './admin-credentials.js';
import { clusterTool, type ClusterTool, type ToolCall } from './cluster-tool.js';
import { FurtherCluster } from './further-cluster.js';
import { packedPages } from './help-pages.js';
import { InstalledCluster, kubeconfigPath, kubectlConfig } from './installed-cluster.js';
import { DEFAULT_CLUSTER, Log, STEP_MS, existing, named } from './k3d-cluster.js';
import { deleteCluster, listClusters, startCluster, stopCluster } from './k3d-clusters.js';
import { createCluster } from './k3d-create.js';
import { REGISTRY_SUBCOMMANDS } from './k3d-registries.js';
import { k3dHelpJson } from './reference/k3d-help.gen.js';
import { createNode, deleteNode, listNodes, powerNode } from './k3d-nodes.js';

const VERSION = 'v5.8.3';

/** `k3d image import`: images of the machine's Docker become those of the clusters that are named. */
function* importImages(call: ToolCall): Coroutine<number> {
  const { tool, flags, args } = call;
  const log = new Log(tool);
  const engine = DockerEngine.of(tool.machine);
  const names = flags.list('cluster');
  const clusters: InstalledCluster[] = [];
  for (const name of names.length > 0 ? names : [DEFAULT_CLUSTER]) {
    const cluster = yield* existing(tool, name);
    if (typeof cluster === 'number') return cluster;
    clusters.push(cluster);
  }
  for (const { name, node } of clusters) {
    yield* log.say(`Importing image(s) into cluster '${name}'`);
    for (const reference of args) {
      const image = engine?.images.find(reference);
      if (!image || !engine) {
        yield* log.say(`Failed to import image(s) into cluster '${name}': No valid images specified`, 'ERRO');
        return 1;
      }
      offerToCluster(engine, image, reference, node.images);
    }
    yield* log.say(`Saving ${args.length} image(s) from runtime...`);
    yield* log.say('Importing images into nodes...', 'INFO', STEP_MS);
    yield* log.say('Removing the tarball(s) from image volume...', 'INFO', STEP_MS);
    yield* log.say('Removing k3d-tools node...');
    yield* log.say('Successfully imported image(s)');
  }
  yield* log.say(`Successfully imported ${args.length} image(s) into ${clusters.length} cluster(s)`);
  return 0;
}

/** A cluster's own kubeconfig. */
function* configOf(tool: Tool, cluster: InstalledCluster): Coroutine<string> {
  if (cluster instanceof FurtherCluster) return kubeconfigOf(cluster.options.entries);
  const context = `--context=${cluster.node.profile.kubeconfig.context}`;
  return yield* kubectlConfig(tool, ['view', '--raw', '--minify', '--flatten', context]);
}

function* kubeconfig(call: ToolCall, write: boolean): Coroutine<number> {
  const cluster = yield* named(call);
  if (typeof cluster === 'number') return cluster;
  const { tool, flags } = call;
  const text = yield* configOf(tool, cluster);
  if (!write) {
    yield* tool.out(text);
    return 0;
  }
  if (cluster instanceof FurtherCluster && flags.bool('kubeconfig-merge-default')) {
    yield* cluster.writeKubeconfig(tool);
    yield* tool.out(`${kubeconfigPath(tool)}\n`);
    return 0;
  }
  const folder = `${tool.process.env.get('HOME') ?? ''}/.config/k3d`;
  const file = `${folder}/kubeconfig-${cluster.name}.yaml`;
  tool.machine.files.makeDirectories(folder, tool.process.user);
  tool.machine.files.writeFile(file, text, { owner: tool.process.user, mode: 0o600 });
  yield* tool.out(`${file}\n`);
  return 0;
}

function* version(call: ToolCall): Coroutine<number> {
  const k3s = InstalledCluster.of(call.tool, 'k3d')?.node.profile.kubernetesVersion ?? 'v1.31.5+k3s1';
  yield* call.tool.out(`k3d version ${VERSION}\nk3s version ${k3s.replace('+', '-')} (default)\n`);
  return 0;
}

/** What k3d has besides. */
const UNSIMULATED = ['cluster edit', 'completion', 'config init', 'config migrate', 'node edit', 'version list'];

const noHeaders = boolFlag('no-headers');

/** k3d, seen from beside its cluster. */
export const K3D: ClusterTool = {
  name: 'k3d',
  version: VERSION,
  flags: [boolFlag('verbose'), boolFlag('trace'), boolFlag('timestamps')],
  help: packedPages(k3dHelpJson),
  *onFlagError(tool, error) {
    yield* tool.err(`Error: ${error}\n`);
    return 1;
  },
  subcommands: [
    {
      name: 'cluster create',
      flags: [
        intFlag('agents', '', { shorthand: 'a' }),
        intFlag('servers', '', { shorthand: 's' }),
        ...['image', 'api-port', 'network', 'token'].map((name) => stringFlag(name)),
        stringFlag('config', '', { shorthand: 'c' }),
        stringArrayFlag('port', '', { shorthand: 'p' }),
        stringArrayFlag('volume', '', { shorthand: 'v' }),
        stringArrayFlag('k3s-arg'),
        boolFlag('wait'),
      ],
      run: createCluster,
    },
    {
      name: 'cluster delete',
      aliases: ['cluster del', 'cluster rm'],
      flags: [boolFlag('all', '', { shorthand: 'a' }), stringFlag('config', '', { shorthand: 'c' })],
      run: deleteCluster,
    },
    { name: 'cluster list', aliases: ['cluster ls', 'cluster get'], flags: [noHeaders], run: listClusters },
    { name: 'cluster start', flags: [boolFlag('all', '', { shorthand: 'a' }), boolFlag('wait')], run: startCluster },
    { name: 'cluster stop', flags: [boolFlag('all', '', { shorthand: 'a' })], run: stopCluster },
    {
      name: 'image import',
      aliases: ['image load', 'images import'],
      flags: [stringArrayFlag('cluster', '', { shorthand: 'c' }), stringFlag('mode', '', { shorthand: 'm' })],
      run: importImages,
    },
    {
      name: 'kubeconfig get',
      flags: [boolFlag('all', '', { shorthand: 'a' })],
      run: (call) => kubeconfig(call, false),
    },
    {
      name: 'kubeconfig merge',
      aliases: ['kubeconfig write'],
      flags: [
        boolFlag('kubeconfig-merge-default', '', { shorthand: 'd' }),
        boolFlag('kubeconfig-switch-context', '', { shorthand: 's' }),
      ],
      run: (call) => kubeconfig(call, true),
    },
    {
      name: 'node create',
      flags: [
        stringFlag('cluster', '', { shorthand: 'c', default: DEFAULT_CLUSTER }),
        stringFlag('role', '', { default: 'agent' }),
        intFlag('replicas', '', { default: '1' }),
        boolFlag('wait'),
        stringFlag('timeout'),
        stringFlag('image', '', { shorthand: 'i' }),
      ],
      run: createNode,
    },
    {
      name: 'node delete',
      aliases: ['node del', 'node rm'],
      flags: [boolFlag('all', '', { shorthand: 'a' })],
      run: deleteNode,
    },
    { name: 'node list', aliases: ['node ls', 'node get'], flags: [noHeaders], run: listNodes },
    { name: 'node start', run: (call) => powerNode(call, true) },
    { name: 'node stop', run: (call) => powerNode(call, false) },
    ...REGISTRY_SUBCOMMANDS,
    ...UNSIMULATED.map((name) => ({ name })),
    { name: 'version', run: version },
  ],
};

export const k3d = clusterTool(K3D);
