import { sleep, type Coroutine } from '@seatrial/kernel';
import { formatDate } from '@seatrial/shell';
import type { Tool } from '../../tool/tool.js';
import { awsAccess } from '../aws-credentials.js';
import { nodeOf, notSimulated, type ToolCall } from '../cluster-tool.js';

const NO_CREDENTIALS =
  'checking AWS STS access – cannot get role ARN for current session: operation error STS: GetCallerIdentity, get identity: get credentials: failed to refresh cached credentials, no EC2 IMDS role found, operation error ec2imds: GetMetadata, request canceled, context deadline exceeded';

/** The cluster of a managed node; without access, why not. */
export function* managedCluster({ tool }: ToolCall, what: string): Coroutine<string | number> {
  const access = awsAccess(tool);
  if (access === 'instance-role') return (nodeOf(tool)?.profile.kubeconfig.cluster ?? '').split('.')[0];
  if (access === 'unreachable') return yield* notSimulated(tool, `${what} with credentials that reach no provider`);
  yield* tool.err(`Error: ${NO_CREDENTIALS}\n`);
  return 1;
}

/** Lines as eksctl prints them: the time, a mark, the text. */
export function* say(tool: Tool, text: string, mark = 'ℹ', takesMs = 0): Coroutine<void> {
  if (takesMs > 0) yield* sleep(takesMs);
  yield* tool.err(`${formatDate('%Y-%m-%d %H:%M:%S', tool.machine.simulation.now())} [${mark}]  ${text}\n`);
}

/** A line of eksctl's that begins on the next one: a list of tasks. */
export function* sayTasks(tool: Tool, text: string): Coroutine<void> {
  yield* tool.err(`${formatDate('%Y-%m-%d %H:%M:%S', tool.machine.simulation.now())} [ℹ]  \n${text}\n`);
}

/** eksctl's word for a cluster that is not there. */
export function* noCluster(tool: Tool, name: string): Coroutine<number> {
  yield* tool.err(
    `Error: unable to describe cluster control plane: operation error EKS: DescribeCluster, https response error StatusCode: 404, ResourceNotFoundException: No cluster found for name: ${name}.\n`,
  );
  return 1;
}
