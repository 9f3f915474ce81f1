import { CLUSTER_NODE, type ClusterFailures } from '@seatrial/cluster';
import { sleep, type Coroutine } from '@seatrial/kernel';
import type { DockerCall } from '../docker-command.js';

/** Installers whose nodes are containers of the machine's Docker. */
const IN_DOCKER: readonly string[] = ['k3d', 'kind'];
const STOP_MS = 2000;
const BOOT_MS = 5000;

/** A container that is a node of the student's cluster. */
export interface NodeContainer {
  readonly name: string;
  readonly failures: ClusterFailures;
}

/** The node that a name means where nodes are containers; the student's own machine is none. */
export function nodeContainer(call: DockerCall, name: string): NodeContainer | undefined {
  const node = call.process.machine.facility(CLUSTER_NODE);
  if (!node || !IN_DOCKER.includes(node.profile.name) || call.engine.find(name)) return undefined;
  const found = node.profile.nodes.some((each) => each.name === name) && name !== node.node.name;
  return found ? { name, failures: node.failures } : undefined;
}

/** Stops a node's container: its pods die with it. */
export function* stopNode({ name, failures }: NodeContainer): Coroutine<void> {
  yield* sleep(STOP_MS);
  failures.begin(name, 'powered-off');
}

export function* startNode({ name, failures }: NodeContainer): Coroutine<void> {
  yield* sleep(STOP_MS);
  failures.end(name, 'powered-off', BOOT_MS);
}
