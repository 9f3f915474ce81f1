import { PERSISTENT_VOLUME_CLAIMS, type Pod } from '@seatrial/apiserver';
import type { NodeInfo } from '../cache/node-info.js';
import { definePlugin, nodeAdded, podLeft } from '../cycle/plugin.js';

const REJECTION = {
  reasons: [
    'node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod',
  ],
};

const NO_DISK = { reasons: ['node(s) had no available disk'] };

type Volume = NonNullable<Pod['spec']['volumes']>[number];

interface Disks {
  readonly gcePersistentDisk?: { readonly pdName: string; readonly readOnly?: boolean };
  readonly awsElasticBlockStore?: { readonly volumeID: string };
  readonly iscsi?: { readonly iqn: string; readonly readOnly?: boolean };
}

/** A disk that can be mounted on one node, or by all for reading only (isVolumeConflict). */
function shareNot(a: Disks, b: Disks): boolean {
  const writes = (one: { readonly readOnly?: boolean }, other: { readonly readOnly?: boolean }): boolean =>
    !one.readOnly || !other.readOnly;
  const [disk, other] = [a.gcePersistentDisk, b.gcePersistentDisk];
  if (disk && other) return disk.pdName === other.pdName && writes(disk, other);
  if (a.awsElasticBlockStore && b.awsElasticBlockStore)
    return a.awsElasticBlockStore.volumeID === b.awsElasticBlockStore.volumeID;
  return Boolean(a.iscsi && b.iscsi && a.iscsi.iqn === b.iscsi.iqn && writes(a.iscsi, b.iscsi));
}

const NO_DISKS: readonly Volume[] = [];

function disksOf({ spec }: Pod): readonly Volume[] {
  let disks: Volume[] | undefined;
  for (const volume of spec.volumes ?? NO_DISKS) {
    const { gcePersistentDisk, awsElasticBlockStore, iscsi } = volume as Disks;
    if (gcePersistentDisk ?? awsElasticBlockStore ?? iscsi) (disks ??= []).push(volume);
  }
  return disks ?? NO_DISKS;
}

const sharesDisk = (pod: Pod, other: Pod): boolean =>
  disksOf(other).some((there) => disksOf(pod).some((disk) => shareNot(disk, there)));

const claimsOf = ({ spec }: Pod): string[] =>
  (spec.volumes ?? []).flatMap(({ persistentVolumeClaim: used }) => used?.claimName ?? []);

function usesOneOf(node: NodeInfo, namespace: string, claims: ReadonlySet<string>): boolean {
  for (const info of node.pods.values())
    if (info.usesClaims && info.namespace === namespace && claimsOf(info.pod).some((name) => claims.has(name)))
      return true;
  return false;
}

/**
 * A claim with access mode ReadWriteOncePod is used by one pod of the cluster only: while one has it no node will do. A disk
 * that cannot be shared is used by one pod of a node (volume_restrictions.go).
 */
export const volumeRestrictionsPlugin = definePlugin<
  { readonly claimed: boolean; readonly disks: readonly Volume[] },
  undefined
>({
  name: 'VolumeRestrictions',
  preFilter: ({ info: { pod, namespace, usesClaims }, cluster }) => {
    const disks = disksOf(pod);
    if (!usesClaims && disks.length === 0) return 'skip';
    const exclusive = new Set<string>();
    for (const name of claimsOf(pod)) {
      const claim = cluster.store.get(PERSISTENT_VOLUME_CLAIMS, namespace, name);
      if (!claim) return { rejected: `persistentvolumeclaim "${name}" not found` };
      if (claim.spec.accessModes?.includes('ReadWriteOncePod')) exclusive.add(name);
    }
    const claimed = exclusive.size > 0 && cluster.nodes.some((node) => usesOneOf(node, namespace, exclusive));
    return !claimed && disks.length === 0 ? 'skip' : { state: { claimed, disks } };
  },
  filter: ({ info }, node, { claimed, disks }) => {
    if (disks.length > 0) for (const { pod } of node.pods.values()) if (sharesDisk(info.pod, pod)) return NO_DISK;
    return claimed ? REJECTION : undefined;
  },
  requeueOn: (event, pod) => {
    const { resource, type, object } = event;
    if (nodeAdded(event)) return true;
    if (object.metadata.namespace !== pod.metadata.namespace) return false;
    const claims = claimsOf(pod);
    if (podLeft(event))
      return sharesDisk(pod, object as Pod) || claimsOf(object as Pod).some((name) => claims.includes(name));
    return resource === 'persistentvolumeclaims' && type === 'ADDED' && claims.includes(object.metadata.name);
  },
});
