import { PERSISTENT_VOLUME_CLAIMS, PODS, defineController, watch } from '@seatrial/apiserver';
import { isPodTerminal } from './pod-state.js';
import { keyOf, ownKeys, splitKey } from './object-key.js';
import { must, retrying } from './request-failed.js';
import { PODS_BY_CLAIM, claimsOf } from './volume/pods-by-claim.js';

const FINALIZER = 'kubernetes.io/pvc-protection';

/** Holds claims that are being deleted until no pod uses them (pkg/controller/volume/pvcprotection). */
export const persistentVolumeClaimProtectionController = defineController({
  name: 'persistentvolumeclaim-protection-controller',
  component: 'pvc-protection-controller',
  sources: [
    ownKeys(PERSISTENT_VOLUME_CLAIMS),
    watch(PODS, ({ type, object }) => (type === 'DELETED' || isPodTerminal(object) ? claimsOf(object) : [])),
  ],
  reconcile: retrying(({ client }, key) => {
    const [namespace, name] = splitKey(key);
    const claim = client.get(PERSISTENT_VOLUME_CLAIMS, namespace, name);
    if (!claim) return;
    const { finalizers = [], deletionTimestamp, ...metadata } = claim.metadata;
    if (deletionTimestamp === undefined) {
      if (!finalizers.includes(FINALIZER))
        must(
          client.update(PERSISTENT_VOLUME_CLAIMS, {
            ...claim,
            metadata: { ...metadata, finalizers: [...finalizers, FINALIZER] },
          }),
        );
      return;
    }
    if (!finalizers.includes(FINALIZER)) return;
    const used = client
      .byIndex(PODS_BY_CLAIM, keyOf(claim))
      .some((pod) => Boolean(pod.spec.nodeName) && !isPodTerminal(pod));
    if (used) return;
    const left = finalizers.filter((one) => one !== FINALIZER);
    must(
      client.update(PERSISTENT_VOLUME_CLAIMS, {
        ...claim,
        metadata: { ...metadata, deletionTimestamp, ...(left.length > 0 ? { finalizers: left } : {}) },
      }),
    );
  }),
});
