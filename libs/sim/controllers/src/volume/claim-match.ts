import {
  PERSISTENT_VOLUMES,
  STORAGE_CLASSES,
  type ObjectReader,
  type PersistentVolume,
  type PersistentVolumeClaim,
  type StorageClass,
} from '@seatrial/apiserver';
import { compareStrings } from '@seatrial/kernel';
import { Quantity, labelSelectorMatches } from '@seatrial/schema';

export const BIND_COMPLETED = 'pv.kubernetes.io/bind-completed';
export const BOUND_BY_CONTROLLER = 'pv.kubernetes.io/bound-by-controller';
export const PROVISIONED_BY = 'pv.kubernetes.io/provisioned-by';
export const SELECTED_NODE = 'volume.kubernetes.io/selected-node';
export const PROVISIONER = 'volume.kubernetes.io/storage-provisioner';
export const PROVISIONER_BETA = 'volume.beta.kubernetes.io/storage-provisioner';

export const classOf = (object: PersistentVolume | PersistentVolumeClaim): string =>
  object.metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? object.spec.storageClassName ?? '';

export function storageClassOf(store: ObjectReader, claim: PersistentVolumeClaim): StorageClass | undefined {
  const name = classOf(claim);
  return name === '' ? undefined : store.get(STORAGE_CLASSES, undefined, name);
}

export const isDelayed = (store: ObjectReader, claim: PersistentVolumeClaim): boolean =>
  storageClassOf(store, claim)?.volumeBindingMode === 'WaitForFirstConsumer';

/** Whether a volume is meant for a claim (storagehelpers.IsVolumeBoundToClaim). */
export function isForClaim(volume: PersistentVolume, { metadata }: PersistentVolumeClaim): boolean {
  const reference = volume.spec.claimRef;
  return (
    reference?.name === metadata.name &&
    reference.namespace === metadata.namespace &&
    (!reference.uid || reference.uid === metadata.uid)
  );
}

const sizeOf = (volume: PersistentVolume): Quantity => Quantity.of(volume.spec.capacity?.storage);
const modeOf = ({ spec }: PersistentVolume | PersistentVolumeClaim): string => spec.volumeMode ?? 'Filesystem';

/** Why a volume that a claim asks for by name will not do (checkVolumeSatisfyClaim); undefined when it will. */
export function mismatch(volume: PersistentVolume, claim: PersistentVolumeClaim): string | undefined {
  if (sizeOf(volume).compare(Quantity.of(claim.spec.resources?.requests?.storage)) < 0)
    return 'requested PV is too small';
  if (classOf(volume) !== classOf(claim)) return 'storageClassName does not match';
  if (modeOf(volume) !== modeOf(claim)) return 'incompatible volumeMode';
  if (!claim.spec.accessModes?.every((mode) => volume.spec.accessModes?.includes(mode)))
    return 'incompatible accessMode';
  return undefined;
}

/** Volumes whose access modes are closest to those asked for come first, then the smallest (findBestMatchForClaim). */
export function findVolume(
  store: ObjectReader,
  claim: PersistentVolumeClaim,
  delayed: boolean,
): PersistentVolume | undefined {
  const wanted = Quantity.of(claim.spec.resources?.requests?.storage);
  let best: PersistentVolume | undefined;
  const better = (volume: PersistentVolume): boolean => {
    if (!best) return true;
    const modes = (volume.spec.accessModes?.length ?? 0) - (best.spec.accessModes?.length ?? 0);
    return modes < 0 || (modes === 0 && sizeOf(volume).compare(sizeOf(best)) < 0);
  };
  for (const volume of store.list(PERSISTENT_VOLUMES)) {
    if (volume.metadata.deletionTimestamp !== undefined) continue;
    if (mismatch(volume, claim) !== undefined) continue;
    if (volume.spec.claimRef) {
      if (isForClaim(volume, claim)) return volume;
      continue;
    }
    if (
      delayed ||
      (volume.status?.phase !== 'Available' && volume.status?.phase !== undefined && volume.status.phase !== 'Pending')
    )
      continue;
    if (claim.spec.selector && !labelSelectorMatches(claim.spec.selector, volume.metadata.labels)) continue;
    if (sizeOf(volume).compare(wanted) >= 0 && better(volume)) best = volume;
  }
  return best;
}

/** The newest of the storage classes that are marked as the default. */
export function defaultClass(store: ObjectReader): StorageClass | undefined {
  return store
    .list(STORAGE_CLASSES)
    .filter(({ metadata }) => metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true')
    .sort(
      (a, b) =>
        compareStrings(b.metadata.creationTimestamp, a.metadata.creationTimestamp) ||
        compareStrings(a.metadata.name, b.metadata.name),
    )[0];
}
