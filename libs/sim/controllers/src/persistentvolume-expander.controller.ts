import { PERSISTENT_VOLUMES, PERSISTENT_VOLUME_CLAIMS, defineController, watch } from '@seatrial/apiserver';
import { Quantity } from '@seatrial/schema';
import { keyOf, splitKey } from './object-key.js';
import { retrying } from './request-failed.js';

/** Leaves claims that grow to whoever made their volume: no volume is left that it could expand itself (pkg/controller/volume/expand). */
export const persistentVolumeExpanderController = defineController({
  name: 'persistentvolume-expander-controller',
  component: 'volume_expand',
  sources: [
    watch(PERSISTENT_VOLUME_CLAIMS, ({ type, object, previous }) => {
      const before = previous?.spec.resources?.requests?.['storage'];
      const size = object.spec.resources?.requests?.['storage'];
      return type === 'MODIFIED' && before !== undefined && before !== size ? [keyOf(object)] : [];
    }),
  ],
  reconcile: retrying(({ client, events }, key) => {
    const [namespace, name] = splitKey(key);
    const claim = client.get(PERSISTENT_VOLUME_CLAIMS, namespace, name);
    if (!claim || !client.get(PERSISTENT_VOLUMES, undefined, claim.spec.volumeName ?? '')) return;
    const size = Quantity.of(claim.spec.resources?.requests?.['storage']);
    if (size.compare(Quantity.of(claim.status?.capacity?.['storage'])) <= 0) return;
    const message = 'waiting for an external controller to expand this PVC';
    events.event({ object: claim }, 'Normal', 'ExternalExpanding', message);
  }),
});
