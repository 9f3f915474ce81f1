import { NODE_GROUPS } from '@seatrial/cluster';
import { TextOutput, type Coroutine } from '@seatrial/kernel';
import { boolFlag, stringFlag } from '@seatrial/kubectl';
import { formatTime } from '@seatrial/schema';
import { runCommand } from '@seatrial/shell';
import type { Tool } from '../../tool/tool.js';
import { awsRegion } from '../aws-credentials.js';
import { notSimulated, type Subcommand, type ToolCall } from '../cluster-tool.js';
import { nodegroupsOf, type Nodegroup } from '../eks-nodegroup.js';
import { InstalledCluster } from '../installed-cluster.js';
import { createNodegroup } from './create-nodegroup.js';
import { say, sayTasks } from './eksctl-access.js';
import { COMMON_FLAGS } from './eksctl-flags.js';
import { STACK_MS, clusterOf } from './managed-nodes.js';
import { tabbed } from './tabbed-table.js';

const OUTPUT_LIMIT = 1 << 20;

const HEADER = ['CLUSTER', 'NODEGROUP', 'STATUS', 'CREATED', 'MIN SIZE', 'MAX SIZE', 'DESIRED CAPACITY', 'INSTANCE TYPE', 'IMAGE ID', 'ASG NAME', 'TYPE']; // prettier-ignore

function* get(call: ToolCall): Coroutine<number> {
  const found = yield* clusterOf(call, 'get nodegroup');
  if (typeof found === 'number') return found;
  const { node, name } = found;
  const created = formatTime(InstalledCluster.of(call.tool, 'eks')?.bornAt ?? 0);
  const wanted = call.flags.string('name') || call.args.at(0);
  const groups = nodegroupsOf(node).filter((group) => wanted === undefined || group.name === wanted);
  const output = call.flags.string('output') || 'table';
  if (output === 'json') {
    const version = /^v?(\d+\.\d+)/.exec(node.profile.kubernetesVersion)?.[1] ?? '';
    const shown = groups.map((group) => ({
      StackName: `eksctl-${name}-nodegroup-${group.name}`,
      Cluster: name,
      Name: group.name,
      Status: 'ACTIVE',
      MaxSize: group.maxSize,
      MinSize: group.minSize,
      DesiredCapacity: group.desiredSize,
      InstanceType: group.instanceType,
      ImageID: 'AL2023_x86_64_STANDARD',
      CreationTime: created,
      AutoScalingGroupName: group.autoScalingGroup,
      Version: version,
      NodeGroupType: 'managed',
    }));
    yield* call.tool.out(`${JSON.stringify(shown, undefined, 4)}\n`);
    return 0;
  }
  if (output !== 'table') return yield* notSimulated(call.tool, `get nodegroup -o ${output}`);
  if (groups.length === 0) {
    yield* call.tool.err(
      `Error: getting nodegroup stack summaries: no nodegroups found in cluster ${JSON.stringify(name)}\n`,
    );
    return 1;
  }
  const rows = groups.map((group) => [name, group.name, 'ACTIVE', created, String(group.minSize), String(group.maxSize), String(group.desiredSize), group.instanceType, 'AL2023_x86_64_STANDARD', group.autoScalingGroup, 'managed']); // prettier-ignore
  yield* call.tool.out(tabbed([HEADER, ...rows]));
  return 0;
}

function* drain(tool: Tool, nodes: readonly string[]): Coroutine<void> {
  for (const each of nodes) yield* say(tool, `cordon node "${each}"`);
  const silent = new TextOutput(OUTPUT_LIMIT);
  const options = ['--ignore-daemonsets', '--delete-emptydir-data', '--force'];
  for (const each of nodes)
    yield* runCommand(tool.process, ['kubectl', 'drain', each, ...options], { stdout: silent, stderr: silent });
  yield* say(tool, `drained all nodes: [${nodes.join(' ')}]`, '✔');
}

function* remove(call: ToolCall): Coroutine<number> {
  const found = yield* clusterOf(call, 'delete nodegroup');
  if (typeof found === 'number') return found;
  const { tool, flags, args } = call;
  const { node, name: cluster } = found;
  const name = flags.string('name') || args.at(0) || '';
  if (name === '') {
    yield* tool.err('Error: --name must be set\n');
    return 1;
  }
  const groups = node.machines.get(node.profile.nodes[0].name)?.facility(NODE_GROUPS)?.groups ?? [];
  const known = nodegroupsOf(node);
  const group = known.find((each) => each.name === name)?.group;
  if (!group) {
    yield* say(
      tool,
      `${known.length} nodegroup(s) (${known.map((each) => each.name).join(',')}) were excluded (based on the include/exclude rules)`,
    );
    yield* say(tool, 'no nodegroups were included (based on the include/exclude rules)');
    return 0;
  }
  const nodes = node.profile.nodes.map((each) => each.name).filter((each) => group.has(each));
  if (nodes.includes(node.node.name)) return yield* notSimulated(tool, 'delete nodegroup of the machine at work');
  yield* say(tool, `1 nodegroup (${name}) was included (based on the include/exclude rules)`, 'ℹ', 1000);
  yield* say(tool, `will drain 1 nodegroup(s) in cluster "${cluster}"`);
  yield* say(tool, 'starting parallel draining, max in-flight of 1');
  if (flags.string('drain') !== 'false') yield* drain(tool, nodes);
  yield* say(tool, `will delete 1 nodegroups from cluster "${cluster}"`);
  const stack = `eksctl-${cluster}-nodegroup-${name}`;
  const wait = flags.bool('wait');
  yield* sayTasks(tool, `1 task: { 1 task: { delete nodegroup "${name}"${wait ? '' : ' [async]'} } }`);
  yield* say(tool, `will delete stack "${stack}"`);
  groups.splice(groups.indexOf(group), 1);
  for (const each of nodes) group.release(each);
  if (wait) {
    yield* say(tool, `waiting for stack "${stack}" to get deleted`);
    yield* say(tool, `waiting for CloudFormation stack "${stack}"`, 'ℹ', STACK_MS);
  }
  yield* say(tool, `will delete 0 nodegroups from auth ConfigMap in cluster "${cluster}"`);
  yield* say(tool, `deleted 1 nodegroup(s) from cluster "${cluster}"`, '✔');
  return 0;
}

/** What is wrong with sizes that a group is to get. */
function scaleProblem(size: number, min: number, max: number): string | undefined {
  if (min > max) return `minimum number of nodes cannot be greater than maximum number of nodes: ${min} > ${max}`;
  if (size > max) return `the number of desired nodes ${size} is greater than the nodes-max/maxSize ${max}`;
  return size < min ? `the number of desired nodes ${size} is less than the nodes-min/minSize ${min}` : undefined;
}

/** `eksctl scale nodegroup`: the cloud's group gets another size; machines come and go after that. */
function* scale(call: ToolCall): Coroutine<number> {
  const found = yield* clusterOf(call, 'scale nodegroup');
  if (typeof found === 'number') return found;
  const { tool, flags } = call;
  const { node, name: cluster } = found;
  const given = (key: string): number | undefined => (flags.string(key) === '' ? undefined : Number(flags.string(key)));
  const [nodes, least, most] = [given('nodes'), given('nodes-min'), given('nodes-max')];
  if (nodes === undefined && least === undefined && most === undefined) {
    yield* tool.err('Error: at least one of minimum, maximum and desired nodes must be set\n');
    return 1;
  }
  const name = flags.string('name') || call.args.at(0) || '';
  const known: Nodegroup | undefined = nodegroupsOf(node).find((each) => each.name === name);
  const group = known?.group;
  if (!group) return yield* notSimulated(tool, 'scale nodegroup of a group that is not there');
  const size = nodes ?? group.targetSize;
  const [min, max] = [least ?? group.minSize, most ?? group.maxSize];
  const problem = scaleProblem(size, min, max);
  yield* say(tool, `scaling nodegroup "${name}" in cluster ${cluster}`);
  if (problem !== undefined) {
    yield* tool.err(`Error: failed to scale nodegroup for cluster "${cluster}", error: ${problem}\n`);
    return 1;
  }
  group.minSize = min;
  group.maxSize = max;
  const workers = node.profile.nodes.map((each) => each.name).filter((each) => group.has(each));
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

const FLAGS = [...COMMON_FLAGS, stringFlag('cluster', '', { shorthand: 'c' })];
const SIZES = [
  stringFlag('nodes', '', { shorthand: 'N' }),
  stringFlag('nodes-min', '', { shorthand: 'm' }),
  stringFlag('nodes-max', '', { shorthand: 'M' }),
];
const CREATE_FLAGS = [
  ...FLAGS,
  ...SIZES,
  stringFlag('node-type', '', { shorthand: 't' }),
  ...['node-volume-size', 'node-ami-family', 'ssh-public-key', 'node-labels', 'version', 'node-zones'].map((name) =>
    stringFlag(name),
  ),
  ...[
    'managed',
    'ssh-access',
    'asg-access',
    'spot',
    'alb-ingress-access',
    'full-ecr-access',
    'node-private-networking',
  ].map((name) => boolFlag(name)),
];

/** What eksctl does with the groups of nodes of the cluster that stands ready (eksctl 0.215). */
export const NODEGROUP_SUBCOMMANDS: readonly Subcommand[] = [
  { name: 'create nodegroup', flags: CREATE_FLAGS, run: createNodegroup },
  {
    name: 'delete nodegroup',
    flags: [
      ...FLAGS,
      stringFlag('drain', '', { default: 'true', withoutValue: 'true' }),
      boolFlag('disable-eviction'),
      boolFlag('approve'),
    ],
    run: remove,
  },
  ...['get nodegroup', 'get nodegroups', 'get ng'].map((name) => ({
    name,
    flags: [...FLAGS, stringFlag('output', '', { shorthand: 'o' })],
    run: get,
  })),
  { name: 'scale nodegroup', flags: [...FLAGS, ...SIZES], run: scale },
];
