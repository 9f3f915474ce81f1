import type { Pod } from '@seatrial/apiserver';
import type { ClusterNode } from '@seatrial/cluster';
import { sha256Hex, type Coroutine } from '@seatrial/kernel';
import { boolFlag, stringFlag } from '@seatrial/kubectl';
import { TemplateSet, templateResult } from '@seatrial/template';
import { notSimulated, type Subcommand, type ToolCall } from './cluster-tool.js';
import {
  containerNamed,
  containersOf,
  fullId,
  imageId,
  podNamed,
  runtimeNode,
  sandboxOf,
  usedImages,
  type NodeContainer,
} from './crictl-runtime.js';

const NANOS = 1_000_000;
/** Time zero, which the runtime gives what has not happened yet. */
const NEVER = '1970-01-01T00:00:00Z';

const stamp = (ms: number | undefined): string =>
  ms === undefined ? NEVER : new Date(ms).toISOString().replace('Z', '000000Z');
const nanos = (ms: number): string => String(BigInt(Math.round(ms)) * BigInt(NANOS));

const podOf = (node: ClusterNode, { namespace, pod }: NodeContainer): Pod | undefined =>
  node.apiServer.store.get<Pod>(
    { group: '', version: 'v1', resource: 'pods', kind: 'Pod', namespaced: true },
    namespace,
    pod,
  );

function labelsOf({ name, pod, namespace, podUid }: NodeContainer): Record<string, string> {
  return {
    'io.kubernetes.container.name': name,
    'io.kubernetes.pod.name': pod,
    'io.kubernetes.pod.namespace': namespace,
    'io.kubernetes.pod.uid': podUid,
  };
}

function annotationsOf(node: ClusterNode, container: NodeContainer): Record<string, string> {
  const grace = podOf(node, container)?.spec.terminationGracePeriodSeconds ?? 30;
  return {
    'io.kubernetes.container.hash': sha256Hex(`${container.podUid} ${container.name}`).slice(0, 8),
    'io.kubernetes.container.restartCount': String(container.attempt),
    'io.kubernetes.container.terminationMessagePath': '/dev/termination-log',
    'io.kubernetes.container.terminationMessagePolicy': 'File',
    'io.kubernetes.pod.terminationGracePeriod': String(grace),
  };
}

const stateOf = ({ running, startedAt }: NodeContainer): string =>
  running ? 'CONTAINER_RUNNING' : startedAt === undefined ? 'CONTAINER_CREATED' : 'CONTAINER_EXITED';

/** A container as `ps -o json` lists it. */
export function containerItem(node: ClusterNode, container: NodeContainer): object {
  return {
    annotations: annotationsOf(node, container),
    createdAt: nanos(container.createdAt),
    id: fullId(container.id),
    image: { annotations: {}, image: imageId(node, container.image), runtimeHandler: '', userSpecifiedImage: '' },
    imageId: imageId(node, container.image),
    imageRef: imageId(node, container.image),
    labels: labelsOf(container),
    metadata: { attempt: container.attempt, name: container.name },
    podSandboxId: sandboxOf(node, container.podUid).id,
    state: stateOf(container),
  };
}

const podState = ({ status }: Pod): string =>
  status?.phase === 'Succeeded' || status?.phase === 'Failed' ? 'SANDBOX_NOTREADY' : 'SANDBOX_READY';

function podLabels({ metadata }: Pod): Record<string, string> {
  const own = {
    'io.kubernetes.pod.name': metadata.name,
    'io.kubernetes.pod.namespace': metadata.namespace ?? '',
    'io.kubernetes.pod.uid': metadata.uid,
  };
  return Object.fromEntries(Object.entries({ ...metadata.labels, ...own }).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A sandbox as `pods -o json` lists it. */
export function podItem(node: ClusterNode, pod: Pod): object {
  const { metadata, status } = pod;
  const { id, attempt } = sandboxOf(node, metadata.uid);
  return {
    annotations: {},
    createdAt: nanos(Date.parse(status?.startTime ?? '')),
    id,
    labels: podLabels(pod),
    metadata: { attempt, name: metadata.name, namespace: metadata.namespace ?? '', uid: metadata.uid },
    runtimeHandler: '',
    state: podState(pod),
  };
}

/** An image as `images -o json` lists it. */
export function imageItem(node: ClusterNode, reference: string): object | undefined {
  const found = node.images.resolve(reference);
  if (!found.ok) return undefined;
  const { configDigest, imageId: digest, reference: tag, sizeBytes, config } = found.value;
  const user = config.user ?? '';
  return {
    id: configDigest,
    pinned: false,
    repoDigests: [digest],
    repoTags: [tag],
    size: String(sizeBytes),
    spec: null,
    uid: /^\d+$/.test(user) ? { value: user } : null,
    username: /^\d+$/.test(user) ? '' : user,
  };
}

function containerStatus(node: ClusterNode, container: NodeContainer): object {
  const found = node.images.resolve(container.image);
  const pod = podOf(node, container);
  const spec = [...(pod?.spec.initContainers ?? []), ...(pod?.spec.containers ?? [])].find(
    ({ name }) => name === container.name,
  );
  const mounts = (spec?.volumeMounts ?? []).map(({ mountPath, name, readOnly = false }) => {
    const volume = pod?.spec.volumes?.find((each) => each.name === name);
    const kind = Object.keys(volume ?? {}).find((key) => key !== 'name') ?? 'emptyDir';
    const plugin =
      { configMap: 'configmap', emptyDir: 'empty-dir', secret: 'secret', projected: 'projected' }[kind] ?? 'csi';
    const hostPath =
      volume?.hostPath?.path ?? `/var/lib/kubelet/pods/${container.podUid}/volumes/kubernetes.io~${plugin}/${name}`;
    return {
      containerPath: mountPath,
      gidMappings: [],
      hostPath,
      image: null,
      image_sub_path: '',
      propagation: 'PROPAGATION_PRIVATE',
      readonly: readOnly,
      recursiveReadOnly: false,
      selinuxRelabel: false,
      uidMappings: [],
    };
  });
  return {
    info: {
      config: {
        image: { image: imageId(node, container.image), user_specified_image: spec?.image ?? container.image },
        labels: labelsOf(container),
        log_path: `${container.name}/${String(container.attempt)}.log`,
        metadata: { name: container.name },
      },
      pid: container.running ? Number.parseInt(sha256Hex(container.id).slice(0, 3), 16) + 2000 : 0,
      removing: false,
      runtimeType: 'io.containerd.runc.v2',
      sandboxID: sandboxOf(node, container.podUid).id,
      snapshotKey: fullId(container.id),
      snapshotter: 'overlayfs',
    },
    status: {
      annotations: annotationsOf(node, container),
      createdAt: stamp(container.createdAt),
      exitCode: container.exitCode ?? 0,
      finishedAt: stamp(container.finishedAt),
      id: fullId(container.id),
      image: {
        annotations: {},
        image: found.ok ? found.value.reference : container.image,
        runtimeHandler: '',
        userSpecifiedImage: '',
      },
      imageId: imageId(node, container.image),
      imageRef: found.ok ? found.value.imageId : imageId(node, container.image),
      labels: labelsOf(container),
      logPath: `/var/log/pods/${container.namespace}_${container.pod}_${container.podUid}/${container.name}/${String(container.attempt)}.log`,
      message: '',
      metadata: { attempt: container.attempt, name: container.name },
      mounts,
      reason: container.reason ?? '',
      startedAt: stamp(container.startedAt),
      state: stateOf(container),
      stopSignal: 'SIGTERM',
    },
  };
}

function podStatus(node: ClusterNode, pod: Pod): object {
  const { metadata, status, spec } = pod;
  const { id, attempt } = sandboxOf(node, metadata.uid);
  const mode = (host: boolean | undefined): string => (host === true ? 'NODE' : 'POD');
  return {
    info: {
      config: {
        hostname: metadata.name,
        log_directory: `/var/log/pods/${metadata.namespace ?? ''}_${metadata.name}_${metadata.uid}`,
      },
      runtimeType: 'io.containerd.runc.v2',
      snapshotter: 'overlayfs',
    },
    status: {
      annotations: {},
      createdAt: stamp(Date.parse(status?.startTime ?? '')),
      id,
      labels: podLabels(pod),
      linux: {
        namespaces: {
          options: {
            ipc: mode(spec.hostIPC),
            network: mode(spec.hostNetwork),
            pid: spec.hostPID === true ? 'NODE' : spec.shareProcessNamespace === true ? 'POD' : 'CONTAINER',
            targetId: '',
            usernsOptions: null,
          },
        },
      },
      metadata: { attempt, name: metadata.name, namespace: metadata.namespace ?? '', uid: metadata.uid },
      network: { additionalIps: [], ip: spec.hostNetwork === true ? '' : (status?.podIP ?? '') },
      runtimeHandler: '',
      state: podState(pod),
    },
  };
}

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
  const ids =
    call.args.length > 0
      ? call.args
      : containersOf(node)
          .filter(({ running }) => running)
          .map(({ id }) => fullId(id));
  for (const id of ids) {
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

function* inspectImage(call: ToolCall): Coroutine<number> {
  const node = yield* runtimeNode(call);
  if (typeof node === 'number') return node;
  const found: object[] = [];
  const used = usedImages(node);
  for (const id of call.args) {
    const asked = node.images.resolve(id);
    const reference = used.find((each) => {
      const image = node.images.resolve(each);
      return (
        image.ok &&
        (image.value.configDigest.replace('sha256:', '').startsWith(id.replace('sha256:', '')) ||
          (asked.ok && asked.value.reference === image.value.reference))
      );
    });
    const status = reference === undefined ? undefined : imageItem(node, reference);
    const image = reference === undefined ? undefined : node.images.resolve(reference);
    if (!status || !image?.ok) {
      yield* call.tool.err(`FATA[0000] no such image "${id}" present\n`);
      return 1;
    }
    const {
      entrypoint = [],
      command = [],
      env = {},
      workingDirectory = '',
    } = image.value.config as {
      readonly entrypoint?: readonly string[];
      readonly command?: readonly string[];
      readonly env?: Readonly<Record<string, string>>;
      readonly workingDirectory?: string;
    };
    const config = {
      Cmd: command,
      Entrypoint: entrypoint,
      Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
      WorkingDir: workingDirectory,
    };
    found.push({ info: { imageSpec: { architecture: 'amd64', config, os: 'linux' } }, status });
  }
  if (found.length === 0) return yield* notSimulated(call.tool, 'inspecti without an id');
  return yield* show(call, found);
}

/** What the runtime says of itself: its conditions and its network plugin. */
function* info(call: ToolCall): Coroutine<number> {
  const node = yield* runtimeNode(call);
  if (typeof node === 'number') return node;
  const ready = node.apiServer.store
    .list<{ readonly metadata: { readonly name: string } } & Pod>({
      group: '',
      version: 'v1',
      resource: 'nodes',
      kind: 'Node',
      namespaced: false,
    })
    .find(({ metadata }) => metadata.name === node.node.name)
    ?.status?.conditions?.find(({ type }) => type === 'Ready');
  const hasNetwork = !/cni plugin not initialized/.test(ready?.message ?? '');
  const network = hasNetwork
    ? { message: '', reason: '', status: true, type: 'NetworkReady' }
    : {
        message: 'Network plugin returns error: cni plugin not initialized',
        reason: 'NetworkPluginNotReady',
        status: false,
        type: 'NetworkReady',
      };
  const status = {
    conditions: [
      { message: '', reason: '', status: true, type: 'RuntimeReady' },
      network,
      { message: '', reason: '', status: true, type: 'ContainerdHasNoDeprecationWarnings' },
    ],
  };
  const cni = { PluginConfDir: '/etc/cni/net.d', PluginDirs: ['/opt/cni/bin'], PluginMaxConfNum: 1, Prefix: 'eth' };
  const lastCNILoadStatus = hasNetwork
    ? 'OK'
    : 'cni config load failed: no network config found in /etc/cni/net.d: cni plugin not initialized: failed to load cni config';
  yield* call.tool.out(
    `${JSON.stringify({ cniconfig: cni, golang: 'go1.24.9', lastCNILoadStatus, 'lastCNILoadStatus.default': lastCNILoadStatus, status }, null, 2)}\n`,
  );
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
