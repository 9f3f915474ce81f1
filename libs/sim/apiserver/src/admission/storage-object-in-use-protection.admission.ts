import type { Draft } from '../request/request-scope.js';
import { concerns, defineAdmission } from './admission.js';

function addFinalizer(object: Draft, finalizer: string): void {
  const finalizers = (object.metadata.finalizers ?? []) as string[];
  if (!finalizers.includes(finalizer)) object.metadata.finalizers = [...finalizers, finalizer];
}

/** Claims, volumes and classes of their attributes are kept while they are used (plugin/pkg/admission/storage/storageobjectinuseprotection). */
export const storageObjectInUseProtectionAdmission = defineAdmission({
  name: 'StorageObjectInUseProtection',
  operations: ['CREATE'],
  resources: ['/persistentvolumeclaims', '/persistentvolumes', 'storage.k8s.io/volumeattributesclasses'],
  mutate: (attributes) => {
    if (!attributes.object) return undefined;
    if (concerns(attributes, '', 'persistentvolumeclaims'))
      addFinalizer(attributes.object, 'kubernetes.io/pvc-protection');
    if (concerns(attributes, '', 'persistentvolumes')) addFinalizer(attributes.object, 'kubernetes.io/pv-protection');
    if (concerns(attributes, 'storage.k8s.io', 'volumeattributesclasses'))
      addFinalizer(attributes.object, 'kubernetes.io/vac-protection');
    return undefined;
  },
});
