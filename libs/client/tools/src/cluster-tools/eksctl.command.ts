import { NODE_GROUPS } from '@seatrial/cluster';
import { sleep, type Coroutine } from '@seatrial/kernel';
import { boolFlag, durationFlag, stringFlag } from '@seatrial/kubectl';
import { formatTime } from '@seatrial/schema';
import { formatDate } from '@seatrial/shell';
import type { Tool } from '../tool/tool.js';
import { awsAccess, awsRegion } from './aws-credentials.js';
import { nodegroupOf } from './eks-nodegroup.js';
import { InstalledCluster } from './installed-cluster.js';
import { clusterTool, nodeOf, notSimulated, type ClusterTool, type ToolCall } from './cluster-tool.js';

const VERSION = '0.215.0';
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

/** Lines as eksctl prints them: the time, a mark, the text. */
function* say(tool: Tool, text: string, mark = 'ℹ', takesMs = 0): Coroutine<void> {
  if (takesMs > 0) yield* sleep(takesMs);
  yield* tool.err(`${formatDate('%Y-%m-%d %H:%M:%S', tool.machine.simulation.now())} [${mark}]  ${text}\n`);
}

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
  if (name !== managed || !cluster?.exists) {
    yield* tool.err(
      `Error: unable to describe cluster control plane: operation error EKS: DescribeCluster, https response error StatusCode: 404, ResourceNotFoundException: No cluster found for name: ${name ?? ''}.\n`,
    );
    return 1;
  }
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
  yield* tool.err(
    `${formatDate('%Y-%m-%d %H:%M:%S', tool.machine.simulation.now())} [ℹ]  \n2 sequential tasks: { delete nodegroup "${group}", delete cluster control plane "${name}" [async] \n}\n`,
  );
  yield* say(tool, `will delete stack "eksctl-${name}-nodegroup-${group}"`);
  yield* say(tool, `waiting for stack "eksctl-${name}-nodegroup-${group}" to get deleted`);
  cluster.stage = 'deleted';
  yield* say(tool, `waiting for CloudFormation stack "eksctl-${name}-nodegroup-${group}"`, 'ℹ', PHASE_MS);
  yield* say(tool, `will delete stack "eksctl-${name}-cluster"`, 'ℹ', PHASE_MS);
  yield* say(tool, 'all cluster resources were deleted', '✔');
  return 0;
}

const TAB = 8;

/** A table whose columns are filled with tabs. */
function tabbed(rows: readonly (readonly string[])[]): string {
  const widths = rows[0].map(
    (_, column) => Math.ceil((Math.max(...rows.map((row) => row[column].length)) + 1) / TAB) * TAB,
  );
  const cell = (text: string, column: number): string =>
    column === widths.length - 1 ? text : text + '\t'.repeat(Math.ceil((widths[column] - text.length) / TAB));
  return rows.map((row) => `${row.map(cell).join('')}\n`).join('');
}

function* getCluster(call: ToolCall): Coroutine<number> {
  const name = yield* managedCluster(call, 'get cluster');
  if (typeof name === 'number') return name;
  const region = awsRegion(call.tool, call.flags.string('region')) ?? '';
  yield* call.tool.out(
    tabbed([
      ['NAME', 'REGION', 'EKSCTL CREATED'],
      [name, region, 'True'],
    ]),
  );
  return 0;
}

function* getNodegroup(call: ToolCall): Coroutine<number> {
  const { tool, flags } = call;
  const name = yield* managedCluster(call, 'get nodegroup');
  if (typeof name === 'number') return name;
  const cluster = InstalledCluster.of(tool, 'eks');
  if (flags.string('cluster') === '') {
    yield* tool.err('Error: --cluster must be set\n');
    return 1;
  }
  if (flags.string('cluster') !== name || !cluster) {
    yield* tool.err(
      `Error: unable to describe cluster control plane: operation error EKS: DescribeCluster, https response error StatusCode: 404, ResourceNotFoundException: No cluster found for name: ${flags.string('cluster')}.\n`,
    );
    return 1;
  }
  const { nodes, nodeGroup } = cluster.node.profile;
  const [size, group] = [nodes.length, nodegroupOf(cluster.node.profile)];
  const created = formatTime(cluster.bornAt);
  const header = [
    'CLUSTER',
    'NODEGROUP',
    'STATUS',
    'CREATED',
    'MIN SIZE',
    'MAX SIZE',
    'DESIRED CAPACITY',
    'INSTANCE TYPE',
    'IMAGE ID',
    'ASG NAME',
    'TYPE',
  ];
  const row = [
    name,
    group,
    'ACTIVE',
    created,
    String(nodeGroup?.minSize ?? size),
    String(nodeGroup?.maxSize ?? size),
    String(size),
    'm5.large',
    'AL2023_x86_64_STANDARD',
    nodeGroup?.name ?? `eks-${group}`,
    'managed',
  ];
  yield* tool.out(tabbed([header, row]));
  return 0;
}

/** `eksctl scale nodegroup`: the cloud's group gets another size; machines come and go after that. */
function* scaleNodegroup(call: ToolCall): Coroutine<number> {
  const { tool, flags } = call;
  const managed = yield* managedCluster(call, 'scale nodegroup');
  if (typeof managed === 'number') return managed;
  const cluster = flags.string('cluster');
  if (cluster === '' || flags.string('nodes') === '') {
    const missing = cluster === '' ? '--cluster' : 'at least one of minimum, maximum and desired nodes';
    yield* tool.err(`Error: ${missing} must be set\n`);
    return 1;
  }
  const group = tool.machine.facility(NODE_GROUPS)?.groups[0];
  const name = flags.string('name') || call.args[0] || '';
  const size = Number(flags.string('nodes'));
  const profile = nodeOf(tool)?.profile;
  if (
    cluster !== managed ||
    !group ||
    !profile ||
    name !== nodegroupOf(profile) ||
    size < group.minSize ||
    size > group.maxSize
  )
    return yield* notSimulated(tool, 'scale nodegroup of another group, or beyond its limits');
  yield* say(tool, `scaling nodegroup "${name}" in cluster ${cluster}`);
  const workers = profile.nodes.map((each) => each.name).filter((each) => group.has(each));
  if (size > group.targetSize) group.increase(size - group.targetSize);
  for (const each of workers.slice(size)) group.release(each);
  yield* say(tool, 'initiated scaling of nodegroup', 'ℹ', 1000);
  const region = awsRegion(tool, flags.string('region')) ?? '';
  yield* say(
    tool,
    `to see the status of the scaling run \`eksctl get nodegroup --cluster ${cluster} --region ${region} --name ${name}\``,
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

const flags = [
  stringFlag('name', '', { shorthand: 'n' }),
  stringFlag('region', '', { shorthand: 'r' }),
  stringFlag('profile', '', { shorthand: 'p' }),
  stringFlag('config-file', '', { shorthand: 'f' }),
  boolFlag('wait', '', { shorthand: 'w' }),
  durationFlag('timeout'),
];

/** eksctl, as far as the cluster that stands ready and a machine without the provider go. */
export const EKSCTL: ClusterTool = {
  name: 'eksctl',
  version: VERSION,
  flags: [stringFlag('verbose', '', { shorthand: 'v' }), stringFlag('color', '', { shorthand: 'C' })],
  subcommands: [
    {
      name: 'create cluster',
      flags: [
        ...flags,
        ...['nodes', 'node-type', 'version', 'zones'].map((name) => stringFlag(name)),
        boolFlag('managed'),
      ],
      run: createCluster,
    },
    { name: 'create nodegroup' },
    {
      name: 'delete cluster',
      flags: [...flags, boolFlag('force'), boolFlag('disable-nodegroup-eviction')],
      run: deleteCluster,
    },
    { name: 'delete nodegroup' },
    { name: 'get cluster', flags, run: getCluster },
    { name: 'get clusters', flags, run: getCluster },
    { name: 'get nodegroup', flags: [...flags, stringFlag('cluster', '', { shorthand: 'c' })], run: getNodegroup },
    { name: 'get nodegroups', flags: [...flags, stringFlag('cluster', '', { shorthand: 'c' })], run: getNodegroup },
    {
      name: 'scale nodegroup',
      flags: [
        ...flags,
        stringFlag('cluster', '', { shorthand: 'c' }),
        stringFlag('nodes', '', { shorthand: 'N' }),
        stringFlag('nodes-min', '', { shorthand: 'm' }),
        stringFlag('nodes-max', '', { shorthand: 'M' }),
      ],
      run: scaleNodegroup,
    },
    { name: 'utils' },
    { name: 'version', run: version },
  ],
};

export const eksctl = clusterTool(EKSCTL);
