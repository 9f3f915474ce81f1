import { sleep, type Coroutine } from '@seatrial/kernel';
import { TabWriter, boolFlag, intFlag, stringArrayFlag, stringFlag } from '@seatrial/kubectl';
import { offerToCluster } from '../docker/commands/push-image.js';
import { DockerEngine } from '../docker/engine/docker-engine.js';
import type { Tool } from '../tool/tool.js';
import { InstalledCluster, kubectlConfig } from './installed-cluster.js';
import { clusterTool, nodeOf, notSimulated, type ClusterTool, type ToolCall } from './cluster-tool.js';

const VERSION = 'v5.8.3';
const CLUSTER = 'k3s-default';
/** How long Docker takes to stop or start a node's container, and the node to come up in it. */
const POWER_MS = 2000;
const BOOT_MS = 5000;

const STEP_MS = 1000;

const clusterOf = ({ tool }: ToolCall): InstalledCluster | undefined => {
  const cluster = InstalledCluster.of(tool, 'k3d');
  return cluster?.exists ? cluster : undefined;
};
const profileOf = (call: ToolCall) => clusterOf(call)?.node.profile;

/** Lines as logrus prints them: `INFO[0002] text`, padded to its column. */
class Log {
  private readonly begun: number;

  constructor(private readonly tool: Tool) {
    this.begun = tool.machine.simulation.now();
  }

  *say(text: string, level: 'INFO' | 'WARN' | 'ERRO' | 'FATA' = 'INFO', takesMs = 0): Coroutine<void> {
    if (takesMs > 0) yield* sleep(takesMs);
    const seconds = Math.floor((this.tool.machine.simulation.now() - this.begun) / 1000);
    yield* this.tool.err(`${level}[${String(seconds).padStart(4, '0')}] ${text.padEnd(44)} \n`);
  }
}

function* listClusters(call: ToolCall): Coroutine<number> {
  const { tool, flags } = call;
  const table = new TabWriter({ minWidth: 6, padding: 3 });
  if (!flags.bool('no-headers')) table.write('NAME\tSERVERS\tAGENTS\tLOADBALANCER\n');
  const profile = profileOf(call);
  if (profile) {
    const servers = profile.nodes.filter(({ controlPlane }) => controlPlane).length;
    const agents = profile.nodes.length - servers;
    const up = (count: number): number => (clusterOf(call)?.stage === 'stopped' ? 0 : count);
    table.write(`${CLUSTER}\t${up(servers)}/${servers}\t${up(agents)}/${agents}\ttrue\n`);
  }
  yield* tool.out(table.flush());
  return 0;
}

function* listNodes(call: ToolCall): Coroutine<number> {
  const { tool, flags } = call;
  const table = new TabWriter({ minWidth: 6, padding: 3 });
  if (!flags.bool('no-headers')) table.write('NAME\tROLE\tCLUSTER\tSTATUS\n');
  const profile = profileOf(call);
  const nodes = (profile?.nodes ?? []).map((node) => ({
    name: node.name,
    role: node.controlPlane ? 'server' : 'agent',
  }));
  if (profile) nodes.push({ name: `k3d-${CLUSTER}-serverlb`, role: 'loadbalancer' });
  nodes.sort((a, b) => (a.name < b.name ? -1 : 1));
  const failures = nodeOf(tool)?.failures;
  for (const { name, role } of nodes)
    table.write(`${name}\t${role}\t${CLUSTER}\t${failures?.has(name, 'powered-off') ? 'exited' : 'running'}\n`);
  yield* tool.out(table.flush());
  return 0;
}

function* create(call: ToolCall): Coroutine<number> {
  const { tool, flags } = call;
  const name = call.args[0] ?? CLUSTER;
  const cluster = InstalledCluster.of(tool, 'k3d');
  const log = new Log(tool);
  if (cluster?.exists && !cluster.canBeCreated && name === CLUSTER) {
    yield* log.say(`Failed to create cluster '${name}' because a cluster with that name already exists`, 'FATA');
    return 1;
  }
  if (!cluster?.canBeCreated || name !== CLUSTER) return yield* notSimulated(tool, `cluster create ${name}`);
  const { nodes } = cluster.node.profile;
  const servers = nodes.filter(({ controlPlane }) => controlPlane).length;
  if (flags.changed('servers') && flags.int('servers') !== servers)
    return yield* notSimulated(tool, `cluster create --servers=${flags.int('servers')} (this one has ${servers})`);
  const agents = flags.changed('agents') ? flags.int('agents') : cluster.workers.length;
  if (!cluster.canHave(agents)) return yield* notSimulated(tool, `cluster create --agents=${agents}`);
  cluster.resize(agents);
  yield* log.say('Prep: Network');
  yield* log.say(`Created network 'k3d-${CLUSTER}'`);
  yield* log.say(`Created image volume k3d-${CLUSTER}-images`);
  yield* log.say('Starting new tools node...');
  yield* log.say(`Starting node 'k3d-${CLUSTER}-tools'`, 'INFO', STEP_MS);
  for (const node of nodes) yield* log.say(`Creating node '${node.name}'`, 'INFO', STEP_MS);
  yield* log.say(`Creating LoadBalancer 'k3d-${CLUSTER}-serverlb'`);
  yield* log.say('Using the k3d-tools node to gather environment information');
  yield* log.say(`Starting cluster '${CLUSTER}'`);
  yield* log.say('Starting servers...');
  if (cluster.stage === 'deleted') yield* cluster.powerOn();
  for (const node of nodes.filter(({ controlPlane }) => controlPlane))
    yield* log.say(`Starting node '${node.name}'`, 'INFO', STEP_MS * 3);
  if (nodes.length > servers) yield* log.say('Starting agents...');
  for (const node of nodes.filter(({ controlPlane }) => !controlPlane))
    yield* log.say(`Starting node '${node.name}'`, 'INFO', STEP_MS);
  yield* log.say('Starting helpers...');
  yield* log.say(`Starting node 'k3d-${CLUSTER}-serverlb'`, 'INFO', STEP_MS);
  yield* log.say(
    'Injecting records for hostAliases (incl. host.k3d.internal) and for 4 network members into CoreDNS configmap...',
    'INFO',
    STEP_MS,
  );
  yield* log.say(`Cluster '${CLUSTER}' created successfully!`, 'INFO', STEP_MS);
  yield* log.say('You can now use it like this:');
  yield* tool.out('kubectl cluster-info\n');
  cluster.stage = 'installed';
  yield* cluster.writeKubeconfig(tool);
  return 0;
}

/** The cluster that a command names; a fatal line when there is none. */
function* named(call: ToolCall): Coroutine<InstalledCluster | number> {
  const name = call.args[0] ?? CLUSTER;
  const cluster = clusterOf(call);
  if (cluster && name === CLUSTER) return cluster;
  yield* new Log(call.tool).say(`No nodes found for cluster '${name}'`, 'FATA');
  return 1;
}

function* remove(call: ToolCall): Coroutine<number> {
  const { tool, flags } = call;
  const name = flags.bool('all') ? CLUSTER : (call.args[0] ?? CLUSTER);
  const cluster = clusterOf(call);
  const log = new Log(tool);
  if (!cluster || name !== CLUSTER) {
    yield* log.say(
      flags.bool('all') ? 'No clusters found' : `No nodes found for cluster '${name}', nothing to delete.`,
      flags.bool('all') ? 'INFO' : 'WARN',
    );
    if (!flags.bool('all')) yield* log.say('No clusters found');
    return 0;
  }
  yield* log.say(`Deleting cluster '${CLUSTER}'`);
  cluster.stage = 'deleted';
  yield* cluster.forgetKubeconfig(tool);
  cluster.powerOff();
  yield* log.say(`Deleting cluster network 'k3d-${CLUSTER}'`, 'INFO', STEP_MS);
  yield* log.say('Deleting 1 attached volumes...');
  yield* log.say('Removing cluster details from default kubeconfig...');
  yield* log.say('Removing standalone kubeconfig file (if there is one)...');
  yield* log.say(`Successfully deleted cluster ${CLUSTER}!`);
  return 0;
}

function* stop(call: ToolCall): Coroutine<number> {
  const cluster = yield* named(call);
  if (typeof cluster === 'number') return cluster;
  const log = new Log(call.tool);
  yield* log.say(`Stopping cluster '${CLUSTER}'`);
  if (cluster.stage !== 'stopped') cluster.powerOff();
  cluster.stage = 'stopped';
  yield* log.say(`Stopped cluster '${CLUSTER}'`, 'INFO', POWER_MS);
  return 0;
}

function* start(call: ToolCall): Coroutine<number> {
  const cluster = yield* named(call);
  if (typeof cluster === 'number') return cluster;
  const log = new Log(call.tool);
  yield* log.say('Using the k3d-tools node to gather environment information');
  yield* log.say(`Starting cluster '${CLUSTER}'`, 'INFO', STEP_MS);
  if (cluster.stage === 'stopped') yield* cluster.powerOn();
  cluster.stage = 'installed';
  yield* log.say(`Started cluster '${CLUSTER}'`, 'INFO', BOOT_MS);
  return 0;
}

function* importImages(call: ToolCall): Coroutine<number> {
  const { tool, args } = call;
  const log = new Log(tool);
  const engine = DockerEngine.of(tool.machine);
  yield* log.say(`Importing image(s) into cluster '${CLUSTER}'`);
  for (const reference of args) {
    const image = engine?.images.find(reference);
    if (!image || !engine) {
      yield* log.say(`Failed to import image(s) into cluster '${CLUSTER}': No valid images specified`, 'ERRO');
      return 1;
    }
    offerToCluster(engine, image, reference);
  }
  yield* log.say(`Saving ${args.length} image(s) from runtime...`);
  yield* log.say('Importing images into nodes...', 'INFO', STEP_MS);
  yield* log.say('Removing the tarball(s) from image volume...', 'INFO', STEP_MS);
  yield* log.say('Removing k3d-tools node...');
  yield* log.say('Successfully imported image(s)');
  yield* log.say(`Successfully imported ${args.length} image(s) into 1 cluster(s)`);
  return 0;
}

function* kubeconfig(call: ToolCall, write: boolean): Coroutine<number> {
  const cluster = yield* named(call);
  if (typeof cluster === 'number') return cluster;
  const { tool } = call;
  const { context } = cluster.node.profile.kubeconfig;
  const text = yield* kubectlConfig(tool, ['view', '--raw', '--minify', '--flatten', `--context=${context}`]);
  if (!write) {
    yield* tool.out(text);
    return 0;
  }
  const folder = `${tool.process.env.get('HOME') ?? ''}/.config/k3d`;
  tool.machine.files.makeDirectories(folder, tool.process.user);
  tool.machine.files.writeFile(`${folder}/kubeconfig-${CLUSTER}.yaml`, text, { owner: tool.process.user, mode: 0o600 });
  yield* tool.out(`${folder}/kubeconfig-${CLUSTER}.yaml\n`);
  return 0;
}

function* version(call: ToolCall): Coroutine<number> {
  const k3s = InstalledCluster.of(call.tool, 'k3d')?.node.profile.kubernetesVersion ?? 'v1.31.5+k3s1';
  yield* call.tool.out(`k3d version ${VERSION}\nk3s version ${k3s.replace('+', '-')} (default)\n`);
  return 0;
}

/** Stops or starts a node's container; the student's own stays. */
function* power(call: ToolCall, on: boolean): Coroutine<number> {
  const { tool, args } = call;
  const [name] = args;
  const own = nodeOf(tool);
  const found = profileOf(call)?.nodes.find((node) => node.name === name);
  if (name === undefined || !own) {
    yield* tool.err('FATA[0000] requires exactly 1 arg(s), received 0 \n');
    return 1;
  }
  if (!found) {
    yield* tool.err(
      `ERRO[0000] Failed to get container for node '${name}' \nFATA[0000] Failed to get container for node '${name}': Didn't find container for node '${name}' \n`,
    );
    return 1;
  }
  if (found.name === own.node.name) return yield* notSimulated(tool, "node stop of the student's own node");
  yield* sleep(POWER_MS);
  if (on) own.failures.end(found.name, 'powered-off', BOOT_MS);
  else own.failures.begin(found.name, 'powered-off');
  return 0;
}

/** `k3d node create NAME`: agents more, in containers of their own. */
function* createNode(call: ToolCall): Coroutine<number> {
  const cluster = yield* named({ ...call, args: [] });
  if (typeof cluster === 'number') return cluster;
  const { tool, flags, args } = call;
  if (flags.string('role') !== 'agent') return yield* notSimulated(tool, `node create --role ${flags.string('role')}`);
  const log = new Log(tool);
  const { members } = cluster.node;
  const count = flags.int('replicas');
  yield* log.say(`Adding ${count} node(s) to the runtime local cluster '${CLUSTER}'...`);
  const names = Array.from({ length: count }, (_, index) => `k3d-${args[0] ?? ''}-${String(index)}`);
  for (const name of names) yield* log.say(`Starting node '${name}'`, 'INFO', STEP_MS);
  for (const name of names) {
    const { labels, ...made } = members.next();
    members.join({ ...made, name, labels: { ...labels, 'kubernetes.io/hostname': name } });
  }
  yield* sleep(STEP_MS);
  yield* log.say(`Successfully created ${count} node(s)!`);
  return 0;
}

function* deleteNode(call: ToolCall): Coroutine<number> {
  const { tool, args } = call;
  const own = nodeOf(tool);
  const [name] = args;
  const found = profileOf(call)?.nodes.find((node) => node.name === name);
  const log = new Log(tool);
  if (!found || !own) {
    yield* log.say('No nodes found');
    return 0;
  }
  if (found.name === own.node.name) return yield* notSimulated(tool, "node delete of the student's own node");
  own.members.leave(found.name);
  yield* log.say('Successfully deleted 1 node(s)!', 'INFO', STEP_MS);
  return 0;
}

const noHeaders = boolFlag('no-headers');

/** k3d, seen from beside its cluster. */
export const K3D: ClusterTool = {
  name: 'k3d',
  version: VERSION,
  flags: [boolFlag('verbose'), boolFlag('trace'), boolFlag('timestamps')],
  subcommands: [
    {
      name: 'cluster create',
      flags: [
        intFlag('agents', '', { shorthand: 'a' }),
        intFlag('servers', '', { shorthand: 's' }),
        ...['image', 'api-port', 'config', 'network', 'token'].map((name) => stringFlag(name)),
        stringArrayFlag('port', '', { shorthand: 'p' }),
        stringArrayFlag('volume', '', { shorthand: 'v' }),
        stringArrayFlag('k3s-arg'),
        boolFlag('wait'),
      ],
      run: create,
    },
    {
      name: 'cluster delete',
      flags: [boolFlag('all', '', { shorthand: 'a' }), stringFlag('config', '', { shorthand: 'c' })],
      run: remove,
    },
    { name: 'cluster list', flags: [noHeaders], run: listClusters },
    { name: 'cluster start', flags: [boolFlag('all', '', { shorthand: 'a' }), boolFlag('wait')], run: start },
    { name: 'cluster stop', flags: [boolFlag('all', '', { shorthand: 'a' })], run: stop },
    {
      name: 'image import',
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
      flags: [
        boolFlag('kubeconfig-merge-default', '', { shorthand: 'd' }),
        boolFlag('kubeconfig-switch-context', '', { shorthand: 's' }),
      ],
      run: (call) => kubeconfig(call, true),
    },
    {
      name: 'node create',
      flags: [
        stringFlag('cluster', '', { shorthand: 'c' }),
        stringFlag('role', '', { default: 'agent' }),
        intFlag('replicas', '', { default: '1' }),
        boolFlag('wait'),
        stringFlag('timeout'),
        stringFlag('image', '', { shorthand: 'i' }),
      ],
      run: createNode,
    },
    { name: 'node delete', flags: [boolFlag('all', '', { shorthand: 'a' })], run: deleteNode },
    { name: 'node list', flags: [noHeaders], run: listNodes },
    { name: 'node start', run: (call) => power(call, true) },
    { name: 'node stop', run: (call) => power(call, false) },
    { name: 'registry list' },
    { name: 'version', run: version },
  ],
};

export const k3d = clusterTool(K3D);
