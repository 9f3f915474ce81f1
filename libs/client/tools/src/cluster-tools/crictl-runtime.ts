import type { ClusterNode } from '@seatrial/cluster';
import { compareStrings, sha256Hex, type Coroutine, type FacilityKey } from '@seatrial/kernel';
import { PODS, type Pod } from '@seatrial/apiserver';
import { TabWriter } from '@seatrial/kubectl';
import { nodeOf, notSimulated, type ToolCall } from './cluster-tool.js';
import { crictlSettings } from './crictl-config.js';

const SHORT_ID = 13;
/** Where the runtimes of nodes listen. */
const SOCKETS = ['/run/containerd/containerd.sock', '/var/run/containerd/containerd.sock', '/var/run/cri-dockerd.sock', '/run/k3s/containerd/containerd.sock']; // prettier-ignore

/** A size as crictl prints it (docker/go-units HumanSizeWithPrecision, three digits). */
export function humanSize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${Number(value.toPrecision(3))}${units[unit]}`;
}

/** The node, when the runtime's socket may be opened. */
export function* runtimeNode({ tool, flags }: ToolCall): Coroutine<ClusterNode | number> {
  const node = nodeOf(tool);
  if (!node) return yield* notSimulated(tool, 'away from a node');
  const endpoint = flags.string('runtime-endpoint') || crictlSettings(tool)['runtime-endpoint'];
  const path = endpoint.replace(/^unix:\/\//, '');
  if (path !== '' && !SOCKETS.includes(path)) {
    yield* tool.err(
      `FATA[0000] validate service connection: validate CRI v1 runtime API for endpoint "${endpoint}": rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial unix ${path}: connect: no such file or directory" \n`,
    );
    return 1;
  }
  if (tool.process.user === 'root') return node;
  yield* tool.err(
    'FATA[0000] validate service connection: validate CRI v1 runtime API for endpoint "unix:///run/containerd/containerd.sock": rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial unix /run/containerd/containerd.sock: connect: permission denied" \n',
  );
  return 1;
}

export const shortId = (id: string): string => id.replace(/^.*?:(\/\/)?/, '').slice(0, SHORT_ID);
/** The sandbox's id follows from the pod, and how often it was made anew. */
export const sandboxId = (podUid: string, attempt = 0): string =>
  sha256Hex(`sandbox ${podUid}${attempt > 0 ? ` ${String(attempt)}` : ''}`);

/** What was removed past the kubelet: ids of containers, references of images. */
const REMOVED: FacilityKey<Set<string>> = { name: 'crictl-removed' };

export function removedFrom(node: ClusterNode): Set<string> {
  const machine = node.machines.get(node.node.name);
  const known = machine?.facility(REMOVED);
  if (known) return known;
  const made = new Set<string>();
  machine?.provide(REMOVED, made);
  return made;
}

export function imageId(node: ClusterNode, reference: string): string {
  const resolved = node.images.resolve(reference);
  return resolved.ok ? resolved.value.configDigest : `sha256:${sha256Hex(reference)}`;
}

/** What the node has pulled for the containers that it has, but for what was removed since. */
export function usedImages(node: ClusterNode): string[] {
  const removed = removedFrom(node);
  const running = node.kubelet.containers().map(({ image }) => image);
  return [...new Set(running)].filter((image) => !removed.has(image)).sort(compareStrings);
}

export const table = (): TabWriter => new TabWriter({ minWidth: 20, padding: 3 });

export type NodeContainer = ReturnType<ClusterNode['kubelet']['containers']>[number];

export const fullId = (id: string): string => id.replace(/^.*?:\/\//, '');

/** The node's containers that were not removed. */
export const containersOf = (node: ClusterNode): readonly NodeContainer[] => {
  const removed = removedFrom(node);
  return node.kubelet.containers().filter(({ id }) => !removed.has(id));
};

/** The pods of the node that have a sandbox. */
export const podsOf = (node: ClusterNode): readonly Pod[] =>
  node.apiServer.store
    .list(PODS)
    .filter(({ spec, status }) => spec.nodeName === node.node.name && status?.startTime !== undefined);

const attemptOf = (node: ClusterNode, podUid: string): number =>
  node.kubelet.containers().find((each) => each.podUid === podUid)?.sandboxAttempt ?? 0;

/** The id of a pod's sandbox now, and how often it was made before. */
export const sandboxOf = (node: ClusterNode, podUid: string): { readonly id: string; readonly attempt: number } => {
  const attempt = attemptOf(node, podUid);
  return { id: sandboxId(podUid, attempt), attempt };
};

/** The one container whose id begins so. */
export function* containerNamed(call: ToolCall, node: ClusterNode, id: string): Coroutine<NodeContainer | number> {
  const found = containersOf(node).filter((container) => fullId(container.id).startsWith(id));
  if (found.length === 1) return found[0];
  const problem =
    found.length > 1
      ? 'multiple IDs found with provided prefix'
      : `code = NotFound desc = an error occurred when try to find container "${id}"`;
  yield* call.tool.err(`FATA[0000] rpc error: ${problem}: ${found.length > 1 ? id : 'not found'}\n`);
  return 1;
}

/** The container that the first argument names. */
export function* containerOf(call: ToolCall, node: ClusterNode): Coroutine<NodeContainer | number> {
  const [id] = call.args;
  if (id !== undefined) return yield* containerNamed(call, node, id);
  yield* call.tool.err('FATA[0000] ID cannot be empty\n');
  return 1;
}

/** The pod whose sandbox's id begins so. */
export function* podNamed(call: ToolCall, node: ClusterNode, id: string): Coroutine<Pod | number> {
  const found = podsOf(node).filter(({ metadata }) => sandboxOf(node, metadata.uid).id.startsWith(id));
  if (found.length === 1) return found[0];
  yield* call.tool.err(
    `FATA[0000] rpc error: code = NotFound desc = an error occurred when try to find sandbox: not found\n`,
  );
  return 1;
}
