import { PERSISTENT_VOLUMES, type KubeObject, type StorageClass } from '@seatrial/apiserver';
import { jsonEqual } from '@seatrial/kernel';
import type { NodeInfo } from '../cache/node-info.js';
import { definePlugin, nodeAdded, nodeRelabelled } from '../cycle/plugin.js';
import { claimsOf, usesClaim } from '../cycle/volume-match.js';

type ZoneLabel = readonly [key: string, values: readonly string[]];

const ZONE = 'topology.kubernetes.io/zone';
const REGION = 'topology.kubernetes.io/region';
const KEYS = ['failure-domain.beta.kubernetes.io/zone', 'failure-domain.beta.kubernetes.io/region', ZONE, REGION];
const REJECTION = { reasons: ['node(s) had no available volume zone'], unresolvable: true };

function zonesOf({ metadata: { labels } }: KubeObject): ZoneLabel[] {
  return KEYS.flatMap((key): ZoneLabel[] => (labels?.[key] === undefined ? [] : [[key, labels[key].split('__')]]));
}

/** A node's value of a label, of today's label when it lacks the one of old. */
function valueOn(node: NodeInfo, key: string): string {
  return node.label(key) ?? node.label(key.endsWith('/zone') ? ZONE : REGION) ?? '';
}

/** Nodes that are in a zone or region must be in those that the pod's volumes are labelled with. */
export const volumeZonePlugin = definePlugin<readonly ZoneLabel[], undefined>({
  name: 'VolumeZone',
  preFilter: ({ info: { pod, usesClaims }, cluster: { store } }) => {
    if (!usesClaims) return 'skip';
    const labels: ZoneLabel[] = [];
    for (const { spec } of claimsOf(store, pod)) {
      if (!spec.volumeName) continue;
      const volume = store.get(PERSISTENT_VOLUMES, undefined, spec.volumeName);
      if (!volume) return { rejected: `persistentvolume "${spec.volumeName}" not found` };
      labels.push(...zonesOf(volume));
    }
    return labels.length === 0 ? 'skip' : { state: labels };
  },
  filter: (_cycle, node, labels) => {
    if (KEYS.every((key) => node.label(key) === undefined)) return undefined;
    return labels.every(([key, values]) => values.includes(valueOn(node, key))) ? undefined : REJECTION;
  },
  requeueOn: (event, pod) => {
    const { resource, type, object, previous } = event;
    if (type === 'DELETED') return false;
    switch (resource) {
      case 'storageclasses':
        return !previous && (object as StorageClass).volumeBindingMode === 'WaitForFirstConsumer';
      case 'persistentvolumeclaims':
        return usesClaim(pod, object);
      case 'persistentvolumes':
        return !previous || !jsonEqual(zonesOf(previous), zonesOf(object));
      default:
        return nodeAdded(event) || nodeRelabelled(event);
    }
  },
});
