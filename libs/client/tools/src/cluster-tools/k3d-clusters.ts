import type { Coroutine } from '@seatrial/kernel';
import { TabWriter } from '@seatrial/kubectl';
import type { Tool } from '../tool/tool.js';
import type { ToolCall } from './cluster-tool.js';
import { FurtherCluster } from './further-cluster.js';
import type { InstalledCluster } from './installed-cluster.js';
import { InstalledClusters } from './installed-clusters.js';
import { BOOT_MS, DEFAULT_CLUSTER, Log, POWER_MS, STEP_MS, chosen, clusterNamed, clustersOf } from './k3d-cluster.js';

/** `k3d cluster list [NAME…]`. */
export function* listClusters(call: ToolCall): Coroutine<number> {
  const { tool, flags, args } = call;
  const clusters = args.length === 0 ? clustersOf(tool) : yield* chosen({ ...call, args });
  if (typeof clusters === 'number') return clusters;
  const table = new TabWriter({ minWidth: 6, padding: 3 });
  if (!flags.bool('no-headers')) table.write('NAME\tSERVERS\tAGENTS\tLOADBALANCER\n');
  for (const { name, node, stage } of clusters) {
    const { nodes } = node.profile;
    const servers = nodes.filter(({ controlPlane }) => controlPlane).length;
    const agents = nodes.length - servers;
    const up = (count: number): number => (stage === 'stopped' ? 0 : count);
    table.write(`${name}\t${up(servers)}/${servers}\t${up(agents)}/${agents}\ttrue\n`);
  }
  yield* tool.out(table.flush());
  return 0;
}

function* removeOne(tool: Tool, log: Log, cluster: InstalledCluster): Coroutine<void> {
  const { name } = cluster;
  yield* log.say(`Deleting cluster '${name}'`);
  yield* cluster.forgetKubeconfig(tool);
  cluster.stage = 'deleted';
  if (cluster instanceof FurtherCluster) {
    const clusters = InstalledClusters.of(tool);
    clusters?.remove(cluster);
    clusters?.removeNetwork(`k3d-${name}`);
  } else cluster.powerOff();
  yield* log.say(`Deleting cluster network 'k3d-${name}'`, 'INFO', STEP_MS);
  yield* log.say('Deleting 1 attached volumes...');
  yield* log.say('Removing cluster details from default kubeconfig...');
  yield* log.say('Removing standalone kubeconfig file (if there is one)...');
  yield* log.say(`Successfully deleted cluster ${name}!`);
}

/** `k3d cluster delete [NAME…]`. */
export function* deleteCluster(call: ToolCall): Coroutine<number> {
  const { tool, flags, args } = call;
  const log = new Log(tool);
  const all = flags.bool('all');
  const names = all ? clustersOf(tool).map(({ name }) => name) : args.length > 0 ? args : [DEFAULT_CLUSTER];
  const found: InstalledCluster[] = [];
  for (const name of names) {
    const cluster = clusterNamed(tool, name);
    if (cluster) found.push(cluster);
    else yield* log.say(`No nodes found for cluster '${name}', nothing to delete.`, 'WARN');
  }
  if (found.length === 0) yield* log.say('No clusters found');
  for (const cluster of found) yield* removeOne(tool, log, cluster);
  return 0;
}

/** `k3d cluster stop [NAME…]`. */
export function* stopCluster(call: ToolCall): Coroutine<number> {
  const clusters = yield* chosen(call);
  if (typeof clusters === 'number') return clusters;
  const log = new Log(call.tool);
  for (const cluster of clusters) {
    yield* log.say(`Stopping cluster '${cluster.name}'`);
    if (cluster.stage !== 'stopped') cluster.powerOff();
    cluster.stage = 'stopped';
    yield* log.say(`Stopped cluster '${cluster.name}'`, 'INFO', POWER_MS);
  }
  return 0;
}

/** `k3d cluster start [NAME…]`. */
export function* startCluster(call: ToolCall): Coroutine<number> {
  const clusters = yield* chosen(call);
  if (typeof clusters === 'number') return clusters;
  const log = new Log(call.tool);
  for (const cluster of clusters) {
    yield* log.say('Using the k3d-tools node to gather environment information');
    yield* log.say(`Starting cluster '${cluster.name}'`, 'INFO', STEP_MS);
    if (cluster.stage === 'stopped') yield* cluster.powerOn();
    cluster.stage = 'installed';
    yield* log.say(`Started cluster '${cluster.name}'`, 'INFO', BOOT_MS);
  }
  return 0;
}
