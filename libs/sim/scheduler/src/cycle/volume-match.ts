import {
  PERSISTENT_VOLUMES,
  PERSISTENT_VOLUME_CLAIMS,
  STORAGE_CLASSES,
  type KubeObject,
  type Node,
  type ObjectReader,
  type PersistentVolume,
  type PersistentVolumeClaim,
  type Pod,
  type StorageClass,
} from '@seatrial/apiserver';
import { nodeSelectorMatches } from '@seatrial/kinds';
import { Quantity, labelSelectorMatches } from '@seatrial/schema';

type PodVolume = NonNullable<Pod['spec']['volumes']>[number];

/** The claim that a volume of a pod uses, and whether it is a generic ephemeral one. */
export function claimNameOf(pod: Pod, volume: PodVolume): { name: string; ephemeral: boolean } | undefined {
  if (volume.persistentVolumeClaim) return { name: volume.persistentVolumeClaim.claimName, ephemeral: false };
  if (volume.ephemeral) return { name: `${pod.metadata.name}-${volume.name}`, ephemeral: true };
  return undefined;
}

/** A volume of the pod is this claim. */
export const usesClaim = (pod: Pod, { metadata }: KubeObject): boolean =>
  metadata.namespace === pod.metadata.namespace &&
  (pod.spec.volumes ?? []).some((volume) => claimNameOf(pod, volume)?.name === metadata.name);

/** The claims of a pod that exist. */
export function claimsOf(store: ObjectReader, pod: Pod): PersistentVolumeClaim[] {
  return (pod.spec.volumes ?? []).flatMap((volume) => {
    const used = claimNameOf(pod, volume);
    const claim = used && store.get(PERSISTENT_VOLUME_CLAIMS, pod.metadata.namespace, used.name);
    return claim ? [claim] : [];
  });
}

export const isFullyBound = ({ metadata, spec }: PersistentVolumeClaim): boolean =>
  Boolean(spec.volumeName) && metadata.annotations?.['pv.kubernetes.io/bind-completed'] !== undefined;

export function storageClassOf(store: ObjectReader, claim: PersistentVolumeClaim): StorageClass | undefined {
  const name = claim.spec.storageClassName;
  return name ? store.get(STORAGE_CLASSES, undefined, name) : undefined;
}

/** Whether binding waits until a pod that uses the claim is placed. */
export const isDelayed = (store: ObjectReader, claim: PersistentVolumeClaim): boolean =>
  storageClassOf(store, claim)?.volumeBindingMode === 'WaitForFirstConsumer';

/** volume.CheckNodeAffinity. */
export function volumeFitsNode({ spec }: PersistentVolume, node: Node): boolean {
  const terms = spec.nodeAffinity?.required?.nodeSelectorTerms;
  return terms === undefined || nodeSelectorMatches(terms, node);
}

const isFor = (volume: PersistentVolume, { metadata }: PersistentVolumeClaim): boolean => {
  const reference = volume.spec.claimRef;
  return (
    reference?.name === metadata.name &&
    reference.namespace === metadata.namespace &&
    (!reference.uid || reference.uid === metadata.uid)
  );
};

/** The smallest free volume that a claim can have on a node (volume.FindMatchingVolume with a node). */
export function findVolume(
  store: ObjectReader,
  claim: PersistentVolumeClaim,
  node: Node,
  taken: ReadonlySet<string>,
): PersistentVolume | undefined {
  const { spec } = claim;
  const wanted = Quantity.of(spec.resources?.requests?.storage);
  let best: PersistentVolume | undefined;
  for (const volume of store.list(PERSISTENT_VOLUMES)) {
    const { metadata } = volume;
    if (taken.has(metadata.name) || metadata.deletionTimestamp !== undefined) continue;
    if ((volume.spec.volumeMode ?? 'Filesystem') !== (spec.volumeMode ?? 'Filesystem')) continue;
    if (Quantity.of(volume.spec.capacity?.storage).compare(wanted) < 0) continue;
    if (volume.spec.claimRef) {
      // Meant for the claim, whatever its class: this one or none.
      if (isFor(volume, claim)) return volumeFitsNode(volume, node) ? volume : undefined;
      continue;
    }
    if (!volumeFitsNode(volume, node)) continue;
    if ((volume.spec.storageClassName ?? '') !== (spec.storageClassName ?? '')) continue;
    if (volume.status?.phase !== 'Available') continue;
    if (!(spec.accessModes ?? []).every((mode) => volume.spec.accessModes?.includes(mode))) continue;
    if (spec.selector && !labelSelectorMatches(spec.selector, metadata.labels)) continue;
    const smaller =
      !best || Quantity.of(volume.spec.capacity?.storage).compare(Quantity.of(best.spec.capacity?.storage)) < 0;
    if (smaller) best = volume;
  }
  return best;
}

interface TopologyTerm {
  readonly matchLabelExpressions?: readonly { readonly key: string; readonly values: readonly string[] }[];
}

/** Whether a storage class makes volumes for a node (MatchTopologySelectorTerms of `allowedTopologies`). */
export function providesFor(storageClass: StorageClass | undefined, { metadata: { labels } }: Node): boolean {
  const { allowedTopologies: terms = [] } = (storageClass ?? {}) as { readonly allowedTopologies?: TopologyTerm[] };
  return (
    terms.length === 0 ||
    terms.some(({ matchLabelExpressions = [] }) =>
      matchLabelExpressions.every(({ key, values }) => values.includes(labels?.[key] ?? '')),
    )
  );
}
