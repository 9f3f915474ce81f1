import type { NodeProfile } from '@seatrial/cluster';
import { compareStrings, sleep, type Coroutine } from '@seatrial/kernel';
import { TabWriter } from '@seatrial/kubectl';
import { notSimulated, type ToolCall } from './cluster-tool.js';
import { FurtherCluster } from './further-cluster.js';
import type { InstalledCluster } from './installed-cluster.js';
import { InstalledClusters } from './installed-clusters.js';
import { BOOT_MS, Log, POWER_MS, STEP_MS, clusterWithNode, clustersOf, existing } from './k3d-cluster.js';

const roleOf = ({ controlPlane }: NodeProfile): string => (controlPlane ? 'server' : 'agent');

/** The rows of a cluster's nodes and its balancer: their names, roles, cluster and state. */
function rowsOf({ name, node, stage }: InstalledCluster): string[][] {
  const { profile, failures } = node;
  const rows = profile.nodes.map((each) => [
    each.name,
    roleOf(each),
    name,
    failures.has(each.name, 'powered-off') ? 'exited' : 'running',
  ]);
  // The balancer of the machine's first cluster stays up, as its server does.
  const balancer = stage === 'stopped' && profile.nodes.every((each) => failures.has(each.name, 'powered-off'));
  return [...rows, [`k3d-${name}-serverlb`, 'loadbalancer', name, balancer ? 'exited' : 'running']];
}

/** `k3d node list`. */
export function* listNodes({ tool, flags }: ToolCall): Coroutine<number> {
  const table = new TabWriter({ minWidth: 6, padding: 3 });
  if (!flags.bool('no-headers')) table.write('NAME\tROLE\tCLUSTER\tSTATUS\n');
  const rows = clustersOf(tool).flatMap(rowsOf);
  for (const row of rows.sort(([a], [b]) => compareStrings(a, b))) table.write(`${row.join('\t')}\n`);
  yield* tool.out(table.flush());
  return 0;
}

/** `k3d node stop|start NAME`: stops or starts a node's container; the student's own stays. */
export function* powerNode({ tool, args }: ToolCall, on: boolean): Coroutine<number> {
  const [name] = args;
  if (name === undefined) {
    yield* tool.err('FATA[0000] requires exactly 1 arg(s), received 0 \n');
    return 1;
  }
  const cluster = clusterWithNode(tool, name);
  if (!cluster) {
    yield* tool.err(
      `ERRO[0000] Failed to get container for node '${name}' \nFATA[0000] Failed to get container for node '${name}': Didn't find container for node '${name}' \n`,
    );
    return 1;
  }
  if (name === cluster.homeNode) return yield* notSimulated(tool, "node stop of the student's own node");
  const { failures } = cluster.node;
  yield* sleep(POWER_MS);
  if (on) failures.end(name, 'powered-off', BOOT_MS);
  else failures.begin(name, 'powered-off');
  return 0;
}

/** `k3d node create NAME`: agents more, in containers of their own. */
export function* createNode({ tool, flags, args }: ToolCall): Coroutine<number> {
  const cluster = yield* existing(tool, flags.string('cluster'));
  if (typeof cluster === 'number') return cluster;
  if (flags.string('role') !== 'agent') return yield* notSimulated(tool, `node create --role ${flags.string('role')}`);
  const log = new Log(tool);
  const { members } = cluster.node;
  const count = flags.int('replicas');
  yield* log.say(`Adding ${count} node(s) to the runtime local cluster '${cluster.name}'...`);
  const names = Array.from({ length: count }, (_, index) => `k3d-${args[0] ?? ''}-${String(index)}`);
  for (const name of names) yield* log.say(`Starting node '${name}'`, 'INFO', STEP_MS);
  for (const name of names) {
    const { labels, ...made } = members.next();
    const node = { ...made, name, labels: { ...labels, 'kubernetes.io/hostname': name } };
    if (cluster instanceof FurtherCluster) InstalledClusters.of(tool)?.join(cluster, node);
    else members.join(node);
  }
  yield* sleep(STEP_MS);
  yield* log.say(`Successfully created ${count} node(s)!`);
  return 0;
}

/** `k3d node delete NAME`. */
export function* deleteNode({ tool, args }: ToolCall): Coroutine<number> {
  const [name] = args;
  const cluster = clusterWithNode(tool, name);
  const log = new Log(tool);
  if (!cluster) {
    yield* log.say('No nodes found');
    return 0;
  }
  if (name === cluster.node.profile.nodes[0].name) return yield* notSimulated(tool, 'node delete of the server');
  cluster.node.members.leave(name);
  yield* log.say('Successfully deleted 1 node(s)!', 'INFO', STEP_MS);
  return 0;
}
