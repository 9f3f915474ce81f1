import {
  PERSISTENT_VOLUMES,
  type KubeObject,
  type ObjectReader,
  type Pod,
  type ResourceType,
} from '@seatrial/apiserver';
import { definePlugin, nodeAdded, podLeft } from '../cycle/plugin.js';
import { claimsOf } from '../cycle/volume-match.js';

interface CsiNode extends KubeObject {
  readonly spec: {
    readonly drivers?: readonly { readonly name: string; readonly allocatable?: { readonly count?: number } }[];
  };
}

const CSI_NODES: ResourceType<CsiNode> = {
  group: 'storage.k8s.io',
  version: 'v1',
  resource: 'csinodes',
  kind: 'CSINode',
  namespaced: false,
};
const REJECTION = { reasons: ['node(s) exceed max volume count'] };

/** The CSI volumes of a pod: volume handle by driver. */
function csiVolumes(store: ObjectReader, pod: Pod): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const { spec } of claimsOf(store, pod)) {
    const csi = spec.volumeName ? store.get(PERSISTENT_VOLUMES, undefined, spec.volumeName)?.spec.csi : undefined;
    if (!csi) continue;
    const handles = found.get(csi.driver) ?? new Set<string>();
    found.set(csi.driver, handles.add(csi.volumeHandle));
  }
  return found;
}

/** A node's CSI drivers attach only so many volumes. */
export const nodeVolumeLimitsPlugin = definePlugin<Map<string, Set<string>>, undefined>({
  name: 'NodeVolumeLimits',
  preFilter: ({ info: { pod, usesClaims }, cluster: { store } }) => {
    if (!usesClaims) return 'skip';
    const volumes = csiVolumes(store, pod);
    return volumes.size === 0 ? 'skip' : { state: volumes };
  },
  filter: ({ cluster: { store } }, node, wanted) => {
    for (const { name, allocatable } of store.get(CSI_NODES, undefined, node.name)?.spec.drivers ?? []) {
      const handles = wanted.get(name);
      if (!handles || allocatable?.count === undefined) continue;
      const used = new Set<string>();
      for (const { pod } of node.pods.values())
        for (const handle of csiVolumes(store, pod).get(name) ?? []) used.add(handle);
      const added = [...handles].filter((handle) => !used.has(handle)).length;
      if (added > 0 && used.size + added > allocatable.count) return REJECTION;
    }
    return undefined;
  },
  requeueOn: (event) => podLeft(event) || nodeAdded(event) || event.resource === 'csinodes',
});
