import type { Pod } from '@seatrial/apiserver';
import type { ClusterNode } from '@seatrial/cluster';
import { sha256Hex } from '@seatrial/kernel';
import { fullId, imageId, sandboxOf, type NodeContainer } from './crictl-runtime.js';

type Container = Pod['spec']['containers'][number];

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

const logFolder = (namespace: string, pod: string, uid: string): string => `/var/log/pods/${namespace}_${pod}_${uid}`;

const specOf = ({ spec }: Pod, { name }: NodeContainer): Container | undefined =>
  [...(spec.initContainers ?? []), ...spec.containers].find((each) => each.name === name);

/** What the kubelet calls the plugins in the paths of their volumes. */
const VOLUME_PLUGINS: Readonly<Record<string, string>> = {
  configMap: 'configmap',
  emptyDir: 'empty-dir',
  secret: 'secret',
  projected: 'projected',
};

function hostPathOf({ spec }: Pod, podUid: string, volumeName: string): string {
  const volume = spec.volumes?.find(({ name }) => name === volumeName);
  const kind = Object.keys(volume ?? {}).find((key) => key !== 'name') ?? 'emptyDir';
  const folder = `kubernetes.io~${VOLUME_PLUGINS[kind] ?? 'csi'}`;
  return volume?.hostPath?.path ?? `/var/lib/kubelet/pods/${podUid}/volumes/${folder}/${volumeName}`;
}

function mountsOf(pod: Pod, container: NodeContainer): readonly object[] {
  return (specOf(pod, container)?.volumeMounts ?? []).map(({ mountPath, name, readOnly = false }) => ({
    containerPath: mountPath,
    gidMappings: [],
    hostPath: hostPathOf(pod, container.podUid, name),
    image: null,
    image_sub_path: '',
    propagation: 'PROPAGATION_PRIVATE',
    readonly: readOnly,
    recursiveReadOnly: false,
    selinuxRelabel: false,
    uidMappings: [],
  }));
}

/** A container as `inspect` tells of it. */
export function containerStatus(node: ClusterNode, container: NodeContainer): object {
  const found = node.images.resolve(container.image);
  const pod = podOf(node, container);
  const spec = pod && specOf(pod, container);
  const logFile = `${container.name}/${container.attempt}.log`;
  return {
    info: {
      config: {
        image: { image: imageId(node, container.image), user_specified_image: spec?.image ?? container.image },
        labels: labelsOf(container),
        log_path: logFile,
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
      logPath: `${logFolder(container.namespace, container.pod, container.podUid)}/${logFile}`,
      message: '',
      metadata: { attempt: container.attempt, name: container.name },
      mounts: pod ? mountsOf(pod, container) : [],
      reason: container.reason ?? '',
      startedAt: stamp(container.startedAt),
      state: stateOf(container),
      stopSignal: 'SIGTERM',
    },
  };
}

/** A sandbox as `inspectp` tells of it. */
export function podStatus(node: ClusterNode, pod: Pod): object {
  const { metadata, status, spec } = pod;
  const { id, attempt } = sandboxOf(node, metadata.uid);
  const ownProcesses = spec.shareProcessNamespace === true ? 'POD' : 'CONTAINER';
  const mode = (host: boolean | undefined): string => (host === true ? 'NODE' : 'POD');
  return {
    info: {
      config: {
        hostname: metadata.name,
        log_directory: logFolder(metadata.namespace ?? '', metadata.name, metadata.uid),
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
            pid: spec.hostPID === true ? 'NODE' : ownProcesses,
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
