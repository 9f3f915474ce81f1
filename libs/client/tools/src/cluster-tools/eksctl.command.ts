import type { Coroutine } from '@seatrial/kernel';
import { boolFlag, durationFlag, stringFlag } from '@seatrial/kubectl';
import { awsAccess } from './aws-credentials.js';
import { clusterTool, nodeOf, notSimulated, type ClusterTool, type ToolCall } from './cluster-tool.js';

const NO_CREDENTIALS =
  'checking AWS STS access – cannot get role ARN for current session: operation error STS: GetCallerIdentity, get identity: get credentials: failed to refresh cached credentials, no EC2 IMDS role found, operation error ec2imds: GetMetadata, request canceled, context deadline exceeded';

/** The cluster of a managed node; without access, why not. */
function* managedCluster({ tool }: ToolCall, what: string): Coroutine<string | number> {
  const access = awsAccess(tool);
  if (access === 'instance-role') return (nodeOf(tool)?.profile.kubeconfig.cluster ?? '').split('.')[0];
  if (access === 'unreachable') return yield* notSimulated(tool, `${what} with credentials that reach no provider`);
  yield* tool.err(`Error: ${NO_CREDENTIALS}\n`);
  return 1;
}

function* deleteCluster(call: ToolCall): Coroutine<number> {
  const { tool, flags, args } = call;
  const name = flags.string('name') || args[0];
  if (name === undefined && flags.string('config-file') === '') {
    yield* tool.err('Error: --cluster must be set\n');
    return 1;
  }
  const cluster = yield* managedCluster(call, 'delete cluster');
  return typeof cluster === 'number' ? cluster : yield* notSimulated(tool, 'delete cluster');
}

function* getCluster(call: ToolCall): Coroutine<number> {
  const cluster = yield* managedCluster(call, 'get cluster');
  return typeof cluster === 'number' ? cluster : yield* notSimulated(call.tool, 'get cluster');
}

function* createCluster(call: ToolCall): Coroutine<number> {
  const cluster = yield* managedCluster(call, 'create cluster');
  return typeof cluster === 'number' ? cluster : yield* notSimulated(call.tool, 'create cluster');
}

const flags = [
  stringFlag('name', '', { shorthand: 'n' }),
  stringFlag('region', '', { shorthand: 'r' }),
  stringFlag('profile', '', { shorthand: 'p' }),
  stringFlag('config-file', '', { shorthand: 'f' }),
  boolFlag('wait', '', { shorthand: 'w' }),
  durationFlag('timeout'),
];

/** eksctl, as far as a machine without the provider goes. */
export const EKSCTL: ClusterTool = {
  name: 'eksctl',
  version: '0.215.0',
  flags: [stringFlag('verbose', '', { shorthand: 'v' }), stringFlag('color', '', { shorthand: 'C' })],
  subcommands: [
    { name: 'create cluster', flags: [...flags, ...['nodes', 'node-type', 'version', 'zones'].map((name) => stringFlag(name)), boolFlag('managed')], run: createCluster }, // prettier-ignore
    { name: 'create nodegroup' },
    { name: 'delete cluster', flags: [...flags, boolFlag('force'), boolFlag('disable-nodegroup-eviction')], run: deleteCluster }, // prettier-ignore
    { name: 'delete nodegroup' },
    { name: 'get cluster', flags, run: getCluster },
    { name: 'get clusters', flags, run: getCluster },
    { name: 'get nodegroup' },
    { name: 'scale nodegroup' },
    { name: 'utils' },
    { name: 'version' },
  ],
};

export const eksctl = clusterTool(EKSCTL);
