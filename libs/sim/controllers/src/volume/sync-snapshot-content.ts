import { PERSISTENT_VOLUMES, type ControllerContext } from '@seatrial/apiserver';
import { csiHandle } from '@seatrial/kinds';
import { Quantity } from '@seatrial/schema';
import { timeOf } from '../pod-state.js';
import { must } from '../request-failed.js';
import { newHandle } from './provisioned-volume.js';
import { SNAPSHOT_CONTENTS, type VolumeSnapshotContent } from './snapshot.js';

/** The driver's part: keeps what the volume holds now, and says so once that has taken its time. */
export function takeSnapshot(context: ControllerContext, content: VolumeSnapshotContent, takesMs: number): void {
  const { client, contents } = context;
  const { driver, source } = content.spec;
  const left = (timeOf(content.metadata.creationTimestamp) ?? 0) + takesMs - context.now();
  if (left > 0) {
    context.requeueAfter(content.metadata.name, left);
    return;
  }
  const volume = client.list(PERSISTENT_VOLUMES).find(({ spec }) => spec.csi?.volumeHandle === source.volumeHandle);
  if (source.snapshotHandle === undefined && !volume) return;
  const handle = source.snapshotHandle ?? newHandle(context, driver, 'snap', content.metadata.uid);
  if (source.snapshotHandle === undefined)
    contents.copy(csiHandle(driver, source.volumeHandle ?? ''), csiHandle(driver, handle));
  must(
    client.updateStatus(SNAPSHOT_CONTENTS, {
      ...content,
      status: {
        creationTime: Math.floor(context.now() / 1000) * 1_000_000_000,
        readyToUse: true,
        restoreSize: Quantity.of(volume?.spec.capacity?.['storage']).toNumber(),
        snapshotHandle: handle,
      },
    }),
  );
}

/** Lets a snapshot go that is being deleted; its data too where the policy says so. */
export function dropContent(context: ControllerContext, content: VolumeSnapshotContent): void {
  const { finalizers, ...metadata } = content.metadata;
  if (!finalizers) return;
  const handle = content.status?.snapshotHandle;
  if (content.spec.deletionPolicy === 'Delete' && handle !== undefined)
    context.contents.remove(csiHandle(content.spec.driver, handle));
  must(context.client.update(SNAPSHOT_CONTENTS, { ...content, metadata }));
}
