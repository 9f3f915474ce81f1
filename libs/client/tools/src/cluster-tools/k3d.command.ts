import { sleep, type Coroutine } from '@seatrial/kernel';
import { TabWriter, boolFlag, intFlag, stringArrayFlag, stringFlag } from '@seatrial/kubectl';
import { clusterTool, nodeOf, notSimulated, type ClusterTool, type ToolCall } from './cluster-tool.js';

const CLUSTER = 'k3s-default';
/** How long Docker takes to stop or start a node's container, and the node to come up in it. */
const POWER_MS = 2000;
const BOOT_MS = 5000;

const profileOf = ({ tool }: ToolCall) => {
  const profile = nodeOf(tool)?.profile;
  return profile?.name === 'k3d' ? profile : undefined;
};

function* listClusters(call: ToolCall): Coroutine<number> {
  const { tool, flags } = call;
  const table = new TabWriter({ minWidth: 6, padding: 3 });
  if (!flags.bool('no-headers')) table.write('NAME\tSERVERS\tAGENTS\tLOADBALANCER\n');
  const profile = profileOf(call);
  if (profile) {
    const servers = profile.nodes.filter(({ controlPlane }) => controlPlane).length;
    const agents = profile.nodes.length - servers;
    table.write(`${CLUSTER}\t${servers}/${servers}\t${agents}/${agents}\ttrue\n`);
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
  const name = call.args[0] ?? CLUSTER;
  if (!profileOf(call) || name !== CLUSTER) return yield* notSimulated(call.tool, 'cluster create');
  yield* call.tool.err(
    `FATA[0000] Failed to create cluster '${name}' because a cluster with that name already exists \n`,
  );
  return 1;
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
    yield* tool.err(`ERRO[0000] Failed to get container for node '${name}' \nFATA[0000] Failed to get container for node '${name}': Didn't find container for node '${name}' \n`); // prettier-ignore
    return 1;
  }
  if (found.name === own.node.name) return yield* notSimulated(tool, "node stop of the student's own node");
  yield* sleep(POWER_MS);
  if (on) own.failures.end(found.name, 'powered-off', BOOT_MS);
  else own.failures.begin(found.name, 'powered-off');
  return 0;
}

const noHeaders = boolFlag('no-headers');

/** k3d, seen from beside its cluster. */
export const K3D: ClusterTool = {
  name: 'k3d',
  version: 'v5.8.3',
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
    { name: 'cluster delete' },
    { name: 'cluster list', flags: [noHeaders], run: listClusters },
    { name: 'cluster start' },
    { name: 'cluster stop' },
    { name: 'image import' },
    { name: 'kubeconfig get' },
    { name: 'kubeconfig merge' },
    { name: 'node list', flags: [noHeaders], run: listNodes },
    { name: 'node start', run: (call) => power(call, true) },
    { name: 'node stop', run: (call) => power(call, false) },
    { name: 'registry list' },
    { name: 'version' },
  ],
};

export const k3d = clusterTool(K3D);
