import {
  PERSISTENT_VOLUMES,
  PERSISTENT_VOLUME_CLAIMS,
  type ControllerContext,
  type PersistentVolumeClaim,
} from '@seatrial/apiserver';
import { fail, ok, type Result } from '@seatrial/kernel';
import { contentHandle, csiHandle } from '@seatrial/kinds';
import { SNAPSHOTS, SNAPSHOT_CONTENTS } from './snapshot.js';

/** From what a new volume is filled: the handle of its content; undefined for an empty one, an error for what is not there. */
export function dataSource(
  { client }: ControllerContext,
  driver: string,
  claim: PersistentVolumeClaim,
): Result<string | undefined, string> {
  const source = claim.spec.dataSource ?? claim.spec.dataSourceRef;
  if (!source) return ok(undefined);
  const { namespace } = claim.metadata;
  const prefix = `error getting handle for DataSource Type ${source.kind} by Name ${source.name}: `;
  if (source.kind === 'PersistentVolumeClaim') {
    const origin = client.get(PERSISTENT_VOLUME_CLAIMS, namespace, source.name);
    if (!origin)
      return fail(
        `${prefix}error getting PVC ${source.name} (namespace ${JSON.stringify(namespace)}) from api server: persistentvolumeclaims ${JSON.stringify(source.name)} not found`,
      );
    if (origin.status?.phase !== 'Bound')
      return fail(
        `${prefix}the PVC ${source.name} is not bound, cannot clone: current status is ${origin.status?.phase ?? ''}`,
      );
    const volume = client.get(PERSISTENT_VOLUMES, undefined, origin.spec.volumeName ?? '');
    if (volume?.spec.csi?.driver !== driver)
      return fail(`${prefix}the source volume is not a ${driver} volume: cannot clone`);
    return ok(contentHandle(volume));
  }
  if (source.kind !== 'VolumeSnapshot') return ok(undefined);
  const snapshot = client.get(SNAPSHOTS, namespace, source.name);
  if (!snapshot)
    return fail(
      `${prefix}error getting snapshot ${source.name} from api server: volumesnapshots.snapshot.storage.k8s.io ${JSON.stringify(source.name)} not found`,
    );
  if (snapshot.status?.readyToUse !== true) return fail(`${prefix}snapshot ${source.name} is not Ready`);
  const content = client.get(SNAPSHOT_CONTENTS, undefined, snapshot.status.boundVolumeSnapshotContentName ?? '');
  const handle = content?.status?.snapshotHandle;
  if (content?.spec.driver !== driver || handle === undefined)
    return fail(`${prefix}snapshot content of ${source.name} is not of driver ${driver}`);
  return ok(csiHandle(driver, handle));
}
