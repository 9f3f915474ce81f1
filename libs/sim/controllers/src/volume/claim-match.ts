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

export const CLASS_BETA = 'volume.beta.kubernetes.io/storage-class';

export const classOf = (object: PersistentVolume | PersistentVolumeClaim): string =>
  object.metadata.annotations?.[CLASS_BETA] ?? object.spec.storageClassName ?? '';

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

const attributesClassOf = ({ spec }: PersistentVolume | PersistentVolumeClaim): string =>
  (spec as { readonly volumeAttributesClassName?: string }).volumeAttributesClassName ?? '';

export const sameMode = (volume: PersistentVolume, claim: PersistentVolumeClaim): boolean =>
  modeOf(volume) === modeOf(claim);

/** Why a volume that a claim asks for by name will not do (checkVolumeSatisfyClaim); undefined when it will. */
export function mismatch(volume: PersistentVolume, claim: PersistentVolumeClaim): string | undefined {
  if (volume.metadata.deletionTimestamp !== undefined)
    return `the volume is marked for deletion "${volume.metadata.name}"`;
  if (sizeOf(volume).compare(Quantity.of(claim.spec.resources?.requests?.storage)) < 0)
    return 'requested PV is too small';
  if (classOf(volume) !== classOf(claim)) return 'storageClassName does not match';
  if (attributesClassOf(volume) !== attributesClassOf(claim)) return 'volumeAttributesClassName does not match';
  if (modeOf(volume) !== modeOf(claim)) return 'incompatible volumeMode';
  if (!claim.spec.accessModes?.every((mode) => volume.spec.accessModes?.includes(mode)))
    return 'incompatible accessMode';
  return undefined;
}

/** Whether a volume that names its claim, or none, can be the claim's (FindMatchingVolume): the former whatever its class. */
function canBe(volume: PersistentVolume, claim: PersistentVolumeClaim, delayed: boolean): boolean {
  if (volume.metadata.deletionTimestamp !== undefined || !sameMode(volume, claim)) return false;
  if (attributesClassOf(volume) !== attributesClassOf(claim)) return false;
  if (sizeOf(volume).compare(Quantity.of(claim.spec.resources?.requests?.storage)) < 0) return false;
  if (!claim.spec.accessModes?.every((mode) => volume.spec.accessModes?.includes(mode))) return false;
  if (volume.spec.claimRef) return isForClaim(volume, claim);
  // The scheduler chooses for claims that wait for their pod.
  if (delayed || !['Available', 'Pending', undefined].includes(volume.status?.phase)) return false;
  if (claim.spec.selector && !labelSelectorMatches(claim.spec.selector, volume.metadata.labels)) return false;
  return classOf(volume) === classOf(claim);
}

/** Volumes whose access modes are closest to those asked for come first, then one meant for it, then the smallest (findBestMatchForClaim). */
export function findVolume(
  store: ObjectReader,
  claim: PersistentVolumeClaim,
  delayed: boolean,
): PersistentVolume | undefined {
  let best: PersistentVolume | undefined;
  const better = (volume: PersistentVolume, than: PersistentVolume): boolean => {
    const modes = (volume.spec.accessModes?.length ?? 0) - (than.spec.accessModes?.length ?? 0);
    if (modes !== 0) return modes < 0;
    if (volume.spec.claimRef || than.spec.claimRef) return !than.spec.claimRef;
    return sizeOf(volume).compare(sizeOf(than)) < 0;
  };
  for (const volume of store.list(PERSISTENT_VOLUMES))
    if (canBe(volume, claim, delayed) && (!best || better(volume, best))) best = volume;
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
