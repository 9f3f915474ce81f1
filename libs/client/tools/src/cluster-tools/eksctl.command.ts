import type { Coroutine } from '@seatrial/kernel';
import { boolFlag, stringFlag } from '@seatrial/kubectl';
import { awsRegion } from './aws-credentials.js';
import { clusterTool, notSimulated, type ClusterTool, type ToolCall } from './cluster-tool.js';
import { nodegroupOf } from './eks-nodegroup.js';
import { managedCluster, noCluster, say, sayTasks } from './eksctl/eksctl-access.js';
import { COMMON_FLAGS } from './eksctl/eksctl-flags.js';
import { NODEGROUP_SUBCOMMANDS } from './eksctl/nodegroup.subcommands.js';
import { SERVICE_ACCOUNT_SUBCOMMANDS } from './eksctl/service-accounts.subcommands.js';
import { tabbed } from './eksctl/tabbed-table.js';
import { InstalledCluster } from './installed-cluster.js';

const VERSION = '0.215.0';
const PHASE_MS = 10_000;

function* deleteCluster(call: ToolCall): Coroutine<number> {
  const { tool, flags, args } = call;
  const name = (flags.string('name') || args[0]) as string | undefined;
  if (name === undefined && flags.string('config-file') === '') {
    yield* tool.err('Error: --cluster must be set\n');
    return 1;
  }
  const managed = yield* managedCluster(call, 'delete cluster');
  if (typeof managed === 'number') return managed;
  const cluster = InstalledCluster.of(tool, 'eks');
  if (name !== managed || !cluster?.exists) return yield* noCluster(tool, name ?? '');
  const group = nodegroupOf(cluster.node.profile);
  yield* say(tool, `deleting EKS cluster "${name}"`);
  yield* say(tool, `will drain 0 unmanaged nodegroup(s) in cluster "${name}"`, 'ℹ', 1000);
  yield* say(tool, 'starting parallel draining, max in-flight of 1');
  yield* say(tool, 'deleted 0 Fargate profile(s)');
  yield* cluster.forgetKubeconfig(tool);
  yield* say(tool, 'kubeconfig has been updated', '✔');
  yield* say(
    tool,
    'cleaning up AWS load balancers created by Kubernetes objects of Kind Service or Ingress',
    'ℹ',
    1000,
  );
  const tasks = `delete nodegroup "${group}", delete cluster control plane "${name}" [async]`;
  yield* sayTasks(tool, `2 sequential tasks: { ${tasks} \n}`);
  yield* say(tool, `will delete stack "eksctl-${name}-nodegroup-${group}"`);
  yield* say(tool, `waiting for stack "eksctl-${name}-nodegroup-${group}" to get deleted`);
  cluster.stage = 'deleted';
  yield* say(tool, `waiting for CloudFormation stack "eksctl-${name}-nodegroup-${group}"`, 'ℹ', PHASE_MS);
  yield* say(tool, `will delete stack "eksctl-${name}-cluster"`, 'ℹ', PHASE_MS);
  yield* say(tool, 'all cluster resources were deleted', '✔');
  return 0;
}

function* getCluster(call: ToolCall): Coroutine<number> {
  const name = yield* managedCluster(call, 'get cluster');
  if (typeof name === 'number') return name;
  const region = awsRegion(call.tool, call.flags.string('region')) ?? '';
  const wanted = call.flags.string('name') || call.args.at(0);
  if (!InstalledCluster.of(call.tool, 'eks')?.exists) {
    yield* call.tool.out('No clusters found\n');
    return 0;
  }
  if (wanted !== undefined && wanted !== name) return yield* noCluster(call.tool, wanted);
  if (wanted !== undefined || (call.flags.string('output') || 'table') !== 'table')
    return yield* notSimulated(call.tool, 'get cluster NAME, or -o');
  yield* call.tool.out(
    tabbed([
      ['NAME', 'REGION', 'EKSCTL CREATED'],
      [name, region, 'True'],
    ]),
  );
  return 0;
}

function* createCluster(call: ToolCall): Coroutine<number> {
  const cluster = yield* managedCluster(call, 'create cluster');
  return typeof cluster === 'number' ? cluster : yield* notSimulated(call.tool, 'create cluster');
}

function* version({ tool }: ToolCall): Coroutine<number> {
  yield* tool.out(`${VERSION}\n`);
  return 0;
}

/** Known, and not simulated. */
const UNSIMULATED = ['completion', 'create addon', 'create fargateprofile', 'create iamidentitymapping', 'delete addon', 'delete iamserviceaccount', 'drain nodegroup', 'enable', 'get addon', 'get addons', 'get fargateprofile', 'get iamidentitymapping', 'get labels', 'info', 'upgrade cluster', 'upgrade nodegroup', 'utils describe-addon-versions', 'utils update-cluster-logging', 'utils write-kubeconfig']; // prettier-ignore

/** eksctl, as far as the cluster that stands ready and a machine without the provider go. */
export const EKSCTL: ClusterTool = {
  name: 'eksctl',
  version: VERSION,
  flags: [stringFlag('verbose', '', { shorthand: 'v' }), stringFlag('color', '', { shorthand: 'C' })],
  subcommands: [
    {
      name: 'create cluster',
      flags: [
        ...COMMON_FLAGS,
        ...['nodes', 'node-type', 'version', 'zones'].map((name) => stringFlag(name)),
        boolFlag('managed'),
      ],
      run: createCluster,
    },
    {
      name: 'delete cluster',
      flags: [...COMMON_FLAGS, boolFlag('force'), boolFlag('disable-nodegroup-eviction')],
      run: deleteCluster,
    },
    { name: 'get cluster', flags: [...COMMON_FLAGS, stringFlag('output', '', { shorthand: 'o' })], run: getCluster },
    { name: 'get clusters', flags: [...COMMON_FLAGS, stringFlag('output', '', { shorthand: 'o' })], run: getCluster },
    ...NODEGROUP_SUBCOMMANDS,
    ...SERVICE_ACCOUNT_SUBCOMMANDS,
    ...UNSIMULATED.map((name) => ({ name })),
    { name: 'version', run: version },
  ],
};

export const eksctl = clusterTool(EKSCTL);
