import { TextOutput, encodeBase64, escapeUrlQuery, type Coroutine } from '@seatrial/kernel';
import { boolFlag, intFlag, stringFlag } from '@seatrial/kubectl';
import { formatTime } from '@seatrial/schema';
import { runCommand } from '@seatrial/shell';
import type { Tool } from '../tool/tool.js';
import { CONFIGURE_SUBCOMMANDS } from './aws/aws-configure.js';
import { USAGE_STATUS, missing, noAccess, serviceError, usage } from './aws/aws-failure.js';
import { EKS_SUBCOMMANDS } from './aws/eks.subcommands.js';
import { ACCOUNT, awsRegion, callerArn } from './aws-credentials.js';
import { printAnswer } from './aws-eks.js';
import { clusterTool, nodeOf, notSimulated, type ClusterTool, type ToolCall } from './cluster-tool.js';

/** botocore's check of lengths, before anything is sent. */
function* tooShort(tool: Tool, parameter: string, value: string, least: number): Coroutine<number | undefined> {
  if (value.length >= least) return undefined;
  yield* tool.err(
    `\nParameter validation failed:\nInvalid length for parameter ${parameter}, value: ${value.length}, valid min length: ${least}\n`,
  );
  return USAGE_STATUS;
}

function* callerIdentity(call: ToolCall): Coroutine<number> {
  const refused = (yield* missing(call, [])) ?? (yield* noAccess(call, 'sts'));
  if (refused !== undefined) return refused;
  const arn = callerArn(call.tool, call.flags.string('profile'));
  const id = arn.includes(':user/') ? 'AIDAEXAMPLEID' : `AROAEXAMPLEID:${arn.slice(arn.lastIndexOf('/') + 1)}`;
  return yield* printAnswer(call, 'sts get-caller-identity', { UserId: id, Account: ACCOUNT, Arn: arn });
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
  const arn = escapeUrlQuery(callerArn(tool, flags.string('profile')));
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

const VERSION = '2.31';

/** `aws --version`: the bundled interpreter and the machine, as version 2 says them. */
function* version(tool: Tool): Coroutine<number | undefined> {
  if (tool.args[0] !== '--version') return undefined;
  const kernel = nodeOf(tool)?.node.kernelVersion ?? '';
  yield* tool.out(`aws-cli/${VERSION}.0 Python/3.13.7 Linux/${kernel} exe/x86_64\n`);
  return 0;
}

/** The AWS command line: its own checks, and the answers of a machine without credentials or of a managed node. */
export const AWS: ClusterTool = {
  name: 'aws',
  version: VERSION,
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
  passThrough: version,
  subcommands: [
    ...CONFIGURE_SUBCOMMANDS,
    ...EKS_SUBCOMMANDS,
    ...['autoscaling', 'cloudformation', 'ec2', 'ecr', 'elb', 'elbv2', 'iam', 'logs', 's3', 's3api'].map((name) => ({
      name,
    })),
    {
      name: 'eks get-token',
      flags: ['cluster-name', 'role-arn', 'cluster-id'].map((name) => stringFlag(name)),
      run: getToken,
    },
    {
      name: 'eks update-kubeconfig',
      flags: ['name', 'alias', 'kubeconfig', 'role-arn', 'user-alias'].map((name) => stringFlag(name)),
      run: updateKubeconfig,
    },
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
