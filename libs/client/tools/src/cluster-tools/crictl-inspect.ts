import type { Pod } from '@seatrial/apiserver';
import type { ClusterNode } from '@seatrial/cluster';
import type { Coroutine } from '@seatrial/kernel';
import { boolFlag, stringFlag } from '@seatrial/kubectl';
import { TemplateSet, templateResult } from '@seatrial/template';
import { notSimulated, type Subcommand, type ToolCall } from './cluster-tool.js';
import { containerStatus, imageItem, podStatus } from './crictl-objects.js';
import { containerNamed, containersOf, fullId, podNamed, runtimeNode, usedImages } from './crictl-runtime.js';

/** Prints one thing, or a list of several, in the format that was asked for. */
function* show({ tool, flags }: ToolCall, found: readonly object[]): Coroutine<number> {
  const format = flags.string('output');
  const value = found.length === 1 ? found[0] : found;
  if (format === 'go-template') {
    const set = new TemplateSet('', { functions: {}, missingKey: 'default' });
    const run = templateResult(() => {
      set.parse('', flags.string('template'));
      return set.execute('', value);
    });
    if (!run.ok) {
      yield* tool.err(`FATA[0000] failed to template data: ${run.error.message}\n`);
      return 1;
    }
    yield* tool.out(`${run.value}\n`);
    return 0;
  }
  if (format !== '' && format !== 'json') return yield* notSimulated(tool, `inspect --output ${format}`);
  yield* tool.out(`${JSON.stringify(value, null, 2)}\n`);
  return 0;
}

function* inspect(call: ToolCall): Coroutine<number> {
  const node = yield* runtimeNode(call);
  if (typeof node === 'number') return node;
  const found: object[] = [];
  const running = containersOf(node).filter((container) => container.running);
  for (const id of call.args.length > 0 ? call.args : running.map((container) => fullId(container.id))) {
    const container = yield* containerNamed(call, node, id);
    if (typeof container === 'number') return container;
    found.push(containerStatus(node, container));
  }
  return yield* show(call, found);
}

function* inspectPod(call: ToolCall): Coroutine<number> {
  const node = yield* runtimeNode(call);
  if (typeof node === 'number') return node;
  const found: object[] = [];
  for (const id of call.args) {
    const pod = yield* podNamed(call, node, id);
    if (typeof pod === 'number') return pod;
    found.push(podStatus(node, pod));
  }
  if (found.length === 0) return yield* notSimulated(call.tool, 'inspectp without an id');
  return yield* show(call, found);
}

/** The reference of an image in use that an id, a part of one, or a name means. */
function usedReference(node: ClusterNode, asked: string): string | undefined {
  const named = node.images.resolve(asked);
  const digest = asked.replace('sha256:', '');
  return usedImages(node).find((each) => {
    const image = node.images.resolve(each);
    if (!image.ok) return false;
    const { configDigest, reference } = image.value;
    return configDigest.replace('sha256:', '').startsWith(digest) || (named.ok && named.value.reference === reference);
  });
}

/** An image's own settings, as far as its catalogue has them. */
interface ImageSettings {
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly workingDirectory?: string;
}

function imageInfo({ entrypoint = [], command = [], env = {}, workingDirectory = '' }: ImageSettings): object {
  const config = {
    Cmd: command,
    Entrypoint: entrypoint,
    Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    WorkingDir: workingDirectory,
  };
  return { imageSpec: { architecture: 'amd64', config, os: 'linux' } };
}

function* inspectImage(call: ToolCall): Coroutine<number> {
  const node = yield* runtimeNode(call);
  if (typeof node === 'number') return node;
  const found: object[] = [];
  for (const id of call.args) {
    const reference = usedReference(node, id);
    const status = reference === undefined ? undefined : imageItem(node, reference);
    const image = reference === undefined ? undefined : node.images.resolve(reference);
    if (!status || !image?.ok) {
      yield* call.tool.err(`FATA[0000] no such image "${id}" present\n`);
      return 1;
    }
    found.push({ info: imageInfo(image.value.config), status });
  }
  if (found.length === 0) return yield* notSimulated(call.tool, 'inspecti without an id');
  return yield* show(call, found);
}

function readyCondition({ apiServer, node }: ClusterNode): { readonly message?: string } | undefined {
  const nodes = { group: '', version: 'v1', resource: 'nodes', kind: 'Node', namespaced: false };
  const found = apiServer.store.get<Pod>(nodes, '', node.name);
  return found?.status?.conditions?.find(({ type }) => type === 'Ready');
}

/** What the runtime says of itself: its conditions and its network plugin. */
function* info(call: ToolCall): Coroutine<number> {
  const node = yield* runtimeNode(call);
  if (typeof node === 'number') return node;
  const hasNetwork = !/cni plugin not initialized/.test(readyCondition(node)?.message ?? '');
  const network = hasNetwork
    ? { message: '', reason: '', status: true, type: 'NetworkReady' }
    : {
        message: 'Network plugin returns error: cni plugin not initialized',
        reason: 'NetworkPluginNotReady',
        status: false,
        type: 'NetworkReady',
      };
  const lastCNILoadStatus = hasNetwork
    ? 'OK'
    : 'cni config load failed: no network config found in /etc/cni/net.d: cni plugin not initialized: failed to load cni config';
  const said = {
    cniconfig: { PluginConfDir: '/etc/cni/net.d', PluginDirs: ['/opt/cni/bin'], PluginMaxConfNum: 1, Prefix: 'eth' },
    golang: 'go1.24.9',
    lastCNILoadStatus,
    'lastCNILoadStatus.default': lastCNILoadStatus,
    status: {
      conditions: [
        { message: '', reason: '', status: true, type: 'RuntimeReady' },
        network,
        { message: '', reason: '', status: true, type: 'ContainerdHasNoDeprecationWarnings' },
      ],
    },
  };
  yield* call.tool.out(`${JSON.stringify(said, null, 2)}\n`);
  return 0;
}

const flags = [
  stringFlag('output', '', { shorthand: 'o' }),
  stringFlag('template'),
  boolFlag('quiet', '', { shorthand: 'q' }),
];

/** What crictl tells of one container, sandbox or image, and of the runtime. */
export const INSPECT_SUBCOMMANDS: readonly Subcommand[] = [
  { name: 'info', flags, run: info },
  { name: 'inspect', flags, run: inspect },
  { name: 'inspecti', flags, run: inspectImage },
  { name: 'inspectp', flags, run: inspectPod },
];
