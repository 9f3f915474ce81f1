import {
  PERSISTENT_VOLUMES,
  PERSISTENT_VOLUME_CLAIMS,
  type ControllerContext,
  type PersistentVolume,
  type PersistentVolumeClaim,
} from '@seatrial/apiserver';
import { jsonEqual } from '@seatrial/kernel';
import { formatTime } from '@seatrial/schema';
import { must } from '../request-failed.js';
import { BIND_COMPLETED, BOUND_BY_CONTROLLER } from './claim-match.js';

/** Writes a volume's phase, when it changes; `message` says why a phase is Failed. */
export function setVolumePhase(
  context: ControllerContext,
  volume: PersistentVolume,
  phase: string,
  message?: string,
): PersistentVolume {
  if (volume.status?.phase === phase && volume.status.message === message) return volume;
  const { message: _, ...status } = volume.status ?? {};
  return must(
    context.client.updateStatus(PERSISTENT_VOLUMES, {
      ...volume,
      status: {
        ...status,
        phase,
        ...(message === undefined ? {} : { message }),
        lastPhaseTransitionTime: formatTime(context.now()),
      },
    }),
  );
}

/** Writes a claim's phase, and what it gets from its volume while bound. */
export function setClaimPhase(
  context: ControllerContext,
  claim: PersistentVolumeClaim,
  phase: string,
  volume?: PersistentVolume,
): PersistentVolumeClaim {
  const { accessModes: _modes, capacity, ...rest } = claim.status ?? {};
  // A bound claim's capacity is its file system's, which follows the volume's on the node.
  const had = rest.phase === phase ? capacity : undefined;
  const status = {
    ...rest,
    phase,
    ...(volume ? { accessModes: volume.spec.accessModes, capacity: had ?? volume.spec.capacity } : {}),
  };
  if (jsonEqual(claim.status, status)) return claim;
  return must(context.client.updateStatus(PERSISTENT_VOLUME_CLAIMS, { ...claim, status }));
}

function bindVolume(
  context: ControllerContext,
  volume: PersistentVolume,
  claim: PersistentVolumeClaim,
): PersistentVolume {
  const { namespace, name, uid, resourceVersion } = claim.metadata;
  const reference = volume.spec.claimRef;
  if (reference?.uid === uid) return volume;
  // A volume that named its claim beforehand was bound by its user.
  const annotations = reference
    ? volume.metadata.annotations
    : { ...volume.metadata.annotations, [BOUND_BY_CONTROLLER]: 'yes' };
  return must(
    context.client.update(PERSISTENT_VOLUMES, {
      ...volume,
      metadata: { ...volume.metadata, ...(annotations ? { annotations } : {}) },
      spec: {
        ...volume.spec,
        claimRef: { kind: 'PersistentVolumeClaim', namespace, name, uid, apiVersion: 'v1', resourceVersion },
      },
    }),
  );
}

function bindClaim(
  context: ControllerContext,
  claim: PersistentVolumeClaim,
  volume: PersistentVolume,
): PersistentVolumeClaim {
  const { name } = volume.metadata;
  const asked = Boolean(claim.spec.volumeName);
  const annotations: Record<string, string> = { ...claim.metadata.annotations };
  if (!asked) annotations[BOUND_BY_CONTROLLER] = 'yes';
  annotations[BIND_COMPLETED] = 'yes';
  if (asked && claim.spec.volumeName === name && claim.metadata.annotations?.[BIND_COMPLETED] !== undefined)
    return claim;
  return must(
    context.client.update(PERSISTENT_VOLUME_CLAIMS, {
      ...claim,
      metadata: { ...claim.metadata, annotations },
      spec: { ...claim.spec, volumeName: name },
    }),
  );
}

/** Binds both to each other in the controller's order: volume, its phase, claim, its phase. */
export function bind(context: ControllerContext, volume: PersistentVolume, claim: PersistentVolumeClaim): void {
  const bound = setVolumePhase(context, bindVolume(context, volume, claim), 'Bound');
  setClaimPhase(context, bindClaim(context, claim, bound), 'Bound', bound);
}
