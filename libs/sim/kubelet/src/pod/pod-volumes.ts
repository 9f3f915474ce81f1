import {
  CONFIG_MAPS,
  PERSISTENT_VOLUME_CLAIMS,
  SECRETS,
  type Node,
  type ObjectReader,
  type Pod,
} from '@seatrial/apiserver';
import {
  Attached,
  compareStrings,
  waitFor,
  type Condition,
  type Coroutine,
  type Directory,
  type FileNode,
  type FileSystem,
  type Simulation,
  type Timer,
} from '@seatrial/kernel';
import type { Volume } from 'kubernetes-types/core/v1.js';
import type { NodeContext } from '../node/node-context.js';
import { isDevice, isMounted, mountVolume } from '../volumes/volume-types.js';
import type { MountFailure, MountedVolume, VolumeContext } from '../volumes/volume-mounter.js';
import type { PodRuntime } from './pod-runtime.js';

/** The volume manager's first check that everything is mounted comes after this long. */
const CHECK_MS = 300;
const FIRST_RETRY_MS = 500;
const MAX_RETRY_MS = 122_000;
/** podAttachAndMountTimeout: 2 min 3 s. */
const WAIT_MS = 123_000;
/** A regular sync follows a change by up to a minute. */
const REFRESH_MS = 60_000;

/** What a volume of a pod is set up with. */
class PodVolumeContext implements VolumeContext {
  readonly pod: Pod;

  constructor(
    private readonly context: NodeContext,
    private readonly runtime: PodRuntime,
  ) {
    this.pod = runtime.pod;
  }

  get simulation(): Simulation {
    return this.context.simulation;
  }

  get store(): ObjectReader {
    return this.context.apiServer.store;
  }

  get nodeName(): string {
    return this.context.node.name;
  }

  get node(): FileSystem {
    return this.context.files;
  }

  get podIps(): readonly string[] {
    return this.runtime.sandbox?.network.addresses ?? [];
  }

  get hostIp(): string {
    return this.context.node.internalIp;
  }

  get nodeStatus(): Node['status'] {
    return this.context.nodeStatus();
  }

  imageRoot(reference: string): Directory | undefined {
    return this.context.puller.rootOf(reference);
  }

  token(audience: string | undefined, expirationSeconds: number): string {
    return serviceAccountToken(this.context, this.pod, audience, expirationSeconds);
  }
}

function serviceAccountToken(
  context: NodeContext,
  pod: Pod,
  audience: string | undefined,
  expirationSeconds: number,
): string {
  const created = context.client.createSubresource(
    { group: '', version: 'v1', resource: 'serviceaccounts', kind: 'ServiceAccount', namespaced: true },
    pod.metadata.namespace ?? '',
    pod.spec.serviceAccountName ?? 'default',
    'token',
    {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: {
        audiences: audience === undefined || audience === '' ? [] : [audience],
        expirationSeconds,
        boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: pod.metadata.name, uid: pod.metadata.uid },
      },
    },
  );
  if (!created.ok) return '';
  const status = created.value['status'];
  const token = typeof status === 'object' && status !== null && !Array.isArray(status) ? status['token'] : undefined;
  return typeof token === 'string' ? token : '';
}

const NO_VOLUMES: readonly Volume[] = [];

/** The volumes that containers of the pod use and that are not set up. */
function missingVolumes(runtime: PodRuntime, pod = runtime.pod): readonly Volume[] {
  const { volumes = NO_VOLUMES } = pod.spec;
  if (runtime.volumes.size === volumes.length) return NO_VOLUMES;
  const missing: Volume[] = [];
  for (const volume of volumes)
    if (!runtime.volumes.has(volume.name) && (isMounted(pod, volume.name) || isDevice(pod, volume.name)))
      missing.push(volume);
  return missing;
}

/** Sets up what is not set up yet, with retries; fails after two minutes as the real wait does. */
export function* mountPodVolumes(
  context: NodeContext,
  runtime: PodRuntime,
  interrupted: Condition,
): Coroutine<'mounted' | 'failed' | 'interrupted'> {
  const { simulation } = context;
  if (missingVolumes(runtime).length === 0) return 'mounted';
  // What is wanted does not change on the way.
  const { pod } = runtime;
  const missing = (): readonly Volume[] => missingVolumes(runtime, pod);
  context.volumesInUse.begin(runtime.pod);
  const end = simulation.now() + WAIT_MS;
  // The node's volume manager goes on by itself: its back-off outlives the pod's syncs.
  const retry = (runtime.mountRetry ??= { delayMs: FIRST_RETRY_MS / 2, at: simulation.now() });
  let unknown: MountFailure[] = [];
  const tryAgain = (): void => {
    if (simulation.now() < retry.at) return;
    unknown = setUp(context, runtime, missing());
    if (unknown.length > 0) return;
    retry.delayMs = Math.min(retry.delayMs * 2, MAX_RETRY_MS);
    retry.at = simulation.now() + retry.delayMs;
  };
  tryAgain();
  yield* waitFor([interrupted], CHECK_MS);
  while (missing().length > 0 && !interrupted.ready) {
    if (unknown.length > 0) {
      const message = `Unable to attach or mount volumes: unmounted volumes=[${names(missing())}], unattached volumes=[], failed to process volumes=[${names(unknown)}]: ${unknown.map(({ message: why }) => why).join('; ')}`;
      context.events.event({ object: runtime.pod }, 'Warning', 'FailedMount', message);
      return 'failed';
    }
    const left = end - simulation.now();
    if (left <= 0) return 'failed';
    yield* waitFor([interrupted], Math.min(Math.max(retry.at - simulation.now(), 0), left));
    if (!interrupted.ready && simulation.now() < end) tryAgain();
  }
  if (interrupted.ready) return 'interrupted';
  runtime.mountRetry = undefined;
  return 'mounted';
}

const names = (volumes: readonly { readonly name: string }[]): string =>
  volumes
    .map(({ name }) => name)
    .sort(compareStrings)
    .join(' ');

/** Tries each volume once; returns those of which it is not known what to mount. */
function setUp(context: NodeContext, runtime: PodRuntime, volumes: readonly Volume[]): MountFailure[] {
  const made = new PodVolumeContext(context, runtime);
  const unknown: MountFailure[] = [];
  for (const volume of volumes) {
    if (context.volumesInUse.awaitsAttachment(runtime.pod, volume)) continue;
    const mounted = mountVolume(volume, made);
    if (mounted.ok) {
      own(mounted.value, runtime.pod);
      runtime.volumes.set(volume.name, mounted.value);
      for (const message of mounted.value.mapped ?? [])
        context.events.event({ object: runtime.pod }, 'Normal', 'SuccessfulMountVolume', message);
      mounted.value.expand?.(context, runtime.pod);
      continue;
    }
    const { step, name, message, silent } = mounted.error;
    if (silent) continue;
    if (step === undefined) unknown.push(mounted.error);
    else {
      const text = `${step} for volume "${name}" : ${message}`;
      const isMapping = step.startsWith('MapVolume') && step !== 'MapVolume.NodeAffinity check failed';
      context.events.event({ object: runtime.pod }, 'Warning', isMapping ? 'FailedMapVolume' : 'FailedMount', text);
    }
  }
  return unknown;
}

/** A directory that its group may change, whose files are the group's too. */
const WHOLE_ACCESS = 0o2770;

/** Gives a volume of the pod's own to its fsGroup (pkg/volume/volume_linux.go SetVolumeOwnership). */
function own({ root, forGroup }: MountedVolume, { spec }: Pod): void {
  const { fsGroup, fsGroupChangePolicy } = spec.securityContext ?? {};
  if (fsGroup === undefined || forGroup === undefined) return;
  const group = String(fsGroup);
  const whole = (root.mode & WHOLE_ACCESS) === WHOLE_ACCESS && root.group === group;
  if (fsGroupChangePolicy === 'OnRootMismatch' && forGroup === 'tree' && whole) return;
  const nodes: FileNode[] = [root];
  for (let node = nodes.pop(); node; node = nodes.pop()) {
    node.group = group;
    if (node.type === 'file') node.mode |= 0o660;
    if (node.type !== 'directory') continue;
    node.mode |= WHOLE_ACCESS;
    if (forGroup === 'tree') nodes.push(...node.entries.values());
  }
}

const NOTHING_TO_END = (): void => undefined;

/** Keeps volumes with content from the API up to date; returns how to end that. */
export function refreshVolumes(context: NodeContext, runtime: PodRuntime): () => void {
  const keys = sourceKeys(runtime.pod);
  if (keys.length === 0) return NOTHING_TO_END;
  const { simulation } = context;
  let timer: Timer | undefined;
  const changed = (): void => {
    timer ??= simulation.after(REFRESH_MS * (0.5 + context.random.fraction() / 2), () => {
      timer = undefined;
      for (const volume of runtime.volumes.values()) {
        volume.refresh?.(new PodVolumeContext(context, runtime));
        volume.expand?.(context, runtime.pod);
      }
    });
  };
  const stop = watchSources(context, keys, changed);
  return () => {
    timer?.cancel();
    stop();
  };
}

/** Brings volumes that show the pod's own metadata up to date. */
export function refreshNow(context: NodeContext, runtime: PodRuntime): void {
  for (const volume of runtime.volumes.values()) volume.refresh?.(new PodVolumeContext(context, runtime));
}

const WATCHERS = new Attached<object, Map<string, Set<() => void>>>();

/** One listener a store, however many pods: calls back when a ConfigMap or Secret that the pod's volumes name changes. */
function watchSources(context: NodeContext, keys: readonly string[], changed: () => void): () => void {
  const { store } = context.apiServer;
  let watchers = WATCHERS.get(store);
  if (!watchers) {
    const table = new Map<string, Set<() => void>>();
    watchers = table;
    WATCHERS.set(store, table);
    const notify =
      (kind: string) =>
      (event: {
        readonly object: { readonly metadata: { readonly namespace?: string; readonly name: string } };
      }): void => {
        const { namespace, name } = event.object.metadata;
        for (const call of [...(table.get(`${kind}/${namespace ?? ''}/${name}`) ?? [])]) call();
      };
    store.onChange(CONFIG_MAPS, notify('configmaps'));
    store.onChange(SECRETS, notify('secrets'));
    store.onChange(PERSISTENT_VOLUME_CLAIMS, notify('persistentvolumeclaims'));
  }
  const table = watchers;
  for (const key of keys) {
    const set = table.get(key) ?? new Set();
    set.add(changed);
    table.set(key, set);
  }
  return () => {
    for (const key of keys) table.get(key)?.delete(changed);
  };
}

function sourceKeys(pod: Pod): string[] {
  const namespace = pod.metadata.namespace ?? '';
  const keys: string[] = [];
  for (const volume of pod.spec.volumes ?? []) {
    const claim = volume.persistentVolumeClaim?.claimName;
    if (claim !== undefined) keys.push(`persistentvolumeclaims/${namespace}/${claim}`);
    if (volume.configMap?.name) keys.push(`configmaps/${namespace}/${volume.configMap.name}`);
    if (volume.secret?.secretName) keys.push(`secrets/${namespace}/${volume.secret.secretName}`);
    for (const source of volume.projected?.sources ?? []) {
      if (source.configMap?.name && source.configMap.name !== 'kube-root-ca.crt')
        keys.push(`configmaps/${namespace}/${source.configMap.name}`);
      if (source.secret?.name) keys.push(`secrets/${namespace}/${source.secret.name}`);
    }
  }
  return keys;
}

/** Whether files of a pod show its metadata. */
export const showsMetadata = ({ spec }: Pod): boolean =>
  spec.volumes?.some(
    ({ downwardAPI, projected }) => downwardAPI ?? projected?.sources?.some((source) => source.downwardAPI),
  ) === true;
