import type { Coroutine } from '@seatrial/kernel';
import { TabWriter } from '@seatrial/kubectl';
import { notSimulated, type ToolCall } from './cluster-tool.js';
import { InstalledCluster } from './installed-cluster.js';
import { BOOT_MS, CLUSTER, Log, POWER_MS, STEP_MS, clusterOf, named, profileOf } from './k3d-cluster.js';

/** `k3d cluster list`. */
export function* listClusters(call: ToolCall): Coroutine<number> {
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

/** `k3d cluster create [NAME]`: the cluster that the session was set up with. */
export function* createCluster(call: ToolCall): Coroutine<number> {
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
  yield* bringUp(cluster, log);
  yield* tool.out('kubectl cluster-info\n');
  cluster.stage = 'installed';
  yield* cluster.writeKubeconfig(tool);
  return 0;
}

function* bringUp(cluster: InstalledCluster, log: Log): Coroutine<void> {
  const { nodes } = cluster.node.profile;
  const servers = nodes.filter(({ controlPlane }) => controlPlane);
  const agents = nodes.filter(({ controlPlane }) => !controlPlane);
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
  for (const node of servers) yield* log.say(`Starting node '${node.name}'`, 'INFO', STEP_MS * 3);
  if (agents.length > 0) yield* log.say('Starting agents...');
  for (const node of agents) yield* log.say(`Starting node '${node.name}'`, 'INFO', STEP_MS);
  yield* log.say('Starting helpers...');
  yield* log.say(`Starting node 'k3d-${CLUSTER}-serverlb'`, 'INFO', STEP_MS);
  yield* log.say(
    'Injecting records for hostAliases (incl. host.k3d.internal) and for 4 network members into CoreDNS configmap...',
    'INFO',
    STEP_MS,
  );
  yield* log.say(`Cluster '${CLUSTER}' created successfully!`, 'INFO', STEP_MS);
  yield* log.say('You can now use it like this:');
}

/** `k3d cluster delete [NAME]`. */
export function* deleteCluster(call: ToolCall): Coroutine<number> {
  const { tool, flags } = call;
  const name = flags.bool('all') ? CLUSTER : (call.args[0] ?? CLUSTER);
  const cluster = clusterOf(call);
  const log = new Log(tool);
  if (!cluster || name !== CLUSTER) {
    if (!flags.bool('all')) yield* log.say(`No nodes found for cluster '${name}', nothing to delete.`, 'WARN');
    yield* log.say('No clusters found');
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

/** `k3d cluster stop [NAME]`. */
export function* stopCluster(call: ToolCall): Coroutine<number> {
  const cluster = yield* named(call);
  if (typeof cluster === 'number') return cluster;
  const log = new Log(call.tool);
  yield* log.say(`Stopping cluster '${CLUSTER}'`);
  if (cluster.stage !== 'stopped') cluster.powerOff();
  cluster.stage = 'stopped';
  yield* log.say(`Stopped cluster '${CLUSTER}'`, 'INFO', POWER_MS);
  return 0;
}

/** `k3d cluster start [NAME]`. */
export function* startCluster(call: ToolCall): Coroutine<number> {
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
