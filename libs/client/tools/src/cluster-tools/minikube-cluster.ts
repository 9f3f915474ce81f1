import type { ClusterNode } from '@seatrial/cluster';
import type { Coroutine } from '@seatrial/kernel';
import type { Tool } from '../tool/tool.js';
import { nodeOf } from './cluster-tool.js';
import type { InstalledCluster } from './installed-cluster.js';
import { InstalledClusters } from './installed-clusters.js';
import { say, warn } from './minikube-output.js';
import { exampleCommand, profileOf } from './minikube-profile.js';

/** A wrong call (pkg/minikube/reason, ExProgramUsage of v1.37). */
export const USAGE_STATUS = 14;
/** Something of the cluster is not there. */
export const GUEST_NOT_FOUND_STATUS = 85;
const GUEST_NOT_RUNNING_STATUS = 83;
const CONTROL_PLANE_NOT_RUNNING_STATUS = 103;

/** The cluster of the call's profile, when the machine has one. */
export function minikubeCluster(tool: Tool): InstalledCluster | undefined {
  const cluster = InstalledClusters.of(tool)?.find('minikube', profileOf(tool));
  return cluster?.exists ? cluster : undefined;
}

/** A cluster's profile. */
export const profileName = ({ profile }: Pick<ClusterNode, 'profile'>): string => profile.kubeconfig.cluster;

/** The running cluster of the call's profile; without one, minikube's word for it and its status. */
export function* runningCluster(tool: Tool): Coroutine<ClusterNode | number> {
  const cluster = minikubeCluster(tool);
  if (cluster && cluster.stage !== 'stopped')
    return (cluster.homeNode === undefined ? undefined : nodeOf(tool)) ?? cluster.node;
  if (cluster) {
    yield* say(tool, 'shrug', `The control-plane node ${cluster.name} host is not running: state=Stopped`);
    yield* say(tool, 'tip', `To start a cluster, run: "${exampleCommand('start', cluster.name)}"`);
    return GUEST_NOT_RUNNING_STATUS;
  }
  yield* profileNotFound(tool);
  return GUEST_NOT_FOUND_STATUS;
}

/** The running cluster whose API answers; else minikube's word for it and its status (mustload.Healthy). */
export function* healthyCluster(tool: Tool): Coroutine<ClusterNode | number> {
  const node = yield* runningCluster(tool);
  if (typeof node === 'number' || (!node.components.frozen && node.apiServer.available)) return node;
  const paused = node.components.frozen !== undefined;
  const name = profileName(node);
  yield* say(
    tool,
    'shrug',
    `The control-plane node ${name} apiserver is ${paused ? 'paused' : 'not running: (state=Stopped)'}`,
  );
  yield* say(tool, 'tip', `To start a cluster, run: "${exampleCommand(paused ? 'unpause' : 'start', name)}"`);
  return CONTROL_PLANE_NOT_RUNNING_STATUS;
}

/** There is no cluster of the call's profile. */
export function* profileNotFound(tool: Tool): Coroutine<void> {
  const name = profileOf(tool);
  yield* say(tool, 'shrug', `Profile "${name}" not found. Run "minikube profile list" to view all profiles.`);
  yield* say(tool, 'tip', `To start a cluster, run: "${exampleCommand('start', name)}"`);
}

/** `❌  Exiting due to REASON: text`. */
export function* exitFor(tool: Tool, reason: string, text: string, status: number): Coroutine<number> {
  yield* tool.err('\n');
  yield* warn(tool, 'failure', `Exiting due to ${reason}: ${text}`);
  return status;
}
