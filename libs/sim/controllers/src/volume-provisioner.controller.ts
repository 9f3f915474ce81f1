import {
  PERSISTENT_VOLUMES,
  PERSISTENT_VOLUME_CLAIMS,
  defineController,
  watch,
  type ControllerContext,
  type ControllerDefinition,
  type PersistentVolume,
  type PersistentVolumeClaim,
} from '@seatrial/apiserver';
import { contentHandle } from '@seatrial/kinds';
import { keyOf, splitKey } from './object-key.js';
import { must, retrying } from './request-failed.js';
import { ATTACHMENTS_BY_VOLUME } from './volume/attachments.js';
import {
  BIND_COMPLETED,
  PROVISIONED_BY,
  PROVISIONER,
  SELECTED_NODE,
  isDelayed,
  storageClassOf,
} from './volume/claim-match.js';
import { dataSource } from './volume/data-source.js';
import {
  PROVISIONER_FINALIZER,
  isCsiDriver,
  provisionedVolume,
  provisionerIdentity,
  type Provisioner,
} from './volume/provisioned-volume.js';

const DELAY_MS = 2000;
/** Failed provisioning and deleting is tried again after this long, doubled each time by the real controller. */
const RETRY_MS = 15_000;

function provision(context: ControllerContext, provisioner: Provisioner, claim: PersistentVolumeClaim): void {
  const { client, events, contents } = context;
  const storageClass = storageClassOf(client, claim);
  if (!storageClass) return;
  if (isDelayed(client, claim) && claim.metadata.annotations?.[SELECTED_NODE] === undefined) return;
  const name = `pvc-${claim.metadata.uid}`;
  if (client.get(PERSISTENT_VOLUMES, undefined, name)) return;
  const started = `External provisioner is provisioning volume for claim "${keyOf(claim)}"`;
  events.event({ object: claim }, 'Normal', 'Provisioning', started);
  const source = isCsiDriver(provisioner) ? dataSource(context, provisioner.name, claim) : undefined;
  if (source?.ok === false) {
    const failed = `failed to provision volume with StorageClass "${storageClass.metadata.name}": ${source.error}`;
    events.event({ object: claim }, 'Warning', 'ProvisioningFailed', failed);
    context.requeueAfter(keyOf(claim), RETRY_MS);
    return;
  }
  const volume = must(client.create(PERSISTENT_VOLUMES, provisionedVolume(context, provisioner, claim, storageClass)));
  const handle = contentHandle(volume);
  if (source?.value !== undefined && handle !== undefined) contents.copy(source.value, handle);
  events.event({ object: claim }, 'Normal', 'ProvisioningSucceeded', `Successfully provisioned volume ${name}`);
}

/** Deletes what is behind a released volume, then the volume; what is still attached stays. */
function reclaim(context: ControllerContext, volume: PersistentVolume): void {
  const { client, events } = context;
  const { finalizers = [], ...metadata } = volume.metadata;
  const going = metadata.deletionTimestamp !== undefined;
  const owned = finalizers.includes(PROVISIONER_FINALIZER);
  const mine = volume.spec.persistentVolumeReclaimPolicy === 'Delete';
  if (volume.status?.phase !== 'Released' && volume.status?.phase !== 'Failed' && (mine || !going)) return;
  if (mine) {
    const [attachment] = client.byIndex(ATTACHMENTS_BY_VOLUME, metadata.name);
    if (attachment !== undefined) {
      const message = `persistentvolume ${metadata.name} is still attached to node ${attachment.spec.nodeName}`;
      events.event({ object: volume }, 'Warning', 'VolumeFailedDelete', message);
      context.requeueAfter(metadata.name, RETRY_MS);
      return;
    }
    const handle = contentHandle(volume);
    if (handle !== undefined) context.contents.remove(handle);
    if (!going) must(client.delete(PERSISTENT_VOLUMES, undefined, metadata.name));
  }
  if (!owned || !(mine || going)) return;
  const fresh = client.get(PERSISTENT_VOLUMES, undefined, metadata.name);
  if (!fresh) return;
  const { finalizers: before = [], ...rest } = fresh.metadata;
  const left = before.filter((one) => one !== PROVISIONER_FINALIZER);
  must(
    client.update(PERSISTENT_VOLUMES, { ...fresh, metadata: left.length > 0 ? { ...rest, finalizers: left } : rest }),
  );
}

/** An external provisioner of a cluster: makes volumes for claims of its storage classes, deletes released ones. */
export const volumeProvisionerController = (provisioner: Provisioner): ControllerDefinition =>
  defineController({
    name: `volume-provisioner ${provisioner.name}`,
    component: provisionerIdentity(provisioner.name),
    sources: [
      watch(PERSISTENT_VOLUME_CLAIMS, ({ type, object }, context) => {
        if (type !== 'DELETED' && object.metadata.annotations?.[PROVISIONER] === provisioner.name)
          context.requeueAfter(keyOf(object), DELAY_MS);
        return [];
      }),
      watch(PERSISTENT_VOLUMES, ({ type, object }) =>
        type !== 'DELETED' && object.metadata.annotations?.[PROVISIONED_BY] === provisioner.name
          ? [object.metadata.name]
          : [],
      ),
    ],
    reconcile: retrying((context, key) => {
      const [namespace, name] = splitKey(key);
      const { client } = context;
      if (namespace === undefined) {
        const volume = client.get(PERSISTENT_VOLUMES, undefined, name);
        if (volume) reclaim(context, volume);
        return;
      }
      const claim = client.get(PERSISTENT_VOLUME_CLAIMS, namespace, name);
      if (!claim || claim.metadata.annotations?.[BIND_COMPLETED] !== undefined || claim.spec.volumeName) return;
      if (claim.metadata.deletionTimestamp === undefined) provision(context, provisioner, claim);
    }),
  });
