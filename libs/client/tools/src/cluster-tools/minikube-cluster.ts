import type { ClusterNode } from '@seatrial/cluster';
import type { Coroutine } from '@seatrial/kernel';
import type { Tool } from '../tool/tool.js';
import { nodeOf } from './cluster-tool.js';
import { say } from './minikube-output.js';

const GUEST_NOT_FOUND_STATUS = 85;

/** The cluster of the profile `minikube`, when the machine runs one. */
export function minikubeNode(tool: Tool): ClusterNode | undefined {
  const node = nodeOf(tool);
  return node?.profile.name === 'minikube' ? node : undefined;
}

/** The running cluster; without one, minikube's word for it and its status. */
export function* runningCluster(tool: Tool): Coroutine<ClusterNode | number> {
  const node = minikubeNode(tool);
  if (node) return node;
  yield* say(tool, 'shrug', 'Profile "minikube" not found. Run "minikube profile list" to view all profiles.');
  yield* say(tool, 'tip', 'To start a cluster, run: "minikube start"');
  return GUEST_NOT_FOUND_STATUS;
}
