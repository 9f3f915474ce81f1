import {
  PERSISTENT_VOLUMES,
  PERSISTENT_VOLUME_CLAIMS,
  defineController,
  watch,
  type PersistentVolumeClaim,
} from '@seatrial/apiserver';
import { keyOf, splitKey } from './object-key.js';
import { retrying } from './request-failed.js';
import { recyclerSources } from './volume/recycle.js';
import { syncClaim } from './volume/sync-claim.js';
import { syncVolume } from './volume/sync-volume.js';

/** Everything is looked at again so often (PVClaimBinderSyncPeriod). */
const RESYNC_MS = 15_000;

const isSettled = ({ status }: PersistentVolumeClaim): boolean => status?.phase === 'Bound';

/** Binds claims and volumes to each other and reclaims what is released (pkg/controller/volume/persistentvolume). */
export const persistentVolumeBinderController = defineController({
  name: 'persistentvolume-binder-controller',
  component: 'persistentvolume-controller',
  sources: [
    ...recyclerSources,
    watch(PERSISTENT_VOLUME_CLAIMS, ({ type, object, previous }) => {
      const volumes = object.spec.volumeName ? [object.spec.volumeName] : [];
      if (type === 'DELETED') return volumes;
      const same = previous?.metadata.resourceVersion === object.metadata.resourceVersion;
      return same ? [] : [keyOf(object)];
    }),
    watch(PERSISTENT_VOLUMES, ({ type, object }) => {
      const reference = object.spec.claimRef;
      if (type !== 'DELETED') return [object.metadata.name];
      return reference?.name ? [`${reference.namespace ?? ''}/${reference.name}`] : [];
    }),
  ],
  resync: {
    periodMs: RESYNC_MS,
    keys: ({ client }) => [
      ...client
        .list(PERSISTENT_VOLUMES)
        .filter(({ status }) => status?.phase !== 'Bound')
        .map(keyOf),
      ...client
        .list(PERSISTENT_VOLUME_CLAIMS)
        .filter((claim) => !isSettled(claim))
        .map(keyOf),
    ],
  },
  reconcile: retrying((context, key) => {
    const [namespace, name] = splitKey(key);
    if (namespace === undefined) {
      const volume = context.client.get(PERSISTENT_VOLUMES, undefined, name);
      const claim = volume && syncVolume(context, volume);
      if (claim !== undefined) context.requeueAfter(claim, 0);
      return;
    }
    const claim = context.client.get(PERSISTENT_VOLUME_CLAIMS, namespace, name);
    if (claim) syncClaim(context, claim);
  }),
});
