import {
  PERSISTENT_VOLUMES,
  PERSISTENT_VOLUME_CLAIMS,
  type ControllerContext,
  type PersistentVolume,
} from '@seatrial/apiserver';
import { must } from '../request-failed.js';
import { setVolumePhase } from './bind.js';
import { BOUND_BY_CONTROLLER, PROVISIONED_BY } from './claim-match.js';
import { isRecyclable, recycle } from './recycle.js';

/** Why the volume's data cannot be deleted by the controller; undefined when it can. */
function deletionProblem({ metadata, spec }: PersistentVolume): string | undefined {
  if (spec.hostPath)
    return /^\/tmp\/.+/.test(spec.hostPath.path)
      ? undefined
      : `host_path deleter only supports /tmp/.+ but received provided ${spec.hostPath.path}`;
  return `error getting deleter volume plugin for volume "${metadata.name}": no deletable volume plugin matched`;
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
  if (volume.metadata.annotations?.[PROVISIONED_BY] !== undefined) return;
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
    const phase = volume.status?.phase;
    const released = phase === 'Released' || phase === 'Failed' ? volume : setVolumePhase(context, volume, 'Released');
    reclaim(context, released);
    return undefined;
  }
  if (!claim.spec.volumeName) return key;
  if (claim.spec.volumeName === volume.metadata.name) setVolumePhase(context, volume, 'Bound');
  else unbind(context, volume);
  return undefined;
}
