import { NODE_GROUPS, NodeGroup, type ClusterNode } from '@seatrial/cluster';
import { sha256Hex, type Coroutine } from '@seatrial/kernel';
import type { ToolCall } from '../cluster-tool.js';
import { nodegroupsOf } from '../eks-nodegroup.js';
import { say, sayTasks } from './eksctl-access.js';
import { STACK_MS, clusterOf } from './managed-nodes.js';

const DEFAULT_SIZE = 2;
const DEFAULT_TYPE = 'm5.large';

/** A new group's machines, which are the cluster's next ones with labels of their own. */
function startGroup(
  node: ClusterNode,
  name: string,
  sizes: { min: number; max: number; desired: number },
  type: string,
): NodeGroup {
  const { apiServer, profile, machines, members } = node;
  const groups = machines.get(profile.nodes[0].name)?.facility(NODE_GROUPS)?.groups ?? [];
  const id = sha256Hex(`${name} ${apiServer.simulation.now()}`);
  const unique = [id.slice(0, 8), id.slice(8, 12), id.slice(12, 16), id.slice(16, 20), id.slice(20, 32)].join('-');
  const first = profile.nodes.length + 12 * groups.length;
  const machine = (position: number): ReturnType<typeof profile.machine> => {
    const made = profile.machine('worker', position, position);
    const own = { 'alpha.eksctl.io/nodegroup-name': name, 'eks.amazonaws.com/nodegroup': name, 'node.kubernetes.io/instance-type': type }; // prettier-ignore
    return { ...made, labels: { ...made.labels, ...own } };
  };
  const started = Array.from({ length: sizes.desired }, (_, index) => machine(first + index));
  for (const each of started) members.join(each);
  const group = new NodeGroup({
    simulation: apiServer.simulation,
    apiServer,
    profile: { name: `eks-${name}-${unique}`, minSize: sizes.min, maxSize: sizes.max },
    machine,
    members: started.map((each) => each.name),
    nextPosition: first + sizes.desired,
    join: (each) => members.join(each),
    leave: (each) => members.leave(each),
  });
  groups.push(group);
  return group;
}

/** The sizes that the flags ask for; a text where they do not fit each other (eksctl's validation). */
function sizesOf({ flags }: ToolCall): { min: number; max: number; desired: number } | string {
  const given = (name: string): number | undefined =>
    flags.string(name) === '' ? undefined : Number(flags.string(name));
  const [nodes, least, most] = [given('nodes'), given('nodes-min'), given('nodes-max')];
  const desired = nodes ?? least ?? DEFAULT_SIZE;
  const min = least ?? desired;
  const max = most ?? Math.max(desired, min);
  if (min > max) return `minimum number of nodes cannot be greater than maximum number of nodes: ${min} > ${max}`;
  return desired > max
    ? 'maximum number of nodes must be greater than or equal to number of nodes'
    : { min, max, desired };
}

/** `eksctl create nodegroup`: the machines come as soon as their stack stands. */
export function* createNodegroup(call: ToolCall): Coroutine<number> {
  const found = yield* clusterOf(call, 'create nodegroup');
  if (typeof found === 'number') return found;
  const { tool, flags, args } = call;
  const { node, name: cluster } = found;
  const name =
    flags.string('name') || args.at(0) || `ng-${sha256Hex(`ng ${tool.machine.simulation.now()}`).slice(0, 8)}`;
  const sizes = sizesOf(call);
  if (typeof sizes === 'string') {
    yield* tool.err(`Error: ${sizes}\n`);
    return 1;
  }
  const known = nodegroupsOf(node);
  const version = /^v?(\d+\.\d+)/.exec(node.profile.kubernetesVersion)?.[1] ?? '';
  yield* say(tool, `will use version ${version} for new nodegroup(s) based on control plane version`, 'ℹ', 1000);
  const names = known.map((each) => each.name);
  if (names.includes(name)) {
    yield* say(tool, `${names.length} existing nodegroup(s) (${names.join(',')}) will be excluded`);
    yield* say(tool, `1 nodegroup (${name}) was excluded (based on the include/exclude rules)`);
    yield* say(tool, 'no tasks');
    yield* say(tool, `created 0 nodegroup(s) in cluster "${cluster}"`, '✔');
    yield* say(tool, `created 0 managed nodegroup(s) in cluster "${cluster}"`, '✔');
    return 0;
  }
  yield* say(tool, `nodegroup "${name}" will use "" [AmazonLinux2023/${version}]`);
  yield* say(tool, `${names.length} existing nodegroup(s) (${names.join(',')}) will be excluded`);
  yield* say(tool, `1 nodegroup (${name}) was included (based on the include/exclude rules)`);
  yield* say(tool, `will create a CloudFormation stack for each of 1 managed nodegroups in cluster "${cluster}"`);
  yield* sayTasks(
    tool,
    `2 sequential tasks: { fix cluster compatibility, 1 task: { 1 task: { create managed nodegroup "${name}" } } \n}`,
  );
  yield* say(tool, 'checking cluster stack for missing resources');
  yield* say(tool, 'cluster stack has all required resources');
  const stack = `eksctl-${cluster}-nodegroup-${name}`;
  yield* say(tool, `building managed nodegroup stack "${stack}"`);
  yield* say(tool, `deploying stack "${stack}"`);
  yield* say(tool, `waiting for CloudFormation stack "${stack}"`);
  yield* say(tool, `waiting for CloudFormation stack "${stack}"`, 'ℹ', STACK_MS);
  const group = startGroup(node, name, sizes, flags.string('node-type') || DEFAULT_TYPE);
  yield* say(tool, 'no tasks', 'ℹ', STACK_MS / 2);
  yield* say(tool, `created 0 nodegroup(s) in cluster "${cluster}"`, '✔');
  const nodes = node.profile.nodes.map((each) => each.name).filter((each) => group.has(each));
  for (const last of [false, true]) {
    yield* say(tool, `nodegroup "${name}" has ${nodes.length} node(s)`);
    for (const each of nodes) yield* say(tool, `node "${each}" is ready`);
    if (!last) yield* say(tool, `waiting for at least ${sizes.min} node(s) to become ready in "${name}"`);
  }
  yield* say(tool, `created 1 managed nodegroup(s) in cluster "${cluster}"`, '✔');
  yield* say(tool, 'checking security group configuration for all nodegroups');
  yield* say(tool, 'all nodegroups have up-to-date cloudformation templates');
  return 0;
}
