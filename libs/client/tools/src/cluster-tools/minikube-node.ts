import { baseName, sleep, type Coroutine } from '@seatrial/kernel';
import { boolFlag, stringFlag } from '@seatrial/kubectl';
import { offerToCluster } from '../docker/commands/push-image.js';
import { DockerEngine } from '../docker/engine/docker-engine.js';
import { runToEnd } from '../system/run-to-end.js';
import { errorText } from '../tool/tool.js';
import { logIn } from './ssh.command.js';
import { notSimulated, type Subcommand, type ToolCall } from './cluster-tool.js';
import { humanSize, removedFrom, shortId } from './crictl-runtime.js';
import { exitFor, minikubeCluster, profileName, runningCluster } from './minikube-cluster.js';
import { shortName } from './minikube-members.js';
import { loadArchive } from './image-archive.js';
import { boxTable } from './minikube-output.js';

const LOAD_MS = 2000;
const USAGE_STATUS = 64;
const GUEST_STATUS = 80;

/** Images of the machine's Docker become the node's. */
function* loadImages({ tool, args }: ToolCall): Coroutine<number> {
  const node = yield* runningCluster(tool);
  if (typeof node === 'number') return node;
  if (args.length === 0)
    return yield* exitFor(
      tool,
      'MK_USAGE',
      'Please provide an image in your local daemon to load into minikube via <minikube image load IMAGE_NAME>',
      USAGE_STATUS,
    );
  const engine = DockerEngine.of(tool.machine);
  for (const reference of args) {
    const image = engine?.images.find(reference);
    yield* sleep(LOAD_MS);
    if (!image && tool.machine.files.exists(tool.path(reference))) {
      if (loadArchive(tool, reference, node.images) !== 'loaded')
        return yield* notSimulated(tool, 'image load of another archive');
      continue;
    }
    const known = node.images.resolve(reference);
    if (known.ok) removedFrom(node).delete(known.value.reference);
    if (image && engine) offerToCluster(engine, image, reference, node.images);
    else if (!node.images.resolve(reference).ok)
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
  const names = new Set<string>();
  const removed = removedFrom(node);
  for (const { image } of node.kubelet.containers()) {
    const found = node.images.resolve(image);
    if (found.ok) names.add(found.value.reference);
  }
  const engine = DockerEngine.of(tool.machine);
  for (const image of engine?.images.list() ?? [])
    for (const tag of engine?.images.tagsOf(image.id) ?? []) {
      const found = node.images.resolve(tag);
      if (found.ok) names.add(found.value.reference);
    }
  for (const name of removed) names.delete(name);
  const sorted = [...names].sort((a, b) => (a < b ? 1 : -1));
  if (flags.string('format') !== 'table') yield* tool.out(sorted.map((name) => `${name}\n`).join(''));
  else
    yield* tool.out(
      boxTable(
        ['IMAGE', 'TAG', 'IMAGE ID', 'SIZE'],
        sorted.flatMap((name) => {
          const found = node.images.resolve(name);
          const colon = name.lastIndexOf(':');
          return found.ok
            ? [
                [
                  name.slice(0, colon),
                  name.slice(colon + 1),
                  shortId(found.value.configDigest),
                  humanSize(found.value.sizeBytes),
                ],
              ]
            : [];
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
    return yield* exitFor(
      tool,
      'MK_USAGE',
      'Please provide an image to remove via <minikube image rm IMAGE_NAME>',
      USAGE_STATUS,
    );
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

/** `minikube cp SOURCE [NODE:]TARGET`. */
function* copy({ tool, args }: ToolCall): Coroutine<number> {
  const node = yield* runningCluster(tool);
  if (typeof node === 'number') return node;
  const [source, target] = args;
  if (source === undefined || target === undefined || args.length > 2)
    return yield* exitFor(
      tool,
      'MK_USAGE',
      'Please specify the path to copy: \n\tminikube cp <source file path> <target file absolute path> (example: "minikube cp a/b.txt /copied.txt")',
      USAGE_STATUS,
    );
  const read = tool.readFile(source);
  const [, name, path] = /^(?:([\w.-]+):)?(.*)$/.exec(target) ?? [];
  if (!path.startsWith('/'))
    return yield* exitFor(
      tool,
      'MK_USAGE',
      '<target file absolute path> must be an absolute Path. Relative Path is not allowed (example: "minikube:/home/docker/copied.txt")',
      USAGE_STATUS,
    );
  if (!read.ok)
    return yield* exitFor(
      tool,
      'MK_CP',
      `Cannot find file ${source} for copy: stat ${source}: ${errorText(read.error).toLowerCase()}`,
      USAGE_STATUS,
    );
  const machine = node.machines.get(name || node.node.name);
  if (!machine)
    return yield* exitFor(tool, 'GUEST_NODE_RETRIEVE', `retrieving node: Could not find node ${name}`, GUEST_STATUS);
  const file = machine.files.isDirectory(path) ? `${path.replace(/\/$/, '')}/${baseName(source)}` : path;
  machine.files.makeDirectories(file.replace(/\/[^/]*$/, '') || '/');
  machine.files.writeFile(file, read.value);
  return 0;
}

/** The variables that point a shell's docker at the node's. */
function* dockerEnvironment({ tool, flags }: ToolCall): Coroutine<number> {
  const node = yield* runningCluster(tool);
  if (typeof node === 'number') return node;
  const home = tool.process.env.get('HOME') ?? '';
  const names = ['DOCKER_TLS_VERIFY', 'DOCKER_HOST', 'DOCKER_CERT_PATH', 'MINIKUBE_ACTIVE_DOCKERD'];
  const profile = profileName(node);
  const values = ['1', `tcp://${node.node.address}:2376`, `${home}/.minikube/certs`, profile];
  if (flags.bool('unset')) {
    yield* tool.out(names.map((name) => `unset ${name};\n`).join(''));
    return 0;
  }
  const lines = names.map((name, index) => `export ${name}="${values[index]}"\n`).join('');
  yield* tool.out(
    `${lines}\n# To point your shell to minikube's docker-daemon, run:\n# eval $(minikube -p ${profile} docker-env)\n`,
  );
  return 0;
}

/** Into a node; only its words are run when there are any. */
function* ssh({ tool, flags, args }: ToolCall): Coroutine<number> {
  const node = yield* runningCluster(tool);
  if (typeof node === 'number') return node;
  const name = flags.string('node') || node.profile.nodes[0].name;
  const machine = node.machines.get(name);
  if (!machine)
    return yield* exitFor(tool, 'GUEST_NODE_RETRIEVE', `retrieving node: Could not find node ${name}`, GUEST_STATUS);
  // Its keys and address are minikube's own: the machine's ssh does not know the nodes of other clusters.
  if (minikubeCluster(tool)?.homeNode === undefined) return yield* logIn(tool, machine, tool.process.user, args);
  return yield* runToEnd(tool, ['ssh', name, ...args]);
}

function* listNodes({ tool }: ToolCall): Coroutine<number> {
  const node = yield* runningCluster(tool);
  if (typeof node === 'number') return node;
  yield* tool.out(node.profile.nodes.map(({ name, address }) => `${name}\t${address}\n`).join(''));
  return 0;
}

/** Stops or starts a node beside the first one. */
function* power(call: ToolCall, on: boolean): Coroutine<number> {
  const { tool, args } = call;
  const node = yield* runningCluster(tool);
  if (typeof node === 'number') return node;
  const [name = ''] = args;
  const found = node.profile.nodes.find((each) => each.name === name || shortName(node, each.name) === name);
  if (!found)
    return yield* exitFor(tool, 'GUEST_NODE_RETRIEVE', `retrieving node: Could not find node ${name}`, GUEST_STATUS);
  if (found.name === minikubeCluster(tool)?.homeNode)
    return yield* notSimulated(tool, `node ${on ? 'start' : 'stop'} ${name}`);
  yield* sleep(LOAD_MS);
  if (on) node.failures.end(found.name, 'powered-off', LOAD_MS);
  else node.failures.begin(found.name, 'powered-off');
  yield* tool.out(on ? `* Successfully started node ${found.name}!\n` : `* Successfully stopped node ${found.name}\n`);
  return 0;
}

/** What minikube does with its nodes, their files and images. */
export const NODE_SUBCOMMANDS: readonly Subcommand[] = [
  { name: 'cp', run: copy },
  {
    name: 'docker-env',
    flags: [boolFlag('unset', '', { shorthand: 'u' }), stringFlag('shell')],
    run: dockerEnvironment,
  },
  {
    name: 'image build',
    flags: [stringFlag('tag', '', { shorthand: 't' }), stringFlag('file', '', { shorthand: 'f' })],
    run: buildImage,
  },
  { name: 'image load', flags: [boolFlag('daemon'), boolFlag('overwrite')], run: loadImages },
  { name: 'image ls', flags: [stringFlag('format')], run: listImages },
  { name: 'image list', flags: [stringFlag('format')], run: listImages },
  { name: 'image rm', run: removeImages },
  ...['image pull', 'image push', 'image save', 'image tag'].map((name) => ({ name })),
  { name: 'node list', run: listNodes },
  { name: 'node start', run: (call) => power(call, true) },
  { name: 'node stop', run: (call) => power(call, false) },
  { name: 'ssh', flags: [stringFlag('node', '', { shorthand: 'n' }), boolFlag('native-ssh')], run: ssh },
];
