import type { Coroutine } from '@seatrial/kernel';
import { TabWriter, boolFlag, intFlag, stringArrayFlag, stringFlag } from '@seatrial/kubectl';
import { clusterTool, nodeOf, notSimulated, type ClusterTool, type ToolCall } from './cluster-tool.js';

const CLUSTER = 'k3s-default';

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
  for (const { name, role } of nodes) table.write(`${name}\t${role}\t${CLUSTER}\trunning\n`);
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
    { name: 'registry list' },
    { name: 'version' },
  ],
};

export const k3d = clusterTool(K3D);
