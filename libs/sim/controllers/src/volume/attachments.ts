import {
  NODES,
  VOLUME_ATTACHMENTS,
  type ControllerContext,
  type Node,
  type PersistentVolume,
  type StoreIndex,
  type VolumeAttachment,
} from '@seatrial/apiserver';
import { sha256Hex } from '@seatrial/kernel';
import { must } from '../request-failed.js';

export const ATTACHMENTS_BY_VOLUME: StoreIndex<VolumeAttachment> = {
  name: 'attachments-by-volume',
  resource: VOLUME_ATTACHMENTS,
  keys: ({ spec }) => (spec.source.persistentVolumeName ? [spec.source.persistentVolumeName] : []),
};
export const ATTACHMENTS_BY_NODE: StoreIndex<VolumeAttachment> = {
  name: 'attachments-by-node',
  resource: VOLUME_ATTACHMENTS,
  keys: ({ spec }) => [spec.nodeName],
};

const PREFIX = 'csi-';

/** Whether it is one that {@link requestAttachment} made: what others made is left alone. */
export const isRequested = ({ metadata }: VolumeAttachment): boolean => metadata.name.startsWith(PREFIX);

/** Asks a volume's driver to attach it to a node (csi_attacher.go Attach, getAttachmentName). */
export function requestAttachment(context: ControllerContext, volume: PersistentVolume, nodeName: string): void {
  const { driver = '', volumeHandle = '' } = volume.spec.csi ?? {};
  must(
    context.client.create(VOLUME_ATTACHMENTS, {
      metadata: { name: `${PREFIX}${sha256Hex(volumeHandle + driver + nodeName)}` },
      spec: { attacher: driver, nodeName, source: { persistentVolumeName: volume.metadata.name } },
    }),
  );
}

/** Brings what a node's status says of one volume (volumesAttached) up to date. */
export function reportAttached(
  context: ControllerContext,
  nodeName: string,
  name: string,
  attachment: VolumeAttachment | undefined,
): void {
  const node = context.client.get(NODES, undefined, nodeName);
  if (!node) return;
  const before = node.status?.volumesAttached ?? [];
  if (before.some((one) => one.name === name) === (attachment !== undefined)) return;
  const { volumesAttached: _, ...status }: NonNullable<Node['status']> = node.status ?? {};
  const devicePath = attachment?.status?.attachmentMetadata?.['devicePath'] ?? '';
  const left = attachment ? [...before, { name, devicePath }] : before.filter((one) => one.name !== name);
  must(
    context.client.updateStatus(NODES, {
      ...node,
      status: left.length > 0 ? { ...status, volumesAttached: left } : status,
    }),
  );
}
