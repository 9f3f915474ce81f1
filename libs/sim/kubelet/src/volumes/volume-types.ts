import {
  CSI_NODES,
  PERSISTENT_VOLUMES,
  PERSISTENT_VOLUME_CLAIMS,
  type PersistentVolume,
  type Pod,
} from '@seatrial/apiserver';
import { fail, newDirectory, ok, volumeContents, type Result } from '@seatrial/kernel';
import { contentHandle } from '@seatrial/kinds';
import { Quantity } from '@seatrial/schema';
import type { Volume } from 'kubernetes-types/core/v1.js';
import { configMapVolume, downwardApiVolume, projectedVolume, secretVolume } from './api-volumes.js';
import { expandFileSystem } from './expand-file-system.js';
import { hostPath, hostPathVolume } from './host-path.js';
import type { MountedVolume, VolumeContext, VolumeMounter } from './volume-mounter.js';

const emptyDirVolume: VolumeMounter = (volume, { simulation, pod }) => {
  const medium = volume.emptyDir?.medium ?? '';
  if (medium !== '' && medium !== 'Memory' && !medium.startsWith('HugePages'))
    return fail(`unknown storage medium ${JSON.stringify(medium)}`);
  const root = newDirectory(simulation.now(), 0o777);
  if (medium !== 'Memory') return ok({ root });
  const limit = volume.emptyDir?.sizeLimit ?? memoryLimit(pod);
  return ok({ root, type: 'tmpfs', ...(limit === undefined ? {} : { limitBytes: Quantity.of(limit).toNumber() }) });
};

/** What the pod's containers may use together, when each is limited. */
function memoryLimit(pod: Pod): number | undefined {
  const limits = pod.spec.containers.map((container) => container.resources?.limits?.['memory']);
  if (limits.some((limit) => limit === undefined)) return undefined;
  return limits.reduce((sum, limit) => sum + Quantity.of(limit).toNumber(), 0);
}

function persistentVolume(volume: PersistentVolume, context: VolumeContext): Result<MountedVolume, string> {
  const { spec } = volume;
  if (spec.hostPath) return hostPath(spec.hostPath.path, spec.hostPath.type ?? '', context);
  if (spec.local) {
    const found = context.node.stat(spec.local.path);
    if (!found.ok) return fail(`path ${JSON.stringify(spec.local.path)} does not exist`);
    return ok({ root: found.value });
  }
  const root = volumeContents(context.simulation).directory(contentHandle(volume) ?? '');
  if (!spec.csi) return ok({ root });
  const { driver } = spec.csi;
  const known = context.store.get(CSI_NODES, undefined, context.nodeName)?.spec.drivers ?? [];
  if (!known.some(({ name }) => name === driver))
    return fail(
      `kubernetes.io/csi: mounter.SetUpAt failed to get CSI client: driver name ${driver} not found in the list of registered CSI drivers`,
    );
  return ok({ root, expand: (node, pod) => expandFileSystem(node, pod, volume.metadata.name) });
}

const claimVolume: VolumeMounter = (volume, context) => {
  const { store, pod } = context;
  const name = volume.persistentVolumeClaim?.claimName ?? `${pod.metadata.name}-${volume.name}`;
  const claim = store.get(PERSISTENT_VOLUME_CLAIMS, pod.metadata.namespace, name);
  if (!claim) return fail(`persistentvolumeclaim ${JSON.stringify(name)} not found`);
  const bound = store.get(PERSISTENT_VOLUMES, undefined, claim.spec.volumeName ?? '');
  if (!bound) return fail(`PVC ${JSON.stringify(name)} is not bound`);
  const mounted = persistentVolume(bound, context);
  return mounted.ok ? ok({ ...mounted.value, readOnly: volume.persistentVolumeClaim?.readOnly === true }) : mounted;
};

const VOLUME_TYPES: readonly (readonly [field: keyof Volume, mount: VolumeMounter])[] = [
  ['configMap', configMapVolume],
  ['downwardAPI', downwardApiVolume],
  ['emptyDir', emptyDirVolume],
  ['ephemeral', claimVolume],
  ['hostPath', hostPathVolume],
  [
    'nfs',
    (volume, context) =>
      ok({
        root: volumeContents(context.simulation).directory(`nfs ${volume.nfs?.server ?? ''}:${volume.nfs?.path ?? ''}`),
      }),
  ],
  ['persistentVolumeClaim', claimVolume],
  ['projected', projectedVolume],
  ['secret', secretVolume],
];

/** Sets up a volume of any type. */
export const mountVolume: VolumeMounter = (volume, context) => {
  const type = VOLUME_TYPES.find(([field]) => volume[field] !== undefined);
  if (type) return type[1](volume, context);
  return emptyDirVolume(volume, context);
};
