import { PERSISTENT_VOLUMES } from '@seatrial/apiserver';
import { definePlugin, nodeAdded } from '../cycle/plugin.js';
import { claimsOf } from '../cycle/volume-match.js';

type ZoneLabel = readonly [key: string, values: readonly string[]];

const KEYS = [
  'failure-domain.beta.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region',
  'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region',
];
const REJECTION = { reasons: ['node(s) had no available volume zone'], unresolvable: true };

/** Nodes must be in the zone and region that the pod's volumes are labelled with. */
export const volumeZonePlugin = definePlugin<readonly ZoneLabel[], undefined>({
  name: 'VolumeZone',
  preFilter: ({ info: { pod, usesClaims }, cluster: { store } }) => {
    if (!usesClaims) return 'skip';
    const labels = claimsOf(store, pod).flatMap(({ spec }) => {
      const volume = spec.volumeName ? store.get(PERSISTENT_VOLUMES, undefined, spec.volumeName) : undefined;
      return KEYS.flatMap((key): ZoneLabel[] => {
        const value = volume?.metadata.labels?.[key];
        return value === undefined ? [] : [[key, value.split('__')]];
      });
    });
    return labels.length === 0 ? 'skip' : { state: labels };
  },
  filter: (_cycle, node, labels) =>
    labels.every(([key, values]) => values.includes(node.label(key) ?? '')) ? undefined : REJECTION,
  requeueOn: (event) => nodeAdded(event) || event.resource.startsWith('persistentvolume'),
});
