import { CLUSTER_NODE, type ClusterNode } from '@seatrial/cluster';
import { sleep, type Coroutine } from '@seatrial/kernel';
import { boolFlag, stringFlag, stringSliceFlag, type FlagDefinition } from '@seatrial/kubectl';
import type { Subcommand, ToolCall } from './cluster-tool.js';
import { shortName } from './minikube-members.js';
import { USAGE_STATUS, exitFor, profileName, runningCluster } from './minikube-cluster.js';
import { say } from './minikube-output.js';

/** constants.DefaultNamespaces of v1.37. */
const NAMESPACES = 'kube-system,kubernetes-dashboard,storage-gluster,istio-operator';
const CONTROL_PLANE = 'kube-system';
const DOCKER_MS = 500;

/** The nodes as each of their machines knows itself. */
const nodesOf = ({ profile, machines }: ClusterNode): readonly ClusterNode[] =>
  profile.nodes.flatMap(({ name }) => machines.get(name)?.facility(CLUSTER_NODE) ?? []);

/** Freezes the running containers of a node, or the frozen ones go on; how many they are, with their pods' sandboxes. */
function freeze({ kubelet }: ClusterNode, frozen: boolean, namespaces: readonly string[] | undefined): number {
  const chosen = kubelet
    .containers()
    .filter(
      ({ running, paused, namespace }) => running && paused !== frozen && (namespaces?.includes(namespace) ?? true),
    );
  for (const { id } of chosen) kubelet.freezeContainer(id, frozen);
  return chosen.length + new Set(chosen.map(({ podUid }) => podUid)).size;
}

/** Everything goes on, as when the nodes are started again. */
export function thaw(node: ClusterNode): void {
  node.components.freeze(false);
}

/**
 * `minikube pause` and `unpause` (pkg/minikube/cluster/pause.go): without the kubelets nothing is started in place of
 * the frozen containers; with those of kube-system the API takes connections and says nothing.
 */
function* change({ tool, flags }: ToolCall, frozen: boolean): Coroutine<number> {
  const node = yield* runningCluster(tool);
  if (typeof node === 'number') return node;
  const namespaces = flags.bool('all-namespaces') ? undefined : flags.list('namespaces');
  if (namespaces?.length === 0)
    return yield* exitFor(tool, 'MK_USAGE', 'Use -A to specify all namespaces', USAGE_STATUS);
  const nodes = nodesOf(node);
  let count = 0;
  for (const [index, each] of nodes.entries()) {
    const name = index === 0 ? profileName(node) : shortName(node, each.node.name);
    yield* say(tool, 'pause', `${frozen ? 'Pausing' : 'Unpausing'} node ${name} ... `);
    const kubelet = each.services.get('kubelet');
    if (frozen && kubelet?.active) each.services.change(kubelet, 'stop');
    yield* sleep(DOCKER_MS);
    count += freeze(each, frozen, namespaces);
    if (index === 0 && (namespaces?.includes(CONTROL_PLANE) ?? true)) each.components.freeze(frozen);
    if (!frozen && kubelet && !kubelet.active) each.services.change(kubelet, 'start');
  }
  const where = namespaces === undefined ? '' : ` in: ${namespaces.join(', ')}`;
  yield* say(tool, frozen ? 'unpause' : 'pause', `${frozen ? 'Paused' : 'Unpaused'} ${count} containers${where}`);
  return 0;
}

const FLAGS: readonly FlagDefinition[] = [
  stringSliceFlag('namespaces', '', { shorthand: 'n', default: NAMESPACES }),
  boolFlag('all-namespaces', '', { shorthand: 'A' }),
  stringFlag('output', '', { shorthand: 'o', default: 'text' }),
];

export const PAUSE_SUBCOMMANDS: readonly Subcommand[] = [
  { name: 'pause', flags: FLAGS, run: (call) => change(call, true) },
  { name: 'unpause', flags: FLAGS, run: (call) => change(call, false) },
];
