import {
  PERSISTENT_VOLUMES,
  PERSISTENT_VOLUME_CLAIMS,
  type ControllerContext,
  type PersistentVolume,
} from '@seatrial/apiserver';
import { fail, ok, type Result } from '@seatrial/kernel';
import { Quantity, formatTime } from '@seatrial/schema';
import { keyOf } from '../object-key.js';
import { must } from '../request-failed.js';
import {
  SNAPSHOTS,
  SNAPSHOT_CLASSES,
  SNAPSHOT_CONTENTS,
  type VolumeSnapshot,
  type VolumeSnapshotClass,
} from './snapshot.js';

const PREFIX = 'snapshot.storage.kubernetes.io';
export const BOUND_PROTECTION = `${PREFIX}/volumesnapshot-bound-protection`;
const SOURCE_PROTECTION = `${PREFIX}/volumesnapshot-as-source-protection`;
const CONTENT_PROTECTION = `${PREFIX}/volumesnapshotcontent-bound-protection`;
const DEFAULT_CLASS = `${PREFIX}/is-default-class`;

/** Writes why a snapshot cannot be made; the event comes once for each reason. */
function refuse(context: ControllerContext, snapshot: VolumeSnapshot, reason: string, message: string): void {
  if (snapshot.status?.error?.message === message) return;
  context.events.event({ object: snapshot }, 'Warning', reason, message);
  const error = { message, time: formatTime(context.now()) };
  must(
    context.client.updateStatus(SNAPSHOTS, { ...snapshot, status: { ...snapshot.status, error, readyToUse: false } }),
  );
}

function classFor(
  { client }: ControllerContext,
  { spec: { volumeSnapshotClassName }, metadata }: VolumeSnapshot,
  driver: string,
): Result<VolumeSnapshotClass, readonly [reason: string, message: string]> {
  if (volumeSnapshotClassName !== undefined) {
    const named = client.get(SNAPSHOT_CLASSES, undefined, volumeSnapshotClassName);
    if (named) return ok(named);
    const missing = `volumesnapshotclass.snapshot.storage.k8s.io ${JSON.stringify(volumeSnapshotClassName)} not found`;
    const inner = `failed to retrieve snapshot class ${volumeSnapshotClassName} from the informer: ${JSON.stringify(missing)}`;
    const why = `failed to get input parameters to create snapshot ${metadata.name}: ${JSON.stringify(inner)}`;
    return fail(['SnapshotContentCreationFailed', `Failed to create snapshot content with error ${why}`]);
  }
  const defaults = client
    .list(SNAPSHOT_CLASSES)
    .filter((each) => each.metadata.annotations?.[DEFAULT_CLASS] === 'true' && each.driver === driver);
  if (defaults.length === 1) return ok(defaults[0]);
  const why =
    defaults.length === 0
      ? 'cannot find default snapshot class'
      : `${defaults.length} default snapshot classes were found`;
  return fail(['SetDefaultSnapshotClassFailed', `Failed to set default snapshot class with error ${why}`]);
}

function volumeOf({ client }: ControllerContext, snapshot: VolumeSnapshot): PersistentVolume | undefined {
  const { persistentVolumeClaimName = '' } = snapshot.spec.source;
  const claim = client.get(PERSISTENT_VOLUME_CLAIMS, snapshot.metadata.namespace, persistentVolumeClaimName);
  return claim && client.get(PERSISTENT_VOLUMES, undefined, claim.spec.volumeName ?? '');
}

/** First step of a snapshot: its content, from the claim it names, or the one made by hand (createSnapshotContent). */
export function createContent(context: ControllerContext, found: VolumeSnapshot): void {
  const { client, events } = context;
  const byHand = found.spec.source.volumeSnapshotContentName;
  const protections = [SOURCE_PROTECTION, BOUND_PROTECTION];
  if (byHand !== undefined) {
    if (!client.get(SNAPSHOT_CONTENTS, undefined, byHand)) {
      refuse(context, found, 'SnapshotContentMissing', 'VolumeSnapshotContent is missing');
      return;
    }
    const kept = must(client.update(SNAPSHOTS, { ...found, metadata: { ...found.metadata, finalizers: protections } }));
    must(
      client.updateStatus(SNAPSHOTS, {
        ...kept,
        status: { boundVolumeSnapshotContentName: byHand, readyToUse: false },
      }),
    );
    return;
  }
  const volume = volumeOf(context, found);
  if (!volume?.spec.csi) {
    const why = volume
      ? `cannot find CSI PersistentVolumeSource for volume ${volume.metadata.name}`
      : `snapshot controller failed to update ${found.metadata.name} on API server: cannot get claim from snapshot`;
    refuse(context, found, 'SnapshotContentCreationFailed', `Failed to create snapshot content with error ${why}`);
    return;
  }
  const { driver, volumeHandle } = volume.spec.csi;
  const chosen = classFor(context, found, driver);
  if (!chosen.ok) {
    refuse(context, found, ...chosen.error);
    return;
  }
  const { deletionPolicy, metadata: of } = chosen.value;
  const snapshot = must(
    client.update(SNAPSHOTS, {
      ...found,
      metadata: { ...found.metadata, finalizers: protections },
      spec: { ...found.spec, volumeSnapshotClassName: of.name },
    }),
  );
  const { uid, name, namespace, resourceVersion } = snapshot.metadata;
  const contentName = `snapcontent-${uid}`;
  must(
    client.create(SNAPSHOT_CONTENTS, {
      metadata: { name: contentName, finalizers: [CONTENT_PROTECTION] },
      spec: {
        deletionPolicy,
        driver,
        source: { volumeHandle },
        sourceVolumeMode: volume.spec.volumeMode ?? 'Filesystem',
        volumeSnapshotClassName: of.name,
        volumeSnapshotRef: {
          apiVersion: 'snapshot.storage.k8s.io/v1',
          kind: 'VolumeSnapshot',
          name,
          namespace,
          resourceVersion,
          uid,
        },
      },
    }),
  );
  const message = `Waiting for a snapshot ${keyOf(snapshot)} to be created by the CSI driver.`;
  events.event({ object: snapshot }, 'Normal', 'CreatingSnapshot', message);
  const status = { boundVolumeSnapshotContentName: contentName, readyToUse: false };
  must(client.updateStatus(SNAPSHOTS, { ...snapshot, status }));
}

/** Takes over what the driver says of a snapshot's content. */
export function bindSnapshot(context: ControllerContext, snapshot: VolumeSnapshot): void {
  const { client, events } = context;
  const content = client.get(SNAPSHOT_CONTENTS, undefined, snapshot.status?.boundVolumeSnapshotContentName ?? '');
  if (content?.status?.readyToUse !== true) return;
  const { creationTime = 0, restoreSize = 0 } = content.status;
  must(
    client.updateStatus(SNAPSHOTS, {
      ...snapshot,
      status: {
        boundVolumeSnapshotContentName: content.metadata.name,
        creationTime: formatTime(Math.floor(creationTime / 1_000_000)),
        readyToUse: true,
        restoreSize: Quantity.fromInteger(restoreSize, 'BinarySI').toString(),
      },
    }),
  );
  const key = keyOf(snapshot);
  events.event(
    { object: snapshot },
    'Normal',
    'SnapshotCreated',
    `Snapshot ${key} was successfully created by the CSI driver.`,
  );
  events.event({ object: snapshot }, 'Normal', 'SnapshotReady', `Snapshot ${key} is ready to use.`);
}
