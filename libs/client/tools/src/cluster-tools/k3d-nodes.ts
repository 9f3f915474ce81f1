import { sleep, type Coroutine } from '@seatrial/kernel';
import { TabWriter } from '@seatrial/kubectl';
import { nodeOf, notSimulated, type ToolCall } from './cluster-tool.js';
import { BOOT_MS, CLUSTER, Log, POWER_MS, STEP_MS, named, profileOf } from './k3d-cluster.js';

/** `k3d node list`. */
export function* listNodes(call: ToolCall): Coroutine<number> {
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

/** `k3d node stop|start NAME`: stops or starts a node's container; the student's own stays. */
export function* powerNode(call: ToolCall, on: boolean): Coroutine<number> {
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
export function* createNode(call: ToolCall): Coroutine<number> {
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

/** `k3d node delete NAME`. */
export function* deleteNode(call: ToolCall): Coroutine<number> {
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
