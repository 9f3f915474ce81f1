import type { ClusterNode } from '@seatrial/cluster';
import { sleep, type Coroutine } from '@seatrial/kernel';
import { boolFlag, intFlag } from '@seatrial/kubectl';
import { humanSize as humanUnits } from '../docker/engine/human-units.js';
import { notSimulated, type Subcommand, type ToolCall } from './cluster-tool.js';
import {
  containerNamed,
  containersOf,
  fullId,
  podNamed,
  podsOf,
  removedFrom,
  runtimeNode,
  sandboxOf,
  shortId,
  table,
  usedImages,
  type NodeContainer,
} from './crictl-runtime.js';

const STOP_MS = 200;
const SAMPLE_MS = 1000;

type OneOf = (call: ToolCall, node: ClusterNode, id: string) => Coroutine<number>;

/** A command on each of its arguments, on everything with `-a`. */
function onEach(all: (node: ClusterNode) => readonly string[], run: OneOf): (call: ToolCall) => Coroutine<number> {
  return function* (call) {
    const node = yield* runtimeNode(call);
    if (typeof node === 'number') return node;
    const ids = call.flags.bool('all') ? all(node) : call.args;
    if (ids.length === 0 && !call.flags.bool('all')) {
      yield* call.tool.err('FATA[0000] ID cannot be empty\n');
      return 1;
    }
    let status = 0;
    for (const id of ids) status = Math.max(status, yield* run(call, node, id));
    return status;
  };
}

/** Without a grace period it is killed at once (`--timeout` is 0 by default). */
function* end(call: ToolCall, node: ClusterNode, container: NodeContainer): Coroutine<void> {
  const seconds = call.flags.int('timeout');
  const runs = (): boolean => node.kubelet.containers().some(({ id, running }) => id === container.id && running);
  if (seconds > 0) {
    node.kubelet.killContainer(container.id, 'TERM');
    const deadline = node.apiServer.simulation.now() + seconds * 1000;
    while (runs() && node.apiServer.simulation.now() < deadline) yield* sleep(STOP_MS);
  }
  if (runs()) node.kubelet.killContainer(container.id, 'KILL');
  yield* sleep(STOP_MS);
}

const everyContainer = (node: ClusterNode): readonly string[] => containersOf(node).map(({ id }) => fullId(id));

const stop: OneOf = function* (call, node, id) {
  const container = yield* containerNamed(call, node, id);
  if (typeof container === 'number') return container;
  if (container.running) yield* end(call, node, container);
  yield* call.tool.out(`${id}\n`);
  return 0;
};

const remove: OneOf = function* (call, node, id) {
  const container = yield* containerNamed(call, node, id);
  if (typeof container === 'number') return container;
  if (container.running && !call.flags.bool('force')) {
    yield* call.tool.err(
      `FATA[0000] removing container "${id}" failed: rpc error: code = Unknown desc = failed to set removing state for container "${fullId(container.id)}": container is in running state\n`,
    );
    return 1;
  }
  if (container.running) yield* end(call, node, container);
  removedFrom(node).add(container.id);
  yield* call.tool.out(`${id}\n`);
  return 0;
};

const everyPod = (node: ClusterNode): readonly string[] =>
  podsOf(node).map(({ metadata }) => sandboxOf(node, metadata.uid).id);

const stopSandbox: OneOf = function* (call, node, id) {
  const pod = yield* podNamed(call, node, id);
  if (typeof pod === 'number') return pod;
  node.kubelet.stopSandbox(pod.metadata.uid);
  yield* sleep(STOP_MS);
  yield* call.tool.out(`Stopped sandbox ${id}\n`);
  return 0;
};

const removeSandbox: OneOf = function* (call, node, id) {
  const pod = yield* podNamed(call, node, id);
  if (typeof pod === 'number') return pod;
  const ended = pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
  if (!ended && !call.flags.bool('force')) {
    yield* call.tool.err(`FATA[0000] pod sandbox "${id}" is running, please stop it first\n`);
    return 1;
  }
  if (!ended) node.kubelet.stopSandbox(pod.metadata.uid);
  yield* sleep(STOP_MS);
  yield* call.tool.out(`Removed sandbox ${id}\n`);
  return 0;
};

/** Images by a beginning of their id or by name; what is pulled again is back. */
function* removeImages(call: ToolCall): Coroutine<number> {
  const node = yield* runtimeNode(call);
  if (typeof node === 'number') return node;
  const { tool, args, flags } = call;
  const used = usedImages(node);
  if (flags.bool('prune')) return 0;
  const wanted = flags.bool('all') ? used : args;
  if (wanted.length === 0) return yield* notSimulated(tool, 'rmi --help');
  for (const name of wanted) {
    const asked = node.images.resolve(name);
    const found = used.filter((reference) => {
      const image = node.images.resolve(reference);
      if (!image.ok) return false;
      const digest = image.value.configDigest.replace('sha256:', '');
      return (
        digest.startsWith(name.replace('sha256:', '')) || (asked.ok && asked.value.reference === image.value.reference)
      );
    });
    if (found.length === 0) {
      yield* tool.err(`FATA[0000] no such image ${name}\n`);
      return 1;
    }
    for (const reference of found) {
      removedFrom(node).add(reference);
      const image = node.images.resolve(reference);
      if (image.ok) yield* tool.out(`Deleted: ${image.value.reference}\n`);
    }
  }
  return 0;
}

interface Used {
  readonly cpuNanocores: number;
  readonly memoryBytes: number;
}

function usageOf(node: ClusterNode, { namespace, pod, name }: Pick<NodeContainer, 'namespace' | 'pod' | 'name'>): Used {
  const all = node.apiServer.kubelets.get(node.node.name)?.usage(namespace, pod) ?? [];
  return all.find(({ container }) => container === name) ?? { cpuNanocores: 0, memoryBytes: 0 };
}

const percent = (nanocores: number): string => (nanocores / 1e7).toFixed(2);

function* stats(call: ToolCall): Coroutine<number> {
  const node = yield* runtimeNode(call);
  if (typeof node === 'number') return node;
  yield* sleep(SAMPLE_MS);
  const [id = ''] = call.args;
  const out = table();
  out.write('CONTAINER\tNAME\tCPU %\tMEM\tDISK\tINODES\n');
  const containers = containersOf(node).filter((each) => each.running && fullId(each.id).startsWith(id));
  for (const each of [...containers].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const { cpuNanocores, memoryBytes } = usageOf(node, each);
    out.write(
      `${shortId(each.id)}\t${each.name}\t${percent(cpuNanocores)}\t${humanUnits(memoryBytes)}\t${humanUnits(24_576)}\t6\n`,
    );
  }
  yield* call.tool.out(out.flush());
  return 0;
}

function* podStats(call: ToolCall): Coroutine<number> {
  const node = yield* runtimeNode(call);
  if (typeof node === 'number') return node;
  yield* sleep(SAMPLE_MS);
  const out = table();
  out.write('POD\tPOD ID\tCPU %\tMEM\n');
  const rows = podsOf(node).map(({ metadata }) => {
    const own = containersOf(node).filter(({ podUid, running }) => podUid === metadata.uid && running);
    const used = own.map((each) => usageOf(node, each));
    const cpu = used.reduce((sum, each) => sum + each.cpuNanocores, 0);
    const memory = used.reduce((sum, each) => sum + each.memoryBytes, 0);
    return { name: metadata.name, id: sandboxOf(node, metadata.uid).id, cpu, memory };
  });
  for (const { name, id, cpu, memory } of rows.sort((a, b) => (a.id < b.id ? -1 : 1)))
    out.write(`${name}\t${shortId(id)}\t${percent(cpu)}\t${humanUnits(memory)}\n`);
  yield* call.tool.out(out.flush());
  return 0;
}

const all = boolFlag('all', '', { shorthand: 'a' });
const force = boolFlag('force', '', { shorthand: 'f' });

/** What crictl does to containers, sandboxes and images past the kubelet, and what it measures of them. */
export const LIFECYCLE_SUBCOMMANDS: readonly Subcommand[] = [
  { name: 'rm', flags: [all, force], run: onEach(everyContainer, remove) },
  { name: 'rmi', flags: [all, boolFlag('prune', '', { shorthand: 'q' })], run: removeImages },
  { name: 'rmp', flags: [all, force], run: onEach(everyPod, removeSandbox) },
  {
    name: 'stats',
    flags: [all, boolFlag('watch', '', { shorthand: 'w' }), intFlag('seconds', '', { shorthand: 's' })],
    run: stats,
  },
  { name: 'statsp', flags: [boolFlag('watch', '', { shorthand: 'w' })], run: podStats },
  { name: 'stop', flags: [all, intFlag('timeout', '', { shorthand: 't' })], run: onEach(everyContainer, stop) },
  { name: 'stopp', flags: [all], run: onEach(everyPod, stopSandbox) },
];
