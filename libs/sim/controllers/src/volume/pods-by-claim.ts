import { PODS, type Pod, type StoreIndex } from '@seatrial/apiserver';

const NONE: readonly string[] = [];

/** The keys of the claims that a pod uses, generic ephemeral ones too. */
export function claimsOf({ metadata, spec }: Pod): readonly string[] {
  let claims: string[] | undefined;
  for (const volume of spec.volumes ?? []) {
    const name =
      volume.persistentVolumeClaim?.claimName ?? (volume.ephemeral ? `${metadata.name}-${volume.name}` : undefined);
    if (name === undefined) continue;
    claims ??= [];
    claims.push(`${metadata.namespace ?? ''}/${name}`);
  }
  return claims ?? NONE;
}

export const PODS_BY_CLAIM: StoreIndex<Pod> = {
  name: 'pods-by-claim',
  resource: PODS,
  keys: claimsOf,
  same: (before, after) => before.spec.volumes === after.spec.volumes,
};
