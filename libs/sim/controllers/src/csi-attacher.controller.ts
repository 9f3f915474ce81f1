import {
  CSI_NODES,
  PERSISTENT_VOLUMES,
  VOLUME_ATTACHMENTS,
  defineController,
  watch,
  type ControllerContext,
  type ControllerDefinition,
  type PersistentVolume,
  type VolumeAttachment,
} from '@seatrial/apiserver';
import { must, retrying } from './request-failed.js';
import { timeOf } from './pod-state.js';
import { ATTACHMENTS_BY_NODE, ATTACHMENTS_BY_VOLUME } from './volume/attachments.js';

const ATTACH_MS = 2000;
const DETACH_MS = 4000;
/** The first device name that a cloud gives to volumes. */
const FIRST_DEVICE = 'a'.charCodeAt(0);

/** The finalizer of a driver's attacher (external-attacher pkg/controller GetFinalizerName). */
const finalizerOf = (driver: string): string => `external-attacher/${driver.replace(/[^a-zA-Z0-9-]/g, '-')}`;

function without<T extends PersistentVolume | VolumeAttachment>(object: T, finalizer: string): T {
  const { finalizers = [], ...metadata } = object.metadata;
  const left = finalizers.filter((one) => one !== finalizer);
  return { ...object, metadata: left.length > 0 ? { ...metadata, finalizers: left } : metadata };
}

const held = (object: PersistentVolume | VolumeAttachment, finalizer: string): boolean =>
  object.metadata.finalizers?.includes(finalizer) === true;

function holding<T extends PersistentVolume | VolumeAttachment>(object: T, finalizer: string): T {
  const { metadata } = object;
  return { ...object, metadata: { ...metadata, finalizers: [...(metadata.finalizers ?? []), finalizer] } };
}

function attach(context: ControllerContext, found: VolumeAttachment, volume: PersistentVolume): void {
  const { client } = context;
  const { attacher, nodeName } = found.spec;
  const finalizer = finalizerOf(attacher);
  if (!held(volume, finalizer)) must(client.update(PERSISTENT_VOLUMES, holding(volume, finalizer)));
  const attachment = held(found, finalizer)
    ? found
    : must(client.update(VOLUME_ATTACHMENTS, holding(found, finalizer)));
  const drivers = client.get(CSI_NODES, undefined, nodeName)?.spec.drivers ?? [];
  if (!drivers.some(({ name }) => name === attacher)) {
    const message = `CSINode ${nodeName} does not contain driver ${attacher}`;
    if (attachment.status?.attachError?.message === message) return;
    must(
      client.updateStatus(VOLUME_ATTACHMENTS, { ...attachment, status: { attached: false, attachError: { message } } }),
    );
    return;
  }
  const others = client.byIndex(ATTACHMENTS_BY_NODE, nodeName).filter(({ status }) => status?.attached);
  const devicePath = `/dev/xvda${String.fromCharCode(FIRST_DEVICE + (others.length % 26))}`;
  must(
    client.updateStatus(VOLUME_ATTACHMENTS, {
      ...attachment,
      status: { attached: true, attachmentMetadata: { devicePath } },
    }),
  );
}

/** Lets go of a volume that is being deleted once nothing holds it. */
function release(context: ControllerContext, volume: PersistentVolume): void {
  const finalizer = finalizerOf(volume.spec.csi?.driver ?? '');
  if (volume.metadata.deletionTimestamp === undefined || !held(volume, finalizer)) return;
  if (context.client.byIndex(ATTACHMENTS_BY_VOLUME, volume.metadata.name).length > 0) return;
  must(context.client.update(PERSISTENT_VOLUMES, without(volume, finalizer)));
}

/** The attacher beside a cluster's CSI drivers (kubernetes-csi/external-attacher): attaches and detaches, in the cloud's time. */
export const csiAttacherController = (drivers: readonly string[]): ControllerDefinition =>
  defineController({
    name: 'csi-attacher',
    component: 'csi-attacher',
    sources: [
      watch(VOLUME_ATTACHMENTS, ({ type, object, previous }, context) => {
        if (type === 'DELETED' || !drivers.includes(object.spec.attacher)) return [];
        const going = object.metadata.deletionTimestamp !== undefined;
        if (previous && (previous.metadata.deletionTimestamp !== undefined) === going) return [];
        context.requeueAfter(object.metadata.name, going ? DETACH_MS : ATTACH_MS);
        return [];
      }),
      watch(VOLUME_ATTACHMENTS, ({ type, object }) =>
        type === 'DELETED' && object.spec.source.persistentVolumeName
          ? [`volume/${object.spec.source.persistentVolumeName}`]
          : [],
      ),
      watch(PERSISTENT_VOLUMES, ({ type, object }) =>
        type !== 'DELETED' && object.metadata.deletionTimestamp !== undefined && object.spec.csi
          ? [`volume/${object.metadata.name}`]
          : [],
      ),
    ],
    reconcile: retrying((context, key) => {
      const { client } = context;
      if (key.startsWith('volume/')) {
        const volume = client.get(PERSISTENT_VOLUMES, undefined, key.slice('volume/'.length));
        if (volume) release(context, volume);
        return;
      }
      const attachment = client.get(VOLUME_ATTACHMENTS, undefined, key);
      if (!attachment) return;
      const deletedAt = timeOf(attachment.metadata.deletionTimestamp);
      if (deletedAt !== undefined) {
        const left = deletedAt + DETACH_MS - context.now();
        if (left > 0) context.requeueAfter(key, left);
        else must(client.update(VOLUME_ATTACHMENTS, without(attachment, finalizerOf(attachment.spec.attacher))));
        return;
      }
      if (attachment.status?.attached) return;
      const volume = client.get(PERSISTENT_VOLUMES, undefined, attachment.spec.source.persistentVolumeName ?? '');
      if (volume) attach(context, attachment, volume);
    }),
  });
