import { STORAGE_CLASSES, type ApiClient } from '@seatrial/apiserver';
import { invariant } from '@seatrial/kernel';
import type { ClusterProfile } from '../profile/cluster-profile.js';

/** The profile's storage classes; the first one is marked as the default. */
export function createStorageClasses(client: ApiClient, profile: ClusterProfile): void {
  for (const [index, storageClass] of profile.storageClasses.entries()) {
    const { name, provisioner, volumeBindingMode, allowVolumeExpansion, parameters } = storageClass;
    const annotations = index === 0 ? { 'storageclass.kubernetes.io/is-default-class': 'true' } : undefined;
    const created = client.create(STORAGE_CLASSES, {
      metadata: { name, annotations },
      provisioner,
      ...(parameters ? { parameters } : {}),
      volumeBindingMode,
      allowVolumeExpansion,
      reclaimPolicy: 'Delete',
    });
    invariant(created.ok, `bootstrap: storage class ${name}`);
  }
}
