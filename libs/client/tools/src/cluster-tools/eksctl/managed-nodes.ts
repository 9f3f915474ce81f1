import type { ClusterNode } from '@seatrial/cluster';
import type { Coroutine } from '@seatrial/kernel';
import { nodeOf, notSimulated, type ToolCall } from '../cluster-tool.js';
import { InstalledCluster } from '../installed-cluster.js';
import { managedCluster, noCluster } from './eksctl-access.js';

/** How long CloudFormation works on a stack here: a real one takes minutes. */
export const STACK_MS = 20_000;

/** The node that the tool runs on, when its cluster is the one that is meant; else the status. */
export function* clusterOf(
  call: ToolCall,
  what: string,
): Coroutine<{ readonly node: ClusterNode; readonly name: string } | number> {
  const { tool, flags } = call;
  const managed = yield* managedCluster(call, what);
  if (typeof managed === 'number') return managed;
  const name = flags.string('cluster');
  const node = nodeOf(tool);
  if (flags.string('config-file') !== '') return yield* notSimulated(tool, `${what} --config-file`);
  if (name === '') {
    yield* tool.err('Error: --cluster must be set\n');
    return 1;
  }
  return name === managed && node && InstalledCluster.of(tool, 'eks')?.exists
    ? { node, name }
    : yield* noCluster(tool, name);
}
