import { PODS } from '@seatrial/apiserver';
import type { ClusterNode } from '@seatrial/cluster';
import { compareStrings, sha256Hex, sleep, type Coroutine } from '@seatrial/kernel';
import { TabWriter, boolFlag, intFlag, stringFlag } from '@seatrial/kubectl';
import { humanDuration } from '../docker/engine/human-units.js';
import { clusterTool, nodeOf, notSimulated, type ClusterTool, type ToolCall } from './cluster-tool.js';

const VERSION = 'v1.35.0';
const SHORT_ID = 13;
const PULL_MS = 1000;

/** A size as crictl prints it (docker/go-units HumanSizeWithPrecision, three digits). */
function humanSize(bytes: number): string {
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
function* runtimeNode({ tool }: ToolCall): Coroutine<ClusterNode | number> {
  const node = nodeOf(tool);
  if (!node) return yield* notSimulated(tool, 'away from a node');
  if (tool.process.user === 'root') return node;
  yield* tool.err(
    'FATA[0000] validate service connection: validate CRI v1 runtime API for endpoint "unix:///run/containerd/containerd.sock": rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial unix /run/containerd/containerd.sock: connect: permission denied" \n',
  );
  return 1;
}

const shortId = (id: string): string => id.replace(/^.*?:(\/\/)?/, '').slice(0, SHORT_ID);
/** The sandbox's id: the simulation keeps no sandboxes, so it follows from the pod. */
const sandboxId = (podUid: string): string => sha256Hex(`sandbox ${podUid}`);

function imageId(node: ClusterNode, reference: string): string {
  const resolved = node.images.resolve(reference);
  return resolved.ok ? resolved.value.configDigest : `sha256:${sha256Hex(reference)}`;
}

/** What the node has pulled for the containers that it has. */
function usedImages(node: ClusterNode): string[] {
  return [...new Set(node.kubelet.containers().map(({ image }) => image))].sort(compareStrings);
}

const table = (): TabWriter => new TabWriter({ minWidth: 20, padding: 3 });

function* ps(call: ToolCall): Coroutine<number> {
  const node = yield* runtimeNode(call);
  if (typeof node === 'number') return node;
  const { tool, flags } = call;
  const wanted = (name: string, text: string): boolean =>
    flags.string(name) === '' || text.includes(flags.string(name));
  const containers = [...node.kubelet.containers()]
    .filter(({ running }) => running || flags.bool('all'))
    .filter(
      ({ name, podUid, namespace }) =>
        wanted('name', name) &&
        wanted('namespace', namespace) &&
        (flags.string('pod') === '' || sandboxId(podUid).startsWith(flags.string('pod'))),
    ) // prettier-ignore
    .sort((a, b) => b.createdAt - a.createdAt);
  if (flags.bool('quiet')) {
    yield* tool.out(containers.map(({ id }) => `${id.replace(/^.*?:\/\//, '')}\n`).join(''));
    return 0;
  }
  const out = table();
  out.write('CONTAINER\tIMAGE\tCREATED\tSTATE\tNAME\tATTEMPT\tPOD ID\tPOD\tNAMESPACE\n');
  for (const container of containers)
    out.write(
      `${[
        shortId(container.id),
        shortId(imageId(node, container.image)),
        `${humanDuration(tool.machine.simulation.now() - container.createdAt)} ago`,
        container.running ? 'Running' : 'Exited',
        container.name,
        String(container.attempt),
        sandboxId(container.podUid).slice(0, SHORT_ID),
        container.pod,
        container.namespace,
      ].join('\t')}\n`,
    );
  yield* tool.out(out.flush());
  return 0;
}

function* pods(call: ToolCall): Coroutine<number> {
  const node = yield* runtimeNode(call);
  if (typeof node === 'number') return node;
  const { tool, flags } = call;
  const begun = (start: string | undefined): number => Date.parse(start ?? '') || 0;
  const sandboxes = node.apiServer.store
    .list(PODS)
    .filter(({ spec, status }) => spec.nodeName === node.node.name && status?.startTime !== undefined)
    .filter(({ metadata }) => flags.string('namespace') === '' || metadata.namespace === flags.string('namespace'))
    .filter(({ metadata }) => flags.string('name') === '' || metadata.name.includes(flags.string('name')))
    .sort((a, b) => begun(b.status?.startTime) - begun(a.status?.startTime));
  if (flags.bool('quiet')) {
    yield* tool.out(sandboxes.map(({ metadata }) => `${sandboxId(metadata.uid)}\n`).join(''));
    return 0;
  }
  const out = table();
  out.write('POD ID\tCREATED\tSTATE\tNAME\tNAMESPACE\tATTEMPT\tRUNTIME\n');
  for (const { metadata, status } of sandboxes) {
    const ended = status?.phase === 'Succeeded' || status?.phase === 'Failed';
    const age = tool.machine.simulation.now() - begun(status?.startTime);
    out.write(
      `${sandboxId(metadata.uid).slice(0, SHORT_ID)}\t${humanDuration(age)} ago\t${ended ? 'NotReady' : 'Ready'}\t${metadata.name}\t${metadata.namespace ?? ''}\t0\t(default)\n`,
    );
  }
  yield* tool.out(out.flush());
  return 0;
}

function* images(call: ToolCall): Coroutine<number> {
  const node = yield* runtimeNode(call);
  if (typeof node === 'number') return node;
  const { tool, flags, args } = call;
  const out = table();
  out.write('IMAGE\tTAG\tIMAGE ID\tSIZE\n');
  const ids: string[] = [];
  for (const reference of usedImages(node)) {
    const resolved = node.images.resolve(reference);
    if (!resolved.ok || (args.length > 0 && !reference.includes(args[0]))) continue;
    const name = resolved.value.reference;
    const colon = name.lastIndexOf(':');
    const id = resolved.value.configDigest;
    ids.push(id);
    out.write(
      `${name.slice(0, colon)}\t${name.slice(colon + 1)}\t${shortId(id)}\t${humanSize(resolved.value.sizeBytes)}\n`,
    );
  }
  yield* tool.out(flags.bool('quiet') ? ids.map((id) => `${id}\n`).join('') : out.flush());
  return 0;
}

type NodeContainer = ReturnType<ClusterNode['kubelet']['containers']>[number];

/** The one container whose id begins so. */
function* containerOf(call: ToolCall, node: ClusterNode): Coroutine<NodeContainer | number> {
  const [id] = call.args;
  if (id === undefined) {
    yield* call.tool.err('FATA[0000] ID cannot be empty\n');
    return 1;
  }
  const found = node.kubelet.containers().filter((container) => container.id.replace(/^.*?:\/\//, '').startsWith(id));
  if (found.length === 1) return found[0];
  const problem = found.length > 1 ? 'multiple IDs found with provided prefix' : `code = NotFound desc = an error occurred when try to find container "${id}"`; // prettier-ignore
  yield* call.tool.err(`FATA[0000] rpc error: ${problem}: ${found.length > 1 ? id : 'not found'}\n`);
  return 1;
}

/** What a container has printed, by way of the kubelet that keeps it. */
function* logs(call: ToolCall): Coroutine<number> {
  const node = yield* runtimeNode(call);
  if (typeof node === 'number') return node;
  const container = yield* containerOf(call, node);
  if (typeof container === 'number') return container;
  const { flags, tool } = call;
  const { namespace, pod, name, podUid } = container;
  const later = node.kubelet.containers().some((each) => each.podUid === podUid && each.name === name && each.createdAt > container.createdAt); // prettier-ignore
  const read = node.apiServer.kubelets.get(node.node.name)?.logs(namespace, pod, {
    container: name,
    previous: later || flags.bool('previous'),
    follow: flags.bool('follow'),
    timestamps: flags.bool('timestamps'),
    ...(flags.int('tail') >= 0 && { tailLines: flags.int('tail') }),
  });
  if (!read?.ok) return yield* notSimulated(tool, 'logs of a container that the kubelet has removed');
  for (let piece = yield* read.value.read(); piece !== undefined; piece = yield* read.value.read()) yield* tool.out(piece); // prettier-ignore
  return 0;
}

/** An image that is there already, or that a registry of the simulation has. */
function* pull(call: ToolCall): Coroutine<number> {
  const node = yield* runtimeNode(call);
  if (typeof node === 'number') return node;
  const [reference] = call.args;
  if (reference === undefined) {
    yield* call.tool.err('FATA[0000] image name cannot be empty\n');
    return 1;
  }
  const found = node.images.resolve(reference);
  if (!found.ok) return yield* notSimulated(call.tool, `pull of an unknown image (${reference})`);
  yield* sleep(PULL_MS);
  yield* call.tool.out(`Image is up to date for ${found.value.configDigest}\n`);
  return 0;
}

function* version(call: ToolCall): Coroutine<number> {
  const node = yield* runtimeNode(call);
  if (typeof node === 'number') return node;
  const [runtime, release] = node.node.containerRuntimeVersion.split('://');
  if (runtime !== 'containerd') return yield* notSimulated(call.tool, `version with ${runtime}`);
  yield* call.tool.out(
    `Version:  0.1.0\nRuntimeName:  containerd\nRuntimeVersion:  v${release}\nRuntimeApiVersion:  v1\n`,
  );
  return 0;
}

const quiet = boolFlag('quiet', '', { shorthand: 'q' });
const listFlags = [
  boolFlag('all', '', { shorthand: 'a' }),
  quiet,
  boolFlag('no-trunc'),
  stringFlag('name'),
  stringFlag('namespace'),
  stringFlag('state', '', { shorthand: 's' }),
  stringFlag('label'),
];

/** crictl on the containers of the node's kubelet. */
export const CRICTL: ClusterTool = {
  name: 'crictl',
  version: VERSION,
  flags: [stringFlag('runtime-endpoint', '', { shorthand: 'r' }), stringFlag('image-endpoint', '', { shorthand: 'i' }), boolFlag('debug', '', { shorthand: 'D' })], // prettier-ignore
  subcommands: [
    { name: 'exec' },
    { name: 'images', flags: [quiet], run: images },
    { name: 'info' },
    { name: 'inspect' },
    { name: 'inspectp' },
    { name: 'logs', flags: [boolFlag('follow', '', { shorthand: 'f' }), boolFlag('previous', '', { shorthand: 'p' }), boolFlag('timestamps', '', { shorthand: 't' }), intFlag('tail', '', { default: '-1' })], run: logs }, // prettier-ignore
    { name: 'pods', flags: listFlags, run: pods },
    { name: 'ps', flags: [...listFlags, stringFlag('pod', '', { shorthand: 'p' })], run: ps },
    { name: 'pull', flags: [stringFlag('creds'), stringFlag('auth')], run: pull },
    { name: 'rm' },
    { name: 'rmi' },
    { name: 'stop' },
    { name: 'version', run: version },
  ],
};

export const crictl = clusterTool(CRICTL);
