import { PERSISTENT_VOLUME_CLAIMS, type Pod } from '@seatrial/apiserver';
import { definePlugin, nodeAdded, podLeft } from '../cycle/plugin.js';

const REJECTION = {
  reasons: [
    'node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod',
  ],
};

const claimsOf = ({ spec }: Pod): string[] =>
  (spec.volumes ?? []).flatMap(({ persistentVolumeClaim: used }) => used?.claimName ?? []);

/** A claim with access mode ReadWriteOncePod is used by one pod only. */
export const volumeRestrictionsPlugin = definePlugin<ReadonlySet<string>, undefined>({
  name: 'VolumeRestrictions',
  preFilter: ({ info: { pod, namespace }, cluster: { store } }) => {
    const exclusive = new Set<string>();
    for (const { persistentVolumeClaim: used } of pod.spec.volumes ?? []) {
      if (!used) continue;
      const claim = store.get(PERSISTENT_VOLUME_CLAIMS, namespace, used.claimName);
      if (!claim) return { rejected: `persistentvolumeclaim "${used.claimName}" not found` };
      if (claim.spec.accessModes?.includes('ReadWriteOncePod')) exclusive.add(used.claimName);
    }
    return exclusive.size === 0 ? 'skip' : { state: exclusive };
  },
  filter: ({ info }, node, exclusive) => {
    for (const { pod, namespace } of node.pods.values())
      if (namespace === info.namespace)
        for (const { persistentVolumeClaim: used } of pod.spec.volumes ?? [])
          if (used && exclusive.has(used.claimName)) return REJECTION;
    return undefined;
  },
  requeueOn: (event, pod) => {
    const { resource, type, object } = event;
    if (nodeAdded(event)) return true;
    if (object.metadata.namespace !== pod.metadata.namespace) return false;
    const claims = claimsOf(pod);
    if (podLeft(event)) return claimsOf(object as Pod).some((name) => claims.includes(name));
    return resource === 'persistentvolumeclaims' && type === 'ADDED' && claims.includes(object.metadata.name);
  },
});
