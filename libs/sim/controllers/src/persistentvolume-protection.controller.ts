import { PERSISTENT_VOLUMES, defineController } from '@seatrial/apiserver';
import { ownKeys } from './object-key.js';
import { must, retrying } from './request-failed.js';

const FINALIZER = 'kubernetes.io/pv-protection';

/** Holds volumes that are being deleted while they are bound (pkg/controller/volume/pvprotection). */
export const persistentVolumeProtectionController = defineController({
  name: 'persistentvolume-protection-controller',
  component: 'pv-protection-controller',
  sources: [ownKeys(PERSISTENT_VOLUMES)],
  reconcile: retrying(({ client }, key) => {
    const volume = client.get(PERSISTENT_VOLUMES, undefined, key);
    if (!volume) return;
    const { finalizers = [], ...metadata } = volume.metadata;
    const held = finalizers.includes(FINALIZER);
    const going = metadata.deletionTimestamp !== undefined;
    if (going ? !held || volume.status?.phase === 'Bound' : held) return;
    const left = going ? finalizers.filter((one) => one !== FINALIZER) : [...finalizers, FINALIZER];
    must(
      client.update(PERSISTENT_VOLUMES, {
        ...volume,
        metadata: { ...metadata, ...(left.length > 0 ? { finalizers: left } : {}) },
      }),
    );
  }),
});
