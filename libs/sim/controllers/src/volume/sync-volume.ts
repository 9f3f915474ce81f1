import {
  PERSISTENT_VOLUMES,
  PERSISTENT_VOLUME_CLAIMS,
  type ControllerContext,
  type PersistentVolume,
  type PersistentVolumeClaim,
} from '@seatrial/apiserver';
import { must } from '../request-failed.js';
import { setVolumePhase } from './bind.js';
import { BOUND_BY_CONTROLLER, PROVISIONED_BY, sameMode } from './claim-match.js';
import { isRecyclable, recycle } from './recycle.js';

/** Why the volume's data cannot be deleted by the controller; undefined when it can. */
function deletionProblem({ metadata, spec }: PersistentVolume): string | undefined {
  if (spec.hostPath)
    return /^\/tmp\/.+/.test(spec.hostPath.path)
      ? undefined
      : `host_path deleter only supports /tmp/.+ but received provided ${spec.hostPath.path}`;
  // Only what the controller manager has a plugin for can lack a deleter; the nodes' volumes it does not know.
  const why = spec.nfs ? 'no deletable volume plugin matched' : 'no volume plugin matched';
  return `error getting deleter volume plugin for volume "${metadata.name}": ${why}`;
}

function fail(context: ControllerContext, volume: PersistentVolume, reason: string, message: string): void {
  if (volume.status?.phase !== 'Failed') context.events.event({ object: volume }, 'Warning', reason, message);
  setVolumePhase(context, volume, 'Failed', message);
}

function reclaim(context: ControllerContext, volume: PersistentVolume): void {
  const policy = volume.spec.persistentVolumeReclaimPolicy;
  if (policy === 'Recycle') {
    const problem = isRecyclable(volume) ? recycle(context, volume) : 'No recycler plugin found for the volume!';
    if (problem !== undefined) fail(context, volume, 'VolumeFailedRecycle', problem);
  }
  if (policy !== 'Delete' || volume.metadata.deletionTimestamp !== undefined) return;
  // What an external provisioner made it also deletes.
  if (volume.metadata.annotations?.[PROVISIONED_BY] !== undefined || volume.spec.csi) return;
  const problem = deletionProblem(volume);
  if (problem !== undefined) {
    fail(context, volume, 'VolumeFailedDelete', problem);
    return;
  }
  const deleted = context.client.delete(PERSISTENT_VOLUMES, undefined, volume.metadata.name);
  if (!deleted.ok && deleted.error.reason !== 'NotFound') must(deleted);
}

/** Takes a volume from a claim that turned out to have another one. */
function unbind(context: ControllerContext, volume: PersistentVolume): void {
  const { claimRef, ...spec } = volume.spec;
  const { [BOUND_BY_CONTROLLER]: byController, ...annotations } = volume.metadata.annotations ?? {};
  const { uid: _uid, ...asked } = claimRef ?? {};
  const updated = must(
    context.client.update(PERSISTENT_VOLUMES, {
      ...volume,
      metadata: { ...volume.metadata, annotations },
      spec: byController === undefined ? { ...spec, claimRef: asked } : spec,
    }),
  );
  setVolumePhase(context, updated, 'Available');
}

function release(context: ControllerContext, volume: PersistentVolume): PersistentVolume {
  const phase = volume.status?.phase;
  return phase === 'Released' || phase === 'Failed' ? volume : setVolumePhase(context, volume, 'Released');
}

/** Made for a claim that has found another volume. */
const isSpare = ({ metadata, spec }: PersistentVolume): boolean =>
  metadata.annotations?.[PROVISIONED_BY] !== undefined && spec.persistentVolumeReclaimPolicy === 'Delete';

function modesDiffer({ events }: ControllerContext, volume: PersistentVolume, claim: PersistentVolumeClaim): void {
  const why = 'due to incompatible volumeMode.';
  const ofVolume = `Cannot bind PersistentVolume to requested PersistentVolumeClaim "${claim.metadata.name}" ${why}`;
  events.event({ object: volume }, 'Warning', 'VolumeMismatch', ofVolume);
  const ofClaim = `Cannot bind PersistentVolume "${volume.metadata.name}" to requested PersistentVolumeClaim ${why}`;
  events.event({ object: claim }, 'Warning', 'VolumeMismatch', ofClaim);
}

/** One step for a volume (syncVolume). Gives the claim that has to be looked at, where there is one. */
export function syncVolume(context: ControllerContext, volume: PersistentVolume): string | undefined {
  const reference = volume.spec.claimRef;
  if (!reference?.name) {
    setVolumePhase(context, volume, 'Available');
    return undefined;
  }
  const key = `${reference.namespace ?? ''}/${reference.name}`;
  if (!reference.uid) {
    setVolumePhase(context, volume, 'Available');
    return key;
  }
  const claim = context.client.get(PERSISTENT_VOLUME_CLAIMS, reference.namespace, reference.name);
  if (claim?.metadata.uid !== reference.uid) {
    reclaim(context, release(context, volume));
    return undefined;
  }
  if (!claim.spec.volumeName) {
    if (sameMode(volume, claim)) return key;
    modesDiffer(context, volume, claim);
    return undefined;
  }
  if (claim.spec.volumeName === volume.metadata.name) setVolumePhase(context, volume, 'Bound');
  else if (isSpare(volume)) reclaim(context, release(context, volume));
  else unbind(context, volume);
  return undefined;
}
