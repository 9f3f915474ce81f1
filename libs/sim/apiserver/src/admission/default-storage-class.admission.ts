import type { JsonObject } from '@seatrial/kernel';
import type { StorageClass } from '../contract/object.js';
import { STORAGE_CLASSES } from '../contract/resource.js';
import type { ServerState } from '../registry/server-state.js';
import { defineAdmission } from './admission.js';

const DEFAULT = ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class'];

/** The default class: of several the newest, then the first by name (pkg/volume/util GetDefaultClass). */
function defaultStorageClassOf(server: ServerState): StorageClass | undefined {
  let found: StorageClass | undefined;
  for (const candidate of server.store.list(STORAGE_CLASSES)) {
    if (!DEFAULT.some((key) => candidate.metadata.annotations?.[key] === 'true')) continue;
    if (!found || candidate.metadata.creationTimestamp > found.metadata.creationTimestamp) found = candidate;
  }
  return found;
}

/** A claim that names no class gets the default one (plugin/pkg/admission/storage/storageclass/setdefault). */
export const defaultStorageClassAdmission = defineAdmission({
  name: 'DefaultStorageClass',
  operations: ['CREATE'],
  resources: ['/persistentvolumeclaims'],
  mutate: (attributes) => {
    if (!attributes.object) return undefined;
    const { object, scope } = attributes;
    const spec = (object.spec ?? {}) as JsonObject;
    const annotations = object.metadata.annotations as JsonObject | undefined;
    if (spec.storageClassName !== undefined || annotations?.['volume.beta.kubernetes.io/storage-class'] !== undefined)
      return undefined;
    const found = defaultStorageClassOf(scope.server);
    if (found) object.spec = { ...spec, storageClassName: found.metadata.name };
    return undefined;
  },
});
