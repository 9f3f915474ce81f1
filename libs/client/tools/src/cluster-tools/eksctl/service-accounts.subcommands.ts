import { SERVICE_ACCOUNTS, type ServiceAccount } from '@seatrial/apiserver';
import type { ClusterNode } from '@seatrial/cluster';
import type { Coroutine, FacilityKey } from '@seatrial/kernel';
import { boolFlag, stringFlag, stringSliceFlag } from '@seatrial/kubectl';
import { ACCOUNT, awsRegion } from '../aws-credentials.js';
import { notSimulated, type Subcommand, type ToolCall } from '../cluster-tool.js';
import { say } from './eksctl-access.js';
import { COMMON_FLAGS } from './eksctl-flags.js';
import { STACK_MS, clusterOf } from './managed-nodes.js';
import { tabbed } from './tabbed-table.js';

/** What eksctl has made in the cloud for a cluster's ServiceAccounts. */
interface CloudIdentity {
  /** The cluster's tokens are believed. */
  provider: boolean;
  /** Roles by `namespace/name`. */
  readonly roles: Map<string, string>;
}

const IDENTITY: FacilityKey<CloudIdentity> = { name: 'eksctl-identity' };
const SUFFIX = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const ROLE_ANNOTATION = 'eks.amazonaws.com/role-arn';

function identityOf({ machines, profile }: ClusterNode): CloudIdentity {
  const machine = machines.get(profile.nodes[0].name);
  const known = machine?.facility(IDENTITY);
  if (known) return known;
  const made: CloudIdentity = { provider: false, roles: new Map() };
  machine?.provide(IDENTITY, made);
  return made;
}

/** Says that nothing was done: `--approve` was not given. */
const sayPlanned = (call: ToolCall): Coroutine<void> =>
  say(call.tool, "no changes were applied, run again with '--approve' to apply the changes", '!');

/** `eksctl utils associate-iam-oidc-provider` (pkg/ctl/utils/associate_iam_oidc_provider.go, 0.215). */
function* associate(call: ToolCall): Coroutine<number> {
  const found = yield* clusterOf(call, 'utils associate-iam-oidc-provider');
  if (typeof found === 'number') return found;
  const { tool, flags } = call;
  const identity = identityOf(found.node);
  const where = `cluster "${found.name}" in "${awsRegion(tool, flags.string('region')) ?? ''}"`;
  if (identity.provider) {
    yield* say(tool, `IAM Open ID Connect provider is already associated with ${where}`, 'ℹ', 1000);
    return 0;
  }
  const approved = flags.bool('approve');
  yield* say(tool, `${approved ? 'will' : '(plan) would'} create IAM Open ID Connect provider for ${where}`, 'ℹ', 1000);
  if (!approved) yield* sayPlanned(call);
  else {
    identity.provider = true;
    yield* say(tool, `created IAM Open ID Connect provider for ${where}`, '✔', 1000);
  }
  return 0;
}

/** The ServiceAccount of a role: new, or with the role's annotation besides. */
function bind({ apiServer }: ClusterNode, namespace: string, name: string, role: string): void {
  const client = apiServer.client('eksctl');
  const found: ServiceAccount | undefined = client.get(SERVICE_ACCOUNTS, namespace, name);
  const metadata = {
    ...found?.metadata,
    name,
    namespace,
    labels: { ...found?.metadata.labels, 'app.kubernetes.io/managed-by': 'eksctl' },
    annotations: { ...found?.metadata.annotations, [ROLE_ANNOTATION]: role },
  };
  if (found) client.update(SERVICE_ACCOUNTS, { ...found, metadata: { ...found.metadata, ...metadata } });
  else client.create(SERVICE_ACCOUNTS, { metadata });
}

/** `eksctl create iamserviceaccount`: a role of the cloud, and the ServiceAccount that has it. */
function* create(call: ToolCall): Coroutine<number> {
  const found = yield* clusterOf(call, 'create iamserviceaccount');
  if (typeof found === 'number') return found;
  const { tool, flags } = call;
  const { node, name: cluster } = found;
  const [name, namespace] = [flags.string('name'), flags.string('namespace') || 'default'];
  const region = awsRegion(tool, flags.string('region')) ?? '';
  const identity = identityOf(node);
  const known = `${namespace}/${name}`;
  const override = flags.bool('override-existing-serviceaccounts');
  const isThere = node.apiServer.store.get(SERVICE_ACCOUNTS, namespace, name) !== undefined;
  const arns = [...flags.list('attach-policy-arn'), flags.string('attach-role-arn')].filter((arn) => arn !== '');
  if (
    name === '' ||
    identity.roles.has(known) ||
    (isThere && !override) ||
    arns.length === 0 ||
    flags.bool('role-only')
  )
    return yield* notSimulated(tool, `create iamserviceaccount ${known}`);
  if (!identity.provider) {
    yield* say(tool, `no IAM OIDC provider associated with cluster, try 'eksctl utils associate-iam-oidc-provider --region=${region} --cluster=${cluster}'`, '!', 1000); // prettier-ignore
    yield* tool.err('Error: unable to create iamserviceaccount(s) without IAM OIDC provider enabled\n');
    return 1;
  }
  yield* say(tool, `1 iamserviceaccount (${known}) was included (based on the include/exclude rules)`, 'ℹ', 1000);
  yield* say(
    tool,
    override
      ? 'metadata of serviceaccounts that exist in Kubernetes will be updated, as --override-existing-serviceaccounts was set'
      : 'serviceaccounts that exist in Kubernetes will be excluded, use --override-existing-serviceaccounts to override',
    '!',
  );
  const approved = flags.bool('approve');
  const steps = `        create IAM role for serviceaccount "${known}",\n        create serviceaccount "${known}",\n`;
  yield* say(tool, `${approved ? '' : '(plan) '}1 task: { \n    2 sequential sub-tasks: { \n${steps}    } }`);
  if (!approved) {
    yield* sayPlanned(call);
    return 0;
  }
  const stack = `eksctl-${cluster}-addon-iamserviceaccount-${namespace}-${name}`;
  yield* say(tool, `building iamserviceaccount stack "${stack}"`);
  yield* say(tool, `deploying stack "${stack}"`);
  yield* say(tool, `waiting for CloudFormation stack "${stack}"`);
  yield* say(tool, `waiting for CloudFormation stack "${stack}"`, 'ℹ', STACK_MS);
  const random = tool.machine.simulation.random.split(`${stack}/${tool.machine.simulation.now()}`);
  const role = `arn:aws:iam::${ACCOUNT}:role/${flags.string('role-name') || `${stack}-Role1-${random.characters(12, SUFFIX)}`}`;
  identity.roles.set(known, role);
  bind(node, namespace, name, role);
  yield* say(tool, `created serviceaccount "${known}"`);
  return 0;
}

/** `eksctl get iamserviceaccount`. */
function* get(call: ToolCall): Coroutine<number> {
  const found = yield* clusterOf(call, 'get iamserviceaccount');
  if (typeof found === 'number') return found;
  const { tool, flags } = call;
  if (flags.string('output') !== '')
    return yield* notSimulated(tool, `get iamserviceaccount -o ${flags.string('output')}`);
  const wanted = [flags.string('namespace'), flags.string('name')];
  const rows = [...identityOf(found.node).roles]
    .map(([known, role]) => [...known.split('/'), role])
    .filter((row) => wanted.every((word, index) => word === '' || row[index] === word));
  if (rows.length === 0) yield* tool.out('No iamserviceaccounts found\n');
  else yield* tool.out(tabbed([['NAMESPACE', 'NAME', 'ROLE ARN'], ...rows]));
  return 0;
}

const cluster = stringFlag('cluster');
const namespace = stringFlag('namespace');

/** Roles of the cloud for ServiceAccounts (pkg/actions/irsa, 0.215). */
export const SERVICE_ACCOUNT_SUBCOMMANDS: readonly Subcommand[] = [
  {
    name: 'create iamserviceaccount',
    flags: [
      ...COMMON_FLAGS,
      cluster,
      namespace,
      stringSliceFlag('attach-policy-arn'),
      ...['attach-role-arn', 'role-name', 'tags'].map((name) => stringFlag(name)),
      ...['approve', 'override-existing-serviceaccounts', 'role-only'].map((name) => boolFlag(name)),
    ],
    run: create,
  },
  {
    name: 'get iamserviceaccount',
    flags: [...COMMON_FLAGS, cluster, namespace, stringFlag('output', '', { shorthand: 'o' })],
    run: get,
  },
  {
    name: 'utils associate-iam-oidc-provider',
    flags: [...COMMON_FLAGS, cluster, boolFlag('approve')],
    run: associate,
  },
];
