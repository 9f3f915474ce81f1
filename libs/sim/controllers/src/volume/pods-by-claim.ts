import { PODS, type Pod, type StoreIndex } from '@seatrial/apiserver';

/** The keys of the claims that a pod uses, generic ephemeral ones too. */
export const claimsOf = ({ metadata, spec }: Pod): string[] =>
  (spec.volumes ?? []).flatMap((volume) => {
    const name =
      volume.persistentVolumeClaim?.claimName ?? (volume.ephemeral ? `${metadata.name}-${volume.name}` : undefined);
    return name === undefined ? [] : [`${metadata.namespace ?? ''}/${name}`];
  });

export const PODS_BY_CLAIM: StoreIndex<Pod> = {
  name: 'pods-by-claim',
  resource: PODS,
  keys: claimsOf,
  same: (before, after) => before.spec.volumes === after.spec.volumes,
};
