import {
  CSI_NODES,
  NODES,
  PERSISTENT_VOLUMES,
  PERSISTENT_VOLUME_CLAIMS,
  type PersistentVolume,
  type Pod,
} from '@seatrial/apiserver';
import { fail, newDirectory, ok, volumeContents, type Result } from '@seatrial/kernel';
import { contentHandle, csiSource, migratedSource, nodeSelectorMatches } from '@seatrial/kinds';
import { Quantity, goQuote } from '@seatrial/schema';
import type { Volume } from 'kubernetes-types/core/v1.js';
import { TMPFS_MODE, configMapVolume, downwardApiVolume, projectedVolume, secretVolume } from './api-volumes.js';
import { mapVolume } from './block-volume.js';
import { expandFileSystem } from './expand-file-system.js';
import { hostPath, hostPathVolume } from './host-path.js';
import { imageVolume } from './image-volume.js';
import { nfsVolume } from './network-volumes.js';
import { podMemoryLimit } from './memory-backed.js';
import type { MountFailure, MountedVolume, VolumeContext, VolumeMounter } from './volume-mounter.js';

const HUGE_PAGES = 'hugepages-';

/** Why huge pages cannot be mounted: the pod's containers must ask for them (getPageSizeMountOption). */
function hugePagesProblem(medium: string, { spec }: Pod): string | undefined {
  const sizes = new Set(
    [...spec.containers, ...(spec.initContainers ?? [])]
      .flatMap(({ resources }) => Object.keys(resources?.requests ?? {}))
      .filter((name) => name.startsWith(HUGE_PAGES))
      .map((name) => Quantity.of(name.slice(HUGE_PAGES.length)).toString()),
  );
  if (medium === 'HugePages' && sizes.size > 1)
    return `medium: ${medium} can't be used if container requests multiple huge page sizes`;
  const wanted = medium === 'HugePages' ? undefined : Quantity.of(medium.slice(HUGE_PAGES.length)).toString();
  if (wanted === undefined ? sizes.size > 0 : sizes.has(wanted)) return undefined;
  return `medium ${medium}: hugePages storage requested, but there is no resource request for huge pages`;
}

const emptyDirVolume: VolumeMounter = (volume, { simulation, pod }) => {
  const medium = volume.emptyDir?.medium ?? '';
  if (medium !== '' && medium !== 'Memory' && !medium.startsWith('HugePages'))
    return fail(`unknown storage medium ${JSON.stringify(medium)}`);
  const refused = medium.startsWith('HugePages') ? hugePagesProblem(medium, pod) : undefined;
  if (refused !== undefined) return fail(refused);
  // What is kept in memory is a tmpfs of its own, with its mode.
  const root = newDirectory(simulation.now(), medium === 'Memory' ? TMPFS_MODE : 0o777);
  if (medium !== 'Memory') return ok({ root, forGroup: 'tree' });
  const asked = volume.emptyDir?.sizeLimit;
  const limits = [asked === undefined ? undefined : Quantity.of(asked).toNumber(), podMemoryLimit(pod)];
  const limitBytes = Math.min(...limits.filter((limit) => limit !== undefined && limit > 0).map(Number));
  return ok({
    root,
    forGroup: 'tree',
    type: 'tmpfs',
    ...(limitBytes === Infinity ? {} : { limitBytes }),
  });
};

const setUpFailed = (name: string, message: string): Result<never, MountFailure> =>
  fail({ step: 'MountVolume.SetUp failed', name, message });

/** Whether the volume's node affinity has room for the node (storage helpers CheckNodeAffinity). */
function reaches({ spec }: PersistentVolume, { store, nodeName }: VolumeContext): boolean {
  const required = spec.nodeAffinity?.required;
  const node = required && store.get(NODES, undefined, nodeName);
  return !node || nodeSelectorMatches(required.nodeSelectorTerms, node);
}

/** Of the volumes on a node's own disk, local ones take mount options. */
const NO_MOUNT_OPTIONS = 'mount options are not supported for this volume type';

function persistentVolume(volume: PersistentVolume, context: VolumeContext): Result<MountedVolume, MountFailure> {
  const { spec } = volume;
  const { name } = volume.metadata;
  const isBlock = spec.volumeMode === 'Block';
  const message = 'no matching NodeSelectorTerms';
  if (!reaches(volume, context))
    return isBlock
      ? fail({ step: 'MapVolume.NodeAffinity check failed', name, message })
      : fail({ step: 'MountVolume.NodeAffinity check failed', name, message });
  const csi = csiSource(volume);
  if (isBlock && csi && !hasDriver(context, csi.driver))
    return fail({
      step: 'MapVolume.SetUpDevice failed',
      name,
      message: noDriver(csi.driver, 'blockMapper.SetUpDevice'),
    });
  if (isBlock) return mapVolume(volume, context);
  if (spec.hostPath) {
    if ((spec.mountOptions ?? []).length > 0)
      return fail({ step: 'MountVolume.MountOptionSupport check failed', name, message: NO_MOUNT_OPTIONS });
    const mounted = hostPath(spec.hostPath.path, spec.hostPath.type ?? '', context);
    return mounted.ok ? mounted : setUpFailed(name, mounted.error);
  }
  if (spec.local) {
    const found = context.node.stat(spec.local.path);
    if (found.ok) return ok({ root: found.value, forGroup: 'tree' });
    const message = `path ${goQuote(spec.local.path)} does not exist`;
    return fail({ step: 'MountVolume.NewMounter initialization failed', name, message });
  }
  if (spec.nfs) {
    const mounted = nfsVolume(spec.nfs, name, spec.mountOptions ?? [], context);
    return mounted.ok ? mounted : setUpFailed(name, mounted.error);
  }
  if (spec.iscsi) return fail({ step: 'MountVolume.WaitForAttach failed', name, message: NO_ISCSI });
  const root = volumeContents(context.simulation).directory(contentHandle(volume) ?? '');
  if (!csi) return ok({ root, forGroup: 'tree' });
  if (!hasDriver(context, csi.driver)) return setUpFailed(name, noDriver(csi.driver));
  return ok({ root, forGroup: 'tree', expand: (node, pod) => expandFileSystem(node, pod, name) });
}

/** The volume behind a claim (desired_state_of_world_populator.go createVolumeSpec); a failure without a step keeps the volume out of the node's plans. */
function claimVolume(volume: Volume, context: VolumeContext): Result<MountedVolume, MountFailure> {
  const { store, pod } = context;
  const namespace = pod.metadata.namespace ?? '';
  const name = volume.persistentVolumeClaim?.claimName ?? `${pod.metadata.name}-${volume.name}`;
  const refuse = (why: string): Result<never, MountFailure> =>
    fail({ name: volume.name, message: `error processing PVC ${namespace}/${name}: ${why}` });
  const claim = store.get(PERSISTENT_VOLUME_CLAIMS, namespace, name);
  if (!claim) return refuse(`failed to fetch PVC from API server: persistentvolumeclaims ${goQuote(name)} not found`);
  if (claim.metadata.deletionTimestamp !== undefined && !claim.metadata.finalizers?.includes(PVC_PROTECTION))
    return refuse('PVC is being deleted');
  if (claim.status?.phase !== 'Bound') return refuse('PVC is not bound');
  const bound = store.get(PERSISTENT_VOLUMES, undefined, claim.spec.volumeName ?? '');
  if (!bound)
    return refuse(
      `failed to fetch PV ${goQuote(claim.spec.volumeName ?? '')} from API server: persistentvolumes ${goQuote(claim.spec.volumeName ?? '')} not found`,
    );
  const mode = bound.spec.volumeMode ?? 'Filesystem';
  if (mode === 'Block' ? isMounted(pod, volume.name) : isDevice(pod, volume.name))
    return fail({
      name: volume.name,
      message: `volume ${volume.name} has volumeMode ${mode}, but is specified in volume${mode === 'Block' ? 'Mounts' : 'Devices'}`,
    });
  const mounted = persistentVolume(bound, context);
  return mounted.ok ? ok({ ...mounted.value, readOnly: volume.persistentVolumeClaim?.readOnly === true }) : mounted;
}

const PVC_PROTECTION = 'kubernetes.io/pvc-protection';

function mounts(container: { readonly volumeMounts?: readonly { readonly name: string }[] }, volume: string): boolean {
  for (const { name } of container.volumeMounts ?? []) if (name === volume) return true;
  return false;
}

function maps(container: { readonly volumeDevices?: readonly { readonly name: string }[] }, volume: string): boolean {
  for (const { name } of container.volumeDevices ?? []) if (name === volume) return true;
  return false;
}

/** Whether a container of the pod mounts the volume. */
export const isMounted = ({ spec }: Pod, volume: string): boolean =>
  mounts(spec.containers[0], volume) ||
  spec.containers.some((container) => mounts(container, volume)) ||
  (spec.initContainers?.some((container) => mounts(container, volume)) ?? false) ||
  (spec.ephemeralContainers?.some((container) => mounts(container, volume)) ?? false);

/** Whether a container of the pod uses the volume as a block device. */
export const isDevice = ({ spec }: Pod, volume: string): boolean =>
  spec.containers.some((container) => maps(container, volume)) ||
  (spec.initContainers?.some((container) => maps(container, volume)) ?? false) ||
  (spec.ephemeralContainers?.some((container) => maps(container, volume)) ?? false);

const NO_GIT_REPO =
  'git-repo volume plugin has been disabled; if necessary, it may be re-enabled by enabling the feature-gate `GitRepoVolumeDriver`';

const noDriver = (driver: string, step = 'mounter.SetUpAt'): string =>
  `kubernetes.io/csi: ${step} failed to get CSI client: driver name ${driver} not found in the list of registered CSI drivers`;

const hasDriver = ({ store, nodeName }: VolumeContext, driver: string): boolean =>
  store.get(CSI_NODES, undefined, nodeName)?.spec.drivers?.some(({ name }) => name === driver) ?? false;

/** A node's iscsiadm comes with open-iscsi, which no node has. */
const NO_ISCSI = 'executable file not found in $PATH';

const VOLUME_TYPES: readonly (readonly [field: keyof Volume, mount: VolumeMounter])[] = [
  ['configMap', configMapVolume],
  ['downwardAPI', downwardApiVolume],
  ['emptyDir', emptyDirVolume],
  ['hostPath', hostPathVolume],
  ['gitRepo', () => fail(NO_GIT_REPO)],
  ['nfs', (volume, context) => (volume.nfs ? nfsVolume(volume.nfs, volume.name, [], context) : fail(''))],
  ['projected', projectedVolume],
  ['secret', secretVolume],
];

function mounterOf(volume: Volume): VolumeMounter {
  for (const type of VOLUME_TYPES) if (volume[type[0]] !== undefined) return type[1];
  return emptyDirVolume;
}

/** Sets up a volume of any type. */
export function mountVolume(volume: Volume, context: VolumeContext): Result<MountedVolume, MountFailure> {
  if (volume.persistentVolumeClaim ?? volume.ephemeral) return claimVolume(volume, context);
  if (volume.iscsi) return fail({ step: 'MountVolume.WaitForAttach failed', name: volume.name, message: NO_ISCSI });
  if (volume.csi && !hasDriver(context, volume.csi.driver))
    return setUpFailed(volume.name, noDriver(volume.csi.driver));
  const disk = migratedSource(volume);
  if (disk && !hasDriver(context, disk.driver))
    return fail({ step: 'MountVolume.WaitForAttach failed', name: volume.name, message: '', silent: true });
  const mount = 'image' in volume ? imageVolume : mounterOf(volume);
  const mounted = mount(volume, context);
  return mounted.ok ? mounted : setUpFailed(volume.name, mounted.error);
}
