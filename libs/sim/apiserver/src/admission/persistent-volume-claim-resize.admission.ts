import type { JsonObject } from '@seatrial/kernel';
import { Quantity } from '@seatrial/schema';
import type { PersistentVolumeClaim } from '../contract/object.js';
import { STORAGE_CLASSES } from '../contract/resource.js';
import { forbidden } from '../status/status-errors.js';
import { attributesName, defineAdmission } from './admission.js';

const storage = (object: unknown): string | undefined => {
  const { spec } = object as { readonly spec?: { readonly resources?: { readonly requests?: JsonObject } } };
  return spec?.resources?.requests?.storage as string | undefined;
};

/** Only claims of a class that allows it may grow (plugin/pkg/admission/storage/persistentvolume/resize). */
export const persistentVolumeClaimResizeAdmission = defineAdmission({
  name: 'PersistentVolumeClaimResize',
  operations: ['UPDATE'],
  resources: ['/persistentvolumeclaims'],
  validate: (attributes) => {
    const claim = attributes.object as unknown as PersistentVolumeClaim;
    const [before, after] = [storage(attributes.old), storage(claim)];
    if (before === undefined || after === undefined) return undefined;
    const [old, size] = [Quantity.parse(before), Quantity.parse(after)];
    if (!old.ok || !size.ok || size.value.compare(old.value) <= 0) return undefined;
    const refuse = (why: string) => forbidden(attributes.scope.rest.api, attributesName(attributes), why);
    if ((attributes.old as PersistentVolumeClaim).status?.phase !== 'Bound')
      return refuse('Only bound persistent volume claims can be expanded');
    const name = claim.spec.storageClassName;
    const found = name ? attributes.scope.server.store.get(STORAGE_CLASSES, undefined, name) : undefined;
    return found?.allowVolumeExpansion
      ? undefined
      : refuse(
          'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize',
        );
  },
});
