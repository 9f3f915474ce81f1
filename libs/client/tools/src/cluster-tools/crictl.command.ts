import { sleep, type Coroutine } from '@seatrial/kernel';
import { boolFlag, intFlag, stringFlag } from '@seatrial/kubectl';
import { humanDuration } from '../docker/engine/human-units.js';
import { compileExpression } from '../text/regular-expression.js';
import { CONFIG_SUBCOMMAND } from './crictl-config.js';
import { clusterTool, notSimulated, type ClusterTool, type ToolCall } from './cluster-tool.js';
import { execInContainer } from './crictl-exec.js';
import { INSPECT_SUBCOMMANDS } from './crictl-inspect.js';
import { containerItem, imageItem, podItem } from './crictl-objects.js';
import { LIFECYCLE_SUBCOMMANDS } from './crictl-lifecycle.js';
import {
  containerOf,
  containersOf,
  fullId,
  humanSize,
  imageId,
  podsOf,
  removedFrom,
  runtimeNode,
  sandboxOf,
  shortId,
  table,
  usedImages,
} from './crictl-runtime.js';

const PULL_MS = 1000;
const VERSION = 'v1.35.0';
/** Names are regular expressions. */
function matches(pattern: string, text: string): boolean {
  if (pattern === '') return true;
  const compiled = compileExpression(pattern, { extended: true });
  return compiled.ok && compiled.value.test(text);
}

function* ps(call: ToolCall): Coroutine<number> {
  const node = yield* runtimeNode(call);
  if (typeof node === 'number') return node;
  const { tool, flags } = call;
  const wanted = (name: string, text: string): boolean => matches(flags.string(name), text);
  const containers = [...containersOf(node)]
    .filter(
      ({ running }) =>
        running || flags.bool('all') || flags.bool('latest') || flags.int('last') > 0 || flags.string('state') !== '',
    )
    .filter(
      ({ running }) => flags.string('state') === '' || (flags.string('state').toLowerCase() === 'running') === running,
    )
    .filter(({ id }) => fullId(id).startsWith(flags.string('id')))
    .filter(({ image }) => image.includes(flags.string('image')))
    .filter(
      ({ name, podUid, namespace }) =>
        wanted('name', name) &&
        wanted('namespace', namespace) &&
        (flags.string('pod') === '' || sandboxOf(node, podUid).id.startsWith(flags.string('pod'))),
    )
    .sort((a, b) => b.createdAt - a.createdAt)
    .slice(0, flags.bool('latest') ? 1 : flags.int('last') > 0 ? flags.int('last') : undefined);
  if (flags.string('output') === 'json') {
    yield* tool.out(
      `${JSON.stringify({ containers: containers.map((each) => containerItem(node, each)) }, null, 2)}\n`,
    );
    return 0;
  }
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
        shortId(sandboxOf(node, container.podUid).id),
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
  const sandboxes = podsOf(node)
    .filter(({ metadata }) => matches(flags.string('namespace'), metadata.namespace ?? ''))
    .filter(({ metadata }) => matches(flags.string('name'), metadata.name))
    .sort((a, b) => begun(b.status?.startTime) - begun(a.status?.startTime));
  if (flags.string('output') === 'json') {
    yield* tool.out(`${JSON.stringify({ items: sandboxes.map((each) => podItem(node, each)) }, null, 2)}\n`);
    return 0;
  }
  if (flags.bool('quiet')) {
    yield* tool.out(sandboxes.map(({ metadata }) => `${sandboxOf(node, metadata.uid).id}\n`).join(''));
    return 0;
  }
  const out = table();
  out.write('POD ID\tCREATED\tSTATE\tNAME\tNAMESPACE\tATTEMPT\tRUNTIME\n');
  for (const { metadata, status } of sandboxes) {
    const ended = status?.phase === 'Succeeded' || status?.phase === 'Failed';
    const { id, attempt } = sandboxOf(node, metadata.uid);
    const age = tool.machine.simulation.now() - begun(status?.startTime);
    out.write(
      `${shortId(id)}\t${humanDuration(age)} ago\t${ended ? 'NotReady' : 'Ready'}\t${metadata.name}\t${metadata.namespace ?? ''}\t${attempt}\t(default)\n`,
    );
  }
  yield* tool.out(out.flush());
  return 0;
}

function* images(call: ToolCall): Coroutine<number> {
  const node = yield* runtimeNode(call);
  if (typeof node === 'number') return node;
  const { tool, flags, args } = call;
  if (flags.string('output') === 'json') {
    const items = usedImages(node).flatMap((reference) => imageItem(node, reference) ?? []);
    yield* tool.out(`${JSON.stringify({ images: items }, null, 2)}\n`);
    return 0;
  }
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

/** What a container has printed, by way of the kubelet that keeps it. */
function* logs(call: ToolCall): Coroutine<number> {
  const node = yield* runtimeNode(call);
  if (typeof node === 'number') return node;
  const container = yield* containerOf(call, node);
  if (typeof container === 'number') return container;
  const { flags, tool } = call;
  const { namespace, pod, name, id } = container;
  const read = node.apiServer.kubelets.get(node.node.name)?.logs(namespace, pod, {
    container: name,
    ...(flags.bool('previous') ? { previous: true } : { containerId: id }),
    follow: flags.bool('follow'),
    timestamps: flags.bool('timestamps'),
    ...(flags.int('tail') >= 0 && { tailLines: flags.int('tail') }),
  });
  if (!read?.ok) return yield* notSimulated(tool, 'logs of a container that the kubelet has removed');
  for (let piece = yield* read.value.read(); piece !== undefined; piece = yield* read.value.read())
    yield* tool.out(piece);
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
  removedFrom(node).delete(found.value.reference);
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

const output = stringFlag('output', '', { shorthand: 'o' });
const quiet = boolFlag('quiet', '', { shorthand: 'q' });
const listFlags = [
  boolFlag('all', '', { shorthand: 'a' }),
  quiet,
  boolFlag('no-trunc'),
  stringFlag('name'),
  stringFlag('namespace'),
  stringFlag('state', '', { shorthand: 's' }),
  stringFlag('label'),
  stringFlag('id'),
  stringFlag('image'),
  output,
  boolFlag('latest', '', { shorthand: 'l' }),
  intFlag('last', '', { shorthand: 'n' }),
];

/** crictl on the containers of the node's kubelet. */
export const CRICTL: ClusterTool = {
  name: 'crictl',
  version: VERSION,
  passThrough: execInContainer,
  flags: [
    stringFlag('runtime-endpoint', '', { shorthand: 'r' }),
    stringFlag('image-endpoint', '', { shorthand: 'i' }),
    boolFlag('debug', '', { shorthand: 'D' }),
  ],
  subcommands: [
    CONFIG_SUBCOMMAND,
    { name: 'images', flags: [quiet, boolFlag('no-trunc'), boolFlag('digests'), output], run: images },
    { name: 'image', flags: [quiet], run: images },
    { name: 'img', flags: [quiet], run: images },
    ...INSPECT_SUBCOMMANDS,
    {
      name: 'logs',
      flags: [
        boolFlag('follow', '', { shorthand: 'f' }),
        boolFlag('previous', '', { shorthand: 'p' }),
        boolFlag('timestamps', '', { shorthand: 't' }),
        intFlag('tail', '', { default: '-1' }),
      ],
      run: logs,
    },
    { name: 'pods', flags: listFlags, run: pods },
    { name: 'ps', flags: [...listFlags, stringFlag('pod', '', { shorthand: 'p' })], run: ps },
    { name: 'pull', flags: [stringFlag('creds'), stringFlag('auth')], run: pull },
    ...LIFECYCLE_SUBCOMMANDS,
    { name: 'version', run: version },
  ],
};

export const crictl = clusterTool(CRICTL);
