import { NODE_GROUPS } from '@seatrial/cluster';
import type { Coroutine, JsonObject, JsonValue } from '@seatrial/kernel';
import { formatTime } from '@seatrial/schema';
import { ACCOUNT, awsRegion } from './aws-credentials.js';
import { nodeOf, notSimulated, type ToolCall } from './cluster-tool.js';
import { nodegroupOf } from './eks-nodegroup.js';
import { InstalledCluster } from './installed-cluster.js';

/** The managed cluster's name; undefined when there is none, or no more. */
export function eksName({ tool }: ToolCall): string | undefined {
  const cluster = InstalledCluster.of(tool, 'eks');
  return cluster?.exists ? nodeOf(tool)?.profile.kubeconfig.cluster.split('.')[0] : undefined;
}

/** What is known of the cluster, by the names that the service gives it. */
export function eksCluster(call: ToolCall): JsonObject {
  const { tool, flags } = call;
  const node = nodeOf(tool);
  const name = eksName(call) ?? '';
  const region = awsRegion(tool, flags.string('region')) ?? '';
  const [, version = ''] = /^v?(\d+\.\d+)/.exec(node?.profile.kubernetesVersion ?? '') ?? [];
  return {
    name,
    arn: `arn:aws:eks:${region}:${ACCOUNT}:cluster/${name}`,
    createdAt: formatTime(InstalledCluster.of(tool, 'eks')?.bornAt ?? 0),
    version,
    status: 'ACTIVE',
  };
}

/** What is known of its group of nodes. */
export function eksNodegroup(call: ToolCall): JsonObject | undefined {
  const node = nodeOf(call.tool);
  if (!node) return undefined;
  const { profile, machines } = node;
  const group = machines.get(profile.nodes[0].name)?.facility(NODE_GROUPS)?.groups.at(0);
  const size = profile.nodes.length;
  return {
    nodegroupName: nodegroupOf(profile),
    clusterName: eksName(call) ?? '',
    status: 'ACTIVE',
    scalingConfig: {
      minSize: group?.minSize ?? size,
      maxSize: group?.maxSize ?? size,
      desiredSize: group?.targetSize ?? size,
    },
  };
}

/** A path of names below an object; undefined where it leads nowhere. */
function pathOf(value: JsonValue | undefined, path: string): JsonValue | undefined {
  return path
    .split('.')
    .reduce<JsonValue | undefined>(
      (at, name) => (at !== null && typeof at === 'object' && !Array.isArray(at) ? at[name] : undefined),
      value,
    );
}

/** Prints an answer by `--query` and `--output`; `whole` says that all of it is known. */
export function* printAnswer(call: ToolCall, what: string, answer: JsonObject, whole: boolean): Coroutine<number> {
  const { tool, flags } = call;
  const query = flags.string('query');
  const found = query === '' && whole ? answer : /^[\w.]+$/.test(query) ? pathOf(answer, query) : undefined;
  if (found === undefined) return yield* notSimulated(tool, `${what}${query === '' ? '' : ` --query ${query}`}`);
  const output = flags.string('output') || 'json';
  if (output === 'json') yield* tool.out(`${JSON.stringify(found, undefined, 4)}\n`);
  else if (output === 'text' && (typeof found !== 'object' || found === null)) yield* tool.out(`${String(found)}\n`);
  else return yield* notSimulated(tool, `${what} --output ${output}`);
  return 0;
}
