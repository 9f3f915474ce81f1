import type { ClusterNode } from '@seatrial/cluster';
import { TextOutput, sleep, type Coroutine, type FacilityKey } from '@seatrial/kernel';
import { boolFlag, stringFlag } from '@seatrial/kubectl';
import { runCommand } from '@seatrial/shell';
import { offerToCluster } from '../docker/commands/push-image.js';
import { DockerEngine } from '../docker/engine/docker-engine.js';
import { runToEnd } from '../system/run-to-end.js';
import type { Tool } from '../tool/tool.js';
import { notSimulated, type Subcommand, type ToolCall } from './cluster-tool.js';
import { humanSize, removedFrom, shortId } from './crictl-runtime.js';
import { USAGE_STATUS, exitFor, runningCluster } from './minikube-cluster.js';
import { archiveTags, loadArchive } from './image-archive.js';
import { boxTable } from './minikube-output.js';

const LOAD_MS = 2000;
const PULL_MS = 3000;
const GUEST_STATUS = 80;
const OUTPUT_LIMIT = 1 << 24;

/** Images that a node has without a container of them: pulled or tagged by hand, by their references. */
const HELD: FacilityKey<Set<string>> = { name: 'minikube-images' };

function heldBy(node: ClusterNode): Set<string> {
  const machine = node.machines.get(node.node.name);
  const known = machine?.facility(HELD);
  if (known) return known;
  const made = new Set<string>();
  machine?.provide(HELD, made);
  return made;
}

/** The node has an image of that name from now on. */
function hold(node: ClusterNode, name: string): void {
  const found = node.images.resolve(name);
  if (!found.ok) return;
  heldBy(node).add(found.value.reference);
  removedFrom(node).delete(found.value.reference);
}

/** The reference of an image that the node has. */
function referenceOf(tool: Tool, node: ClusterNode, name: string): string | undefined {
  const found = node.images.resolve(name);
  return found.ok && imagesOf(tool, node).has(found.value.reference) ? found.value.reference : undefined;
}

/** The references of the images that the node has: its containers', Docker's that were loaded, and those held. */
function imagesOf(tool: Tool, node: ClusterNode): Set<string> {
  const engine = DockerEngine.of(tool.machine);
  const loaded = (engine?.images.list() ?? []).flatMap(({ id }) => engine?.images.tagsOf(id) ?? []);
  const names = new Set<string>();
  for (const name of [...node.kubelet.containers().map(({ image }) => image), ...loaded, ...heldBy(node)]) {
    const found = node.images.resolve(name);
    if (found.ok) names.add(found.value.reference);
  }
  for (const name of removedFrom(node)) names.delete(name);
  return names;
}

const usage = (tool: Tool, text: string): Coroutine<number> => exitFor(tool, 'MK_USAGE', text, USAGE_STATUS);

/** Images of the machine's Docker become the node's. */
function* loadImages({ tool, args }: ToolCall): Coroutine<number> {
  const node = yield* runningCluster(tool);
  if (typeof node === 'number') return node;
  if (args.length === 0)
    return yield* usage(
      tool,
      'Please provide an image in your local daemon to load into minikube via <minikube image load IMAGE_NAME>',
    );
  const engine = DockerEngine.of(tool.machine);
  for (const reference of args) {
    const image = engine?.images.find(reference);
    yield* sleep(LOAD_MS);
    if (!image && tool.machine.files.exists(tool.path(reference))) {
      if (loadArchive(tool, reference, node.images) !== 'loaded')
        return yield* notSimulated(tool, 'image load of another archive');
      for (const tag of archiveTags(tool, reference)) hold(node, tag);
      continue;
    }
    hold(node, reference);
    if (image && engine) {
      offerToCluster(engine, image, reference, node.images);
      hold(node, reference);
    } else if (!node.images.resolve(reference).ok)
      return yield* exitFor(
        tool,
        'GUEST_IMAGE_LOAD',
        `Failed to load image: save to dir: caching images: caching image "${reference}": write: unable to calculate manifest: Error: No such image: ${reference}`,
        GUEST_STATUS,
      );
  }
  return 0;
}

function* listImages({ tool, flags }: ToolCall): Coroutine<number> {
  const node = yield* runningCluster(tool);
  if (typeof node === 'number') return node;
  const sorted = [...imagesOf(tool, node)].sort((a, b) => (a < b ? 1 : -1));
  if (flags.string('format') !== 'table') yield* tool.out(sorted.map((name) => `${name}\n`).join(''));
  else
    yield* tool.out(
      boxTable(
        ['IMAGE', 'TAG', 'IMAGE ID', 'SIZE'],
        sorted.flatMap((name) => {
          const found = node.images.resolve(name);
          const colon = name.lastIndexOf(':');
          if (!found.ok) return [];
          const { configDigest, sizeBytes } = found.value;
          return [[name.slice(0, colon), name.slice(colon + 1), shortId(configDigest), humanSize(sizeBytes)]];
        }),
      ),
    );
  return 0;
}

/** Images that the node has no more. */
function* removeImages({ tool, args }: ToolCall): Coroutine<number> {
  const node = yield* runningCluster(tool);
  if (typeof node === 'number') return node;
  if (args.length === 0)
    return yield* usage(tool, 'Please provide an image to remove via <minikube image rm IMAGE_NAME>');
  for (const name of args) {
    const found = node.images.resolve(name);
    if (found.ok) removedFrom(node).add(found.value.reference);
  }
  return 0;
}

/** `docker build` whose image the node has. */
function* buildImage(call: ToolCall): Coroutine<number> {
  const { tool, flags, args } = call;
  const node = yield* runningCluster(tool);
  if (typeof node === 'number') return node;
  const tag = flags.string('tag');
  const file = flags.string('file') === '' ? [] : ['-f', flags.string('file')];
  const status = yield* runToEnd(tool, ['docker', 'build', ...(tag === '' ? [] : ['-t', tag]), ...file, ...args]);
  const engine = DockerEngine.of(tool.machine);
  const image = engine?.images.find(tag);
  if (status === 0 && engine && image) offerToCluster(engine, image, tag, node.images);
  return status;
}

/**
 * `minikube image pull`: what cannot be pulled is only logged (machine.PullImages, v1.37), so that it ends well without an
 * image.
 */
function* pullImages({ tool, args }: ToolCall): Coroutine<number> {
  const node = yield* runningCluster(tool);
  if (typeof node === 'number') return node;
  for (const name of args) {
    yield* sleep(PULL_MS);
    const found = node.images.resolve(name);
    if (!found.ok && found.error.mayExist === true) return yield* notSimulated(tool, `image pull ${name}`);
    if (!found.ok) continue;
    hold(node, name);
  }
  return 0;
}

/** Runs docker without a word, as the node does it; its status. */
function* quietly(tool: Tool, words: readonly string[]): Coroutine<number> {
  const [stdout, stderr] = [new TextOutput(OUTPUT_LIMIT), new TextOutput(OUTPUT_LIMIT)];
  const ended = yield* runCommand(tool.process, ['docker', ...words], { stdout, stderr });
  return ended.ok ? ended.value.code : 1;
}

/** Has the machine's Docker hold one of the node's images meanwhile; false where it does not get it. */
function* withImage(tool: Tool, name: string, use: () => Coroutine<number>): Coroutine<number | undefined> {
  const engine = DockerEngine.of(tool.machine);
  const isThere = engine?.images.find(name) !== undefined;
  if (!isThere && (yield* quietly(tool, ['pull', name])) !== 0) return undefined;
  const status = yield* use();
  if (!isThere) yield* quietly(tool, ['rmi', name]);
  return status;
}

/** `minikube image tag SOURCE TARGET`: a source that the node does not have is only logged. */
function* tagImage({ tool, args }: ToolCall): Coroutine<number> {
  const node = yield* runningCluster(tool);
  if (typeof node === 'number') return node;
  const [source, target] = args;
  if (args.length !== 2) return yield* usage(tool, 'Please provide source and target image');
  const engine = DockerEngine.of(tool.machine);
  if (!engine || referenceOf(tool, node, source) === undefined) return 0;
  const status = yield* withImage(tool, source, function* () {
    yield* sleep(0);
    const image = engine.images.find(source);
    if (image) offerToCluster(engine, image, target, node.images);
    return image ? 0 : 1;
  });
  if (status !== 0) return yield* notSimulated(tool, `image tag ${source}`);
  hold(node, target);
  return 0;
}

/** `minikube image save IMAGE ARCHIVE`. */
function* saveImage({ tool, args }: ToolCall): Coroutine<number> {
  const node = yield* runningCluster(tool);
  if (typeof node === 'number') return node;
  const [name, archive] = args;
  if (args.length === 0)
    return yield* usage(
      tool,
      'Please provide an image in the container runtime to save from minikube via <minikube image save IMAGE_NAME>',
    );
  if (args.length !== 2 || archive === '-' || referenceOf(tool, node, name) === undefined)
    return yield* notSimulated(tool, `image save ${args.join(' ')}`);
  const status = yield* withImage(tool, name, () => quietly(tool, ['save', '-o', archive, name]));
  return status ?? (yield* notSimulated(tool, `image save ${name}`));
}

const format = [stringFlag('format')];

/** `minikube image …`. */
export const IMAGE_SUBCOMMANDS: readonly Subcommand[] = [
  {
    name: 'image build',
    flags: [stringFlag('tag', '', { shorthand: 't' }), stringFlag('file', '', { shorthand: 'f' })],
    run: buildImage,
  },
  { name: 'image list', flags: format, run: listImages },
  { name: 'image load', flags: [boolFlag('daemon'), boolFlag('overwrite')], run: loadImages },
  { name: 'image ls', flags: format, run: listImages },
  { name: 'image pull', run: pullImages },
  { name: 'image push' },
  { name: 'image rm', run: removeImages },
  { name: 'image save', flags: [boolFlag('daemon'), boolFlag('remote')], run: saveImage },
  { name: 'image tag', run: tagImage },
  { name: 'image unload', run: removeImages },
];
