import { TextOutput, encodeBase64, type Coroutine } from '@seatrial/kernel';
import { boolFlag, intFlag, stringFlag } from '@seatrial/kubectl';
import { formatTime } from '@seatrial/schema';
import { runCommand } from '@seatrial/shell';
import type { Tool } from '../tool/tool.js';
import { ACCOUNT, awsAccess, awsRegion, callerArn } from './aws-credentials.js';
import { eksCluster, eksName, eksNodegroup, printAnswer } from './aws-eks.js';
import { clusterTool, nodeOf, notSimulated, type ClusterTool, type ToolCall } from './cluster-tool.js';

const USAGE_STATUS = 252;
const CONFIGURATION_STATUS = 253;
const SERVICE_STATUS = 254;
const GENERAL_STATUS = 255;

const USAGE =
  'usage: aws [options] <command> <subcommand> [<subcommand> ...] [parameters]\nTo see help text, you can run:\n\n  aws help\n  aws <command> help\n  aws <command> <subcommand> help\n';

function* usage(tool: Tool, error: string): Coroutine<number> {
  yield* tool.err(`\n${USAGE}\naws: error: ${error}\n\n`);
  return USAGE_STATUS;
}

function* missing(call: ToolCall, names: readonly string[]): Coroutine<number | undefined> {
  const absent = names.filter((name) => !call.flags.changed(name));
  if (absent.length > 0)
    return yield* usage(
      call.tool,
      `the following arguments are required: ${absent.map((name) => `--${name}`).join(', ')}`,
    );
  if (call.args.length > 0) return yield* usage(call.tool, `Unknown options: ${call.args.join(', ')}`);
  return undefined;
}

/** botocore's check of lengths, before anything is sent. */
function* tooShort(tool: Tool, parameter: string, value: string, least: number): Coroutine<number | undefined> {
  if (value.length >= least) return undefined;
  yield* tool.err(
    `\nParameter validation failed:\nInvalid length for parameter ${parameter}, value: ${value.length}, valid min length: ${least}\n`,
  );
  return USAGE_STATUS;
}

/** What stands between the machine and the provider; undefined on a managed node. */
function* noAccess(call: ToolCall, service: string): Coroutine<number | undefined> {
  const { tool, flags } = call;
  const region = awsRegion(tool, flags.string('region'));
  if (region === undefined && service !== 'sts') {
    yield* tool.err('\nYou must specify a region. You can also configure your region by running "aws configure".\n');
    return CONFIGURATION_STATUS;
  }
  const access = awsAccess(tool);
  if (access === 'instance-role') return undefined;
  if (access === 'no-credentials') {
    yield* tool.err('\nUnable to locate credentials. You can configure credentials by running "aws configure".\n');
    return CONFIGURATION_STATUS;
  }
  const host = region === undefined ? `${service}.amazonaws.com` : `${service}.${region}.amazonaws.com`;
  yield* tool.err(`\nCould not connect to the endpoint URL: "https://${host}/"\n`);
  return GENERAL_STATUS;
}

function* serviceError(tool: Tool, code: string, operation: string, text: string): Coroutine<number> {
  yield* tool.err(`\nAn error occurred (${code}) when calling the ${operation} operation: ${text}\n`);
  return SERVICE_STATUS;
}

function* callerIdentity(call: ToolCall): Coroutine<number> {
  const refused = (yield* missing(call, [])) ?? (yield* noAccess(call, 'sts'));
  if (refused !== undefined) return refused;
  const arn = callerArn(call.tool, call.flags.string('profile'));
  const id = arn.includes(':user/') ? 'AIDAEXAMPLEID' : `AROAEXAMPLEID:${arn.slice(arn.lastIndexOf('/') + 1)}`;
  yield* call.tool.out(`${JSON.stringify({ UserId: id, Account: ACCOUNT, Arn: arn }, undefined, 4)}\n`);
  return 0;
}

function* assumeRole(call: ToolCall): Coroutine<number> {
  const { tool, flags } = call;
  const [arn, session] = [flags.string('role-arn'), flags.string('role-session-name')];
  const refused =
    (yield* missing(call, ['role-arn', 'role-session-name'])) ??
    (yield* tooShort(tool, 'RoleArn', arn, 20)) ??
    (yield* tooShort(tool, 'RoleSessionName', session, 2)) ??
    (yield* noAccess(call, 'sts'));
  if (refused !== undefined) return refused;
  if (!/^arn:[\w-]+:iam::\d{12}:role\/\S+$/.test(arn))
    return yield* serviceError(tool, 'ValidationError', 'AssumeRole', `${arn} is invalid`);
  const caller = callerArn(tool, flags.string('profile'));
  return yield* serviceError(
    tool,
    'AccessDenied',
    'AssumeRole',
    `User: ${caller} is not authorized to perform: sts:AssumeRole on resource: ${arn}`,
  );
}

function* kubectlConfig(tool: Tool, words: readonly string[]): Coroutine<string> {
  const output = new TextOutput(1 << 20);
  yield* runCommand(tool.process, ['kubectl', 'config', ...words], { stdout: output, stderr: new TextOutput(1 << 20) });
  return output.text.trim();
}

/** Writes a context for the cluster; its user stays the one that the machine has, as no tokens are simulated. */
function* updateKubeconfig(call: ToolCall): Coroutine<number> {
  const { tool, flags } = call;
  const refused = (yield* missing(call, ['name'])) ?? (yield* noAccess(call, 'eks'));
  if (refused !== undefined) return refused;
  const name = flags.string('name');
  const profile = nodeOf(tool)?.profile;
  if (!profile?.kubeconfig.cluster.startsWith(`${name}.`))
    return yield* serviceError(
      tool,
      'ResourceNotFoundException',
      'DescribeCluster',
      `No cluster found for name: ${name}.`,
    );
  const arn = `arn:aws:eks:${awsRegion(tool, flags.string('region')) ?? ''}:${ACCOUNT}:cluster/${name}`;
  const context = flags.string('alias') || arn;
  const known = (yield* kubectlConfig(tool, ['get-contexts', '-o', 'name'])).split('\n').includes(context);
  const { cluster, user } = profile.kubeconfig;
  yield* kubectlConfig(tool, ['set-context', context, `--cluster=${cluster}`, `--user=${user}`]);
  yield* kubectlConfig(tool, ['use-context', context]);
  const file = flags.string('kubeconfig') || `${tool.process.env.get('HOME') ?? ''}/.kube/config`;
  yield* tool.out(known ? `Updated context ${context} in ${file}\n` : `Added new context ${context} to ${file}\n`);
  return 0;
}

const TOKEN_MINUTES = 14;

/** An ExecCredential whose token is a presigned request for the caller's identity; the request names it here. */
function* getToken(call: ToolCall): Coroutine<number> {
  const { tool, flags } = call;
  const refused = (yield* missing(call, ['cluster-name'])) ?? (yield* noAccess(call, 'sts'));
  if (refused !== undefined) return refused;
  const now = tool.machine.simulation.now();
  const date = formatTime(now).replaceAll(/[-:]/g, '');
  const arn = encodeURIComponent(callerArn(tool, flags.string('profile')));
  const region = awsRegion(tool, flags.string('region')) ?? 'us-east-1';
  const url = `https://sts.${region}.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=${date}&X-Amz-Expires=60&X-Amz-SignedHeaders=host%3Bx-k8s-aws-id&X-Caller-Arn=${arn}`;
  const token = `k8s-aws-v1.${encodeBase64(url).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}`;
  const expires = formatTime(now + TOKEN_MINUTES * 60_000);
  const info = tool.process.env.get('KUBERNETES_EXEC_INFO') ?? '';
  const version =
    /client\.authentication\.k8s\.io\/v1(?:beta1)?/.exec(info)?.[0] ?? 'client.authentication.k8s.io/v1beta1';
  yield* tool.out(
    `{"kind": "ExecCredential", "apiVersion": "${version}", "spec": {}, "status": {"expirationTimestamp": "${expires}", "token": "${token}"}}\n`,
  );
  return 0;
}

function* listClusters(call: ToolCall): Coroutine<number> {
  const refused = (yield* missing(call, [])) ?? (yield* noAccess(call, 'eks'));
  if (refused !== undefined) return refused;
  const [cluster] = (nodeOf(call.tool)?.profile.kubeconfig.cluster ?? '').split('.');
  yield* call.tool.out(`${JSON.stringify({ clusters: [cluster] }, undefined, 4)}\n`);
  return 0;
}

/** The answer's cluster must be the one that there is; else the service's word for it. */
function* wrongCluster(call: ToolCall, flag: string, operation: string): Coroutine<number | undefined> {
  const name = call.flags.string(flag);
  if (name === eksName(call)) return undefined;
  return yield* serviceError(call.tool, 'ResourceNotFoundException', operation, `No cluster found for name: ${name}.`);
}

function* describeCluster(call: ToolCall): Coroutine<number> {
  const refused =
    (yield* missing(call, ['name'])) ??
    (yield* noAccess(call, 'eks')) ??
    (yield* wrongCluster(call, 'name', 'DescribeCluster'));
  return refused ?? (yield* printAnswer(call, 'eks describe-cluster', { cluster: eksCluster(call) }, false));
}

function* listNodegroups(call: ToolCall): Coroutine<number> {
  const refused =
    (yield* missing(call, ['cluster-name'])) ??
    (yield* noAccess(call, 'eks')) ??
    (yield* wrongCluster(call, 'cluster-name', 'ListNodegroups'));
  const group = eksNodegroup(call)?.['nodegroupName'] ?? '';
  return refused ?? (yield* printAnswer(call, 'eks list-nodegroups', { nodegroups: [group] }, true));
}

function* describeNodegroup(call: ToolCall): Coroutine<number> {
  const refused =
    (yield* missing(call, ['cluster-name', 'nodegroup-name'])) ??
    (yield* noAccess(call, 'eks')) ??
    (yield* wrongCluster(call, 'cluster-name', 'DescribeNodegroup'));
  if (refused !== undefined) return refused;
  const nodegroup = eksNodegroup(call);
  const wanted = call.flags.string('nodegroup-name');
  if (!nodegroup || nodegroup['nodegroupName'] !== wanted)
    return yield* serviceError(
      call.tool,
      'ResourceNotFoundException',
      'DescribeNodegroup',
      `No node group found for name: ${wanted}.`,
    );
  return yield* printAnswer(call, 'eks describe-nodegroup', { nodegroup }, false);
}

const PROMPTS = ['AWS Access Key ID', 'AWS Secret Access Key', 'Default region name', 'Default output format'];

function* configure({ tool }: ToolCall): Coroutine<number> {
  const answers = (yield* tool.readStdin()).split('\n');
  for (const prompt of PROMPTS) yield* tool.out(`${prompt} [None]: `);
  const [id = '', secret = '', region = '', output = ''] = answers;
  const directory = `${tool.process.env.get('HOME') ?? ''}/.aws`;
  const { files } = tool.machine;
  files.makeDirectories(directory, tool.process.user);
  const lines = (pairs: readonly (readonly [string, string])[]): string =>
    pairs
      .filter(([, value]) => value !== '')
      .map(([name, value]) => `${name} = ${value}\n`)
      .join('');
  const credentials = lines([
    ['aws_access_key_id', id],
    ['aws_secret_access_key', secret],
  ]);
  const settings = lines([
    ['region', region],
    ['output', output],
  ]);
  const options = { mode: 0o600, owner: tool.process.user };
  if (credentials !== '') files.writeFile(`${directory}/credentials`, `[default]\n${credentials}`, options);
  if (settings !== '') files.writeFile(`${directory}/config`, `[default]\n${settings}`, options);
  return 0;
}

/** The AWS command line: its own checks, and the answers of a machine without credentials or of a managed node. */
export const AWS: ClusterTool = {
  name: 'aws',
  version: '2.31',
  flags: [
    stringFlag('region'),
    stringFlag('profile'),
    stringFlag('output'),
    stringFlag('query'),
    boolFlag('no-cli-pager'),
  ],
  onFlagError: (tool, error) =>
    error.startsWith('unknown flag: ')
      ? usage(tool, `Unknown options: ${error.slice('unknown flag: '.length)}`)
      : usage(tool, `argument ${error.slice(error.lastIndexOf(' ') + 1)}: expected one argument`),
  onUnknown: (tool, word) => notSimulated(tool, word),
  subcommands: [
    { name: 'configure', run: configure },
    { name: 'configure list' },
    { name: 'configure set' },
    { name: 'ec2' },
    { name: 'ecr' },
    { name: 'eks describe-cluster', flags: [stringFlag('name')], run: describeCluster },
    {
      name: 'eks describe-nodegroup',
      flags: [stringFlag('cluster-name'), stringFlag('nodegroup-name')],
      run: describeNodegroup,
    },
    { name: 'eks list-nodegroups', flags: [stringFlag('cluster-name')], run: listNodegroups },
    {
      name: 'eks get-token',
      flags: ['cluster-name', 'role-arn', 'cluster-id'].map((name) => stringFlag(name)),
      run: getToken,
    },
    { name: 'eks list-clusters', run: listClusters },
    {
      name: 'eks update-kubeconfig',
      flags: ['name', 'alias', 'kubeconfig', 'role-arn', 'user-alias'].map((name) => stringFlag(name)),
      run: updateKubeconfig,
    },
    { name: 'iam' },
    { name: 's3' },
    {
      name: 'sts assume-role',
      flags: [
        stringFlag('role-arn'),
        stringFlag('role-session-name'),
        intFlag('duration-seconds'),
        stringFlag('external-id'),
      ],
      run: assumeRole,
    },
    { name: 'sts get-caller-identity', run: callerIdentity },
  ],
};

export const aws = clusterTool(AWS);
