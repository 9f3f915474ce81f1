import {
  PERSISTENT_VOLUMES,
  PERSISTENT_VOLUME_CLAIMS,
  type ApiClient,
  type KubeObject,
  type Node,
  type ObjectReader,
  type PersistentVolume,
  type PersistentVolumeClaim,
  type Pod,
} from '@seatrial/apiserver';
import { jsonEqual } from '@seatrial/kernel';
import { definePlugin, nodeAdded, nodeRelabelled, type Cycle, type PreFilterResult } from '../cycle/plugin.js';
import {
  claimNameOf,
  claimsOf,
  findVolume,
  isDelayed,
  isFullyBound,
  providesFor,
  storageClassOf,
  usesClaim,
  volumeFitsNode,
} from '../cycle/volume-match.js';

interface Volumes {
  readonly bound: readonly PersistentVolumeClaim[];
  readonly unbound: readonly PersistentVolumeClaim[];
}

const NOT_FOUND = {
  reasons: ['node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)'],
  unresolvable: true,
};
const WRONG_NODE = { reasons: ["node(s) didn't match PersistentVolume's node affinity"], unresolvable: true };
const NOTHING_TO_BIND = { reasons: ["node(s) didn't find available persistent volumes to bind"], unresolvable: true };
const SELECTED_NODE = 'volume.kubernetes.io/selected-node';
const NO_PROVISIONER = 'kubernetes.io/no-provisioner';

const topologiesOf = (object: KubeObject): unknown =>
  (object as { readonly allowedTopologies?: unknown }).allowedTopologies;

/** Why a pod's claims keep it from being placed anywhere; undefined when they do not. */
function complaint(store: ObjectReader, pod: Pod): string | undefined {
  for (const volume of pod.spec.volumes ?? []) {
    const used = claimNameOf(pod, volume);
    if (!used) continue;
    const claim = store.get(PERSISTENT_VOLUME_CLAIMS, pod.metadata.namespace, used.name);
    if (!claim)
      return used.ephemeral
        ? `waiting for ephemeral volume controller to create the persistentvolumeclaim "${used.name}"`
        : `persistentvolumeclaim "${used.name}" not found`;
    if (claim.status?.phase === 'Lost')
      return `persistentvolumeclaim "${used.name}" bound to non-existent persistentvolume "${claim.spec.volumeName ?? ''}"`;
    if (claim.metadata.deletionTimestamp !== undefined) return `persistentvolumeclaim "${used.name}" is being deleted`;
    const owner = claim.metadata.ownerReferences?.find(({ controller }) => controller === true);
    if (used.ephemeral && owner?.uid !== pod.metadata.uid)
      return `PVC ${claim.metadata.namespace ?? ''}/${used.name} was not created for pod ${pod.metadata.namespace ?? ''}/${pod.metadata.name} (pod is not owner)`;
  }
  return undefined;
}

function prepare({ info: { pod, usesClaims }, cluster: { store } }: Cycle): PreFilterResult<Volumes> {
  if (!usesClaims) return 'skip';
  const rejected = complaint(store, pod);
  if (rejected !== undefined) return { rejected };
  const claims = claimsOf(store, pod);
  const unbound = claims.filter((claim) => !isFullyBound(claim));
  if (unbound.some((claim) => Boolean(claim.spec.volumeName) || !isDelayed(store, claim)))
    return { rejected: 'pod has unbound immediate PersistentVolumeClaims' };
  return { state: { bound: claims.filter(isFullyBound), unbound } };
}

/** For each unbound claim the volume to bind on this node, or `provision`; undefined when a claim finds neither. */
function choose(
  store: ObjectReader,
  claims: readonly PersistentVolumeClaim[],
  node: Node,
): (readonly [PersistentVolumeClaim, PersistentVolume | 'provision'])[] | undefined {
  const taken = new Set<string>();
  const chosen: (readonly [PersistentVolumeClaim, PersistentVolume | 'provision'])[] = [];
  for (const claim of claims) {
    const selected = claim.metadata.annotations?.[SELECTED_NODE];
    if (selected !== undefined && selected !== node.metadata.name) return undefined;
    const volume = findVolume(store, claim, node, taken);
    const storageClass = storageClassOf(store, claim);
    const provisioner = storageClass?.provisioner ?? NO_PROVISIONER;
    if (!volume && (provisioner === NO_PROVISIONER || !providesFor(storageClass, node))) return undefined;
    if (volume) taken.add(volume.metadata.name);
    chosen.push([claim, volume ?? 'provision']);
  }
  return chosen;
}

function bindTo(client: ApiClient, claim: PersistentVolumeClaim, volume: PersistentVolume): string | undefined {
  if (volume.spec.claimRef?.uid === claim.metadata.uid) return undefined;
  const { namespace, name, uid, resourceVersion } = claim.metadata;
  const updated = client.update(PERSISTENT_VOLUMES, {
    ...volume,
    metadata: {
      ...volume.metadata,
      annotations: { ...volume.metadata.annotations, 'pv.kubernetes.io/bound-by-controller': 'yes' },
    },
    spec: {
      ...volume.spec,
      claimRef: { kind: 'PersistentVolumeClaim', apiVersion: 'v1', namespace, name, uid, resourceVersion },
    },
  });
  return updated.ok ? undefined : updated.error.message;
}

function provisionOn(client: ApiClient, claim: PersistentVolumeClaim, node: string): string | undefined {
  if (claim.metadata.annotations?.[SELECTED_NODE] === node) return undefined;
  const updated = client.update(PERSISTENT_VOLUME_CLAIMS, {
    ...claim,
    metadata: { ...claim.metadata, annotations: { ...claim.metadata.annotations, [SELECTED_NODE]: node } },
  });
  return updated.ok ? undefined : updated.error.message;
}

/** Volumes that a node can reach, and volumes to bind once the node is chosen. */
export const volumeBindingPlugin = definePlugin<Volumes, undefined>({
  name: 'VolumeBinding',
  preFilter: prepare,
  filter: ({ cluster: { store } }, { node }, { bound, unbound }) => {
    for (const { spec } of bound) {
      const volume = store.get(PERSISTENT_VOLUMES, undefined, spec.volumeName ?? '');
      if (!volume) return NOT_FOUND;
      if (!volumeFitsNode(volume, node)) return WRONG_NODE;
    }
    return unbound.length > 0 && !choose(store, unbound, node) ? NOTHING_TO_BIND : undefined;
  },
  preBind: ({ info: { pod, usesClaims } }, { node }, client) => {
    if (!usesClaims) return 'ready';
    const waiting = claimsOf(client, pod).filter((claim) => !isFullyBound(claim));
    if (waiting.length === 0) return 'ready';
    const open = waiting.filter(({ spec }) => !spec.volumeName);
    const chosen = choose(client, open, node);
    if (!chosen) return { failed: "node(s) didn't find available persistent volumes to bind" };
    for (const [claim, volume] of chosen) {
      const failed =
        volume === 'provision' ? provisionOn(client, claim, node.metadata.name) : bindTo(client, claim, volume);
      if (failed !== undefined) return { failed };
    }
    return 'waiting';
  },
  requeueOn: (event, pod) => {
    const { resource, type, object, previous } = event;
    if (type === 'DELETED') return false;
    switch (resource) {
      case 'persistentvolumeclaims':
        return usesClaim(pod, object);
      case 'persistentvolumes':
        return true;
      case 'storageclasses':
        return !previous || !jsonEqual(topologiesOf(previous), topologiesOf(object));
      default:
        return nodeAdded(event) || nodeRelabelled(event);
    }
  },
});
