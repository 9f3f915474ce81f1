import { isJsonObject, type Coroutine, type JsonObject } from '@seatrial/kernel';
import { stringFlag } from '@seatrial/kubectl';
import { eksCluster, eksName, eksNodegroup, printAnswer } from '../aws-eks.js';
import { nodeOf, type Subcommand, type ToolCall } from '../cluster-tool.js';
import { nodegroupsOf } from '../eks-nodegroup.js';
import { missing, noAccess, serviceError } from './aws-failure.js';
import { InstalledCluster } from '../installed-cluster.js';

/** The flag's cluster must be the one that there is; else the service's word for it. */
function* wrongCluster(call: ToolCall, flag: string, operation: string): Coroutine<number | undefined> {
  const name = call.flags.string(flag);
  if (name === eksName(call)) return undefined;
  return yield* serviceError(call.tool, 'ResourceNotFoundException', operation, `No cluster found for name: ${name}.`);
}

/** A request about the cluster that a flag names. */
function asking(
  operation: string,
  flag: string,
  needs: readonly string[],
  answer: (call: ToolCall) => JsonObject | { readonly refused: string },
): (call: ToolCall) => Coroutine<number> {
  return function* (call) {
    const refused =
      (yield* missing(call, [flag, ...needs])) ??
      (yield* noAccess(call, 'eks')) ??
      (yield* wrongCluster(call, flag, operation));
    if (refused !== undefined) return refused;
    const given = answer(call);
    if (typeof given['refused'] === 'string')
      return yield* serviceError(call.tool, 'ResourceNotFoundException', operation, given['refused']);
    return yield* printAnswer(call, `eks ${operation}`, given);
  };
}

function* listClusters(call: ToolCall): Coroutine<number> {
  const refused = (yield* missing(call, [])) ?? (yield* noAccess(call, 'eks'));
  if (refused !== undefined) return refused;
  const name = eksName(call);
  return yield* printAnswer(call, 'eks list-clusters', { clusters: name === undefined ? [] : [name] });
}

const nodegroupNames = ({ tool }: ToolCall): string[] => {
  const node = nodeOf(tool);
  return node ? nodegroupsOf(node).map(({ name }) => name) : [];
};

/** The cluster's own addons: those that eksctl installs by itself. */
const ADDONS: Readonly<Record<string, string>> = {
  coredns: 'v1.13.1-eksbuild.1',
  'kube-proxy': 'v1.35.0-eksbuild.2',
  'metrics-server': 'v0.8.0-eksbuild.3',
  'vpc-cni': 'v1.20.4-eksbuild.1',
};

function addonOf(call: ToolCall): JsonObject | { readonly refused: string } {
  const [name, cluster] = [call.flags.string('addon-name'), eksName(call) ?? ''];
  if (!Object.hasOwn(ADDONS, name)) return { refused: `No addon: ${name} found in cluster: ${cluster}` };
  const whole = eksCluster(call);
  const arn = (typeof whole['arn'] === 'string' ? whole['arn'] : '').replace(
    /:cluster\/.*$/,
    `:addon/${cluster}/${name}`,
  );
  return {
    addon: {
      addonName: name,
      clusterName: cluster,
      status: 'ACTIVE',
      addonVersion: ADDONS[name],
      health: { issues: [] },
      addonArn: arn,
      createdAt: whole['createdAt'] ?? '',
      modifiedAt: whole['createdAt'] ?? '',
      tags: {},
    },
  };
}

/** Nothing of these was made. */
const NONE: Readonly<Record<string, readonly [operation: string, member: string]>> = {
  'list-fargate-profiles': ['ListFargateProfiles', 'fargateProfileNames'],
  'list-identity-provider-configs': ['ListIdentityProviderConfigs', 'identityProviderConfigs'],
  'list-pod-identity-associations': ['ListPodIdentityAssociations', 'associations'],
};

const cluster = stringFlag('cluster-name');

function* waitActive(call: ToolCall): Coroutine<number> {
  const refused = (yield* missing(call, ['name'])) ?? (yield* noAccess(call, 'eks'));
  if (refused !== undefined) return refused;
  if (call.flags.string('name') === eksName(call)) return 0;
  yield* call.tool.err('\nWaiter ClusterActive failed: An error occurred (ResourceNotFoundException): No cluster found for name: ' + `${call.flags.string('name')}.\n`); // prettier-ignore
  return 255;
}

/** `eks update-nodegroup-config --scaling-config minSize=…,maxSize=…,desiredSize=…`. */
function updateNodegroup(call: ToolCall): JsonObject | { readonly refused: string } {
  const node = nodeOf(call.tool);
  const name = call.flags.string('nodegroup-name');
  const found = node && nodegroupsOf(node).find((each) => each.name === name);
  if (!node || !found?.group) return { refused: `No node group found for name: ${name}.` };
  const wanted = new Map<string, string>(
    call.flags
      .string('scaling-config')
      .split(',')
      .map((pair): [string, string] => [pair.split('=')[0], pair.split('=').slice(1).join('=')]),
  );
  const size = (key: string, now: number): number => Number(wanted.get(key) ?? now);
  const { group } = found;
  group.minSize = size('minSize', found.minSize);
  group.maxSize = size('maxSize', found.maxSize);
  const desired = size('desiredSize', found.desiredSize);
  const workers = node.profile.nodes.map((each) => each.name).filter((each) => group.has(each));
  if (desired > group.targetSize) group.increase(desired - group.targetSize);
  for (const each of workers.slice(desired)) group.release(each);
  const params = ['minSize', 'maxSize', 'desiredSize']
    .filter((key) => wanted.has(key))
    .map((key) => ({ type: key.replace(/^./, (letter) => letter.toUpperCase()), value: wanted.get(key) ?? '' }));
  const now = InstalledCluster.of(call.tool, 'eks')?.node.apiServer.simulation.now() ?? 0;
  return {
    update: {
      id: `5a1c2b3d-${String(now % 10_000).padStart(4, '0')}-3f4e-9a8b-7c6d5e4f3a2b`,
      status: 'InProgress',
      type: 'ConfigUpdate',
      params,
      createdAt: new Date(now).toISOString(),
      errors: [],
    },
  };
}

/** What the service says of the managed cluster. */
export const EKS_SUBCOMMANDS: readonly Subcommand[] = [
  {
    name: 'eks describe-addon',
    flags: [cluster, stringFlag('addon-name')],
    run: asking('DescribeAddon', 'cluster-name', ['addon-name'], addonOf),
  },
  {
    name: 'eks describe-cluster',
    flags: [stringFlag('name')],
    run: asking('DescribeCluster', 'name', [], (call) => ({ cluster: eksCluster(call) })),
  },
  {
    name: 'eks describe-nodegroup',
    flags: [cluster, stringFlag('nodegroup-name')],
    run: asking('DescribeNodegroup', 'cluster-name', ['nodegroup-name'], (call) => {
      const wanted = call.flags.string('nodegroup-name');
      const nodegroup = eksNodegroup(call, wanted);
      return isJsonObject(nodegroup) ? { nodegroup } : { refused: `No node group found for name: ${wanted}.` };
    }),
  },
  {
    name: 'eks list-addons',
    flags: [cluster],
    run: asking('ListAddons', 'cluster-name', [], () => ({ addons: Object.keys(ADDONS) })),
  },
  { name: 'eks list-clusters', run: listClusters },
  {
    name: 'eks list-nodegroups',
    flags: [cluster],
    run: asking('ListNodegroups', 'cluster-name', [], (call) => ({ nodegroups: nodegroupNames(call) })),
  },
  ...Object.entries(NONE).map(([name, [operation, member]]) => ({
    name: `eks ${name}`,
    flags: [cluster],
    run: asking(operation, 'cluster-name', [], () => ({ [member]: [] })),
  })),
  {
    name: 'eks list-updates',
    flags: [stringFlag('name')],
    run: asking('ListUpdates', 'name', [], () => ({ updateIds: [] })),
  },
  {
    name: 'eks update-nodegroup-config',
    flags: [cluster, stringFlag('nodegroup-name'), stringFlag('scaling-config')],
    run: asking('UpdateNodegroupConfig', 'cluster-name', ['nodegroup-name'], updateNodegroup),
  },
  { name: 'eks wait cluster-active', flags: [stringFlag('name')], run: waitActive },
  ...[
    'create-cluster',
    'delete-cluster',
    'create-nodegroup',
    'delete-nodegroup',
    'update-cluster-version',
    'update-cluster-config',
    'list-access-entries',
  ].map((name) => ({ name: `eks ${name}` })),
];
