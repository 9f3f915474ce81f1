import type { ClusterNode } from '@seatrial/cluster';
import type { Coroutine } from '@seatrial/kernel';
import type { Tool } from '../tool/tool.js';
import { nodeOf } from './cluster-tool.js';
import { InstalledCluster } from './installed-cluster.js';
import { say, warn } from './minikube-output.js';

const GUEST_NOT_FOUND_STATUS = 85;
const GUEST_NOT_RUNNING_STATUS = 83;
const CONTROL_PLANE_NOT_RUNNING_STATUS = 103;

/** The cluster of the profile `minikube`, when the machine has one. */
export function minikubeCluster(tool: Tool): InstalledCluster | undefined {
  const cluster = InstalledCluster.of(tool, 'minikube');
  return cluster?.exists ? cluster : undefined;
}

/** The running cluster; without one, minikube's word for it and its status. */
export function* runningCluster(tool: Tool): Coroutine<ClusterNode | number> {
  const cluster = minikubeCluster(tool);
  if (cluster && cluster.stage !== 'stopped') return nodeOf(tool) ?? cluster.node;
  if (cluster) {
    yield* say(tool, 'shrug', 'The control-plane node minikube host is not running: state=Stopped');
    yield* say(tool, 'tip', 'To start a cluster, run: "minikube start"');
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
  yield* say(
    tool,
    'shrug',
    `The control-plane node minikube apiserver is ${paused ? 'paused' : 'not running: (state=Stopped)'}`,
  );
  yield* say(tool, 'tip', `To start a cluster, run: "minikube ${paused ? 'unpause' : 'start'}"`);
  return CONTROL_PLANE_NOT_RUNNING_STATUS;
}

/** There is no cluster of the profile. */
export function* profileNotFound(tool: Tool, name = 'minikube'): Coroutine<void> {
  const start = name === 'minikube' ? 'minikube start' : `minikube start -p ${name}`;
  yield* say(tool, 'shrug', `Profile "${name}" not found. Run "minikube profile list" to view all profiles.`);
  yield* say(tool, 'tip', `To start a cluster, run: "${start}"`);
}

/** `❌  Exiting due to REASON: text`. */
export function* exitFor(tool: Tool, reason: string, text: string, status: number): Coroutine<number> {
  yield* tool.err('\n');
  yield* warn(tool, 'failure', `Exiting due to ${reason}: ${text}`);
  return status;
}
