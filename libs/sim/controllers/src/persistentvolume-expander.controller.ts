import {
  PERSISTENT_VOLUMES,
  PERSISTENT_VOLUME_CLAIMS,
  defineController,
  watch,
  type PersistentVolumeClaim,
} from '@seatrial/apiserver';
import { Quantity } from '@seatrial/schema';
import { keyOf, splitKey } from './object-key.js';
import { retrying } from './request-failed.js';

const requestOf = (claim: PersistentVolumeClaim | undefined): Quantity =>
  Quantity.of(claim?.spec.resources?.requests?.['storage']);

const capacityOf = (claim: PersistentVolumeClaim | undefined): Quantity =>
  Quantity.of(claim?.status?.capacity?.['storage']);

/** Leaves claims that grow to whoever made their volume: no volume is left that it could expand itself (pkg/controller/volume/expand). */
export const persistentVolumeExpanderController = defineController({
  name: 'persistentvolume-expander-controller',
  component: 'volume_expand',
  sources: [
    watch(PERSISTENT_VOLUME_CLAIMS, ({ type, object, previous }) => {
      if (type === 'DELETED' || object.status?.phase !== 'Bound') return [];
      const grows = requestOf(object).compare(requestOf(previous)) > 0;
      return grows || capacityOf(object).compare(capacityOf(previous)) > 0 ? [keyOf(object)] : [];
    }),
  ],
  reconcile: retrying(({ client, events }, key) => {
    const [namespace, name] = splitKey(key);
    const claim = client.get(PERSISTENT_VOLUME_CLAIMS, namespace, name);
    const volume = claim && client.get(PERSISTENT_VOLUMES, undefined, claim.spec.volumeName ?? '');
    if (volume?.spec.claimRef?.uid !== claim?.metadata.uid || !claim) return;
    if (requestOf(claim).compare(capacityOf(claim)) <= 0) return;
    const message = 'waiting for an external controller to expand this PVC';
    events.event({ object: claim }, 'Normal', 'ExternalExpanding', message);
  }),
});
