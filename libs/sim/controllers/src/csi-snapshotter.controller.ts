import { PODS, defineController, watch, type ControllerContext, type ControllerDefinition } from '@seatrial/apiserver';
import { keyOf, splitKey } from './object-key.js';
import { must, retrying } from './request-failed.js';
import { SNAPSHOTS, SNAPSHOT_CONTENTS, type VolumeSnapshot } from './volume/snapshot.js';
import { BOUND_PROTECTION, bindSnapshot, createContent } from './volume/sync-snapshot.js';
import { dropContent, takeSnapshot } from './volume/sync-snapshot-content.js';

const SNAPSHOT_MS = 3000;

/** Custom resources and nothing else do nothing: the snapshot controller has to run. */
const isInstalled = ({ client }: ControllerContext): boolean =>
  client
    .list(PODS)
    .some(
      ({ spec, status }) =>
        status?.phase === 'Running' && spec.containers.some(({ image }) => image?.includes('/snapshot-controller')),
    );

function remove(context: ControllerContext, snapshot: VolumeSnapshot): void {
  const { client } = context;
  const content = client.get(SNAPSHOT_CONTENTS, undefined, snapshot.status?.boundVolumeSnapshotContentName ?? '');
  if (content?.spec.deletionPolicy === 'Delete' && content.metadata.deletionTimestamp === undefined)
    must(client.delete(SNAPSHOT_CONTENTS, undefined, content.metadata.name));
  const { finalizers: _, ...metadata } = snapshot.metadata;
  must(client.update(SNAPSHOTS, { ...snapshot, metadata }));
}

/** The snapshot controller and the sidecar of a cluster's CSI drivers (kubernetes-csi/external-snapshotter v8). */
export const csiSnapshotterController = (drivers: readonly string[]): ControllerDefinition =>
  defineController({
    name: 'csi-snapshotter',
    component: 'snapshot-controller',
    sources: [
      watch(SNAPSHOTS, ({ type, object }) => (type === 'DELETED' ? [] : [keyOf(object)])),
      watch(SNAPSHOT_CONTENTS, ({ type, object }) => {
        const { namespace, name } = object.spec.volumeSnapshotRef;
        const snapshot = `${namespace ?? ''}/${name ?? ''}`;
        return type === 'DELETED' ? [snapshot] : [object.metadata.name, snapshot];
      }),
      watch(PODS, ({ type, object, previous }, { client }) =>
        type !== 'DELETED' &&
        object.status?.phase === 'Running' &&
        previous?.status?.phase !== 'Running' &&
        object.spec.containers.some(({ image }) => image?.includes('/snapshot-controller'))
          ? [...client.list(SNAPSHOTS), ...client.list(SNAPSHOT_CONTENTS)].map(keyOf)
          : [],
      ),
    ],
    reconcile: retrying((context, key) => {
      const { client } = context;
      const [namespace, name] = splitKey(key);
      if (namespace === undefined) {
        const content = client.get(SNAPSHOT_CONTENTS, undefined, name);
        if (!content || !drivers.includes(content.spec.driver) || !isInstalled(context)) return;
        if (content.metadata.deletionTimestamp !== undefined) dropContent(context, content);
        else if (content.status?.readyToUse !== true) takeSnapshot(context, content, SNAPSHOT_MS);
        return;
      }
      const snapshot = client.get(SNAPSHOTS, namespace, name);
      if (!snapshot || !isInstalled(context)) return;
      if (snapshot.metadata.deletionTimestamp !== undefined) {
        if (snapshot.metadata.finalizers?.includes(BOUND_PROTECTION)) remove(context, snapshot);
        return;
      }
      if (snapshot.status?.readyToUse === true) return;
      if (snapshot.status?.boundVolumeSnapshotContentName === undefined) createContent(context, snapshot);
      else bindSnapshot(context, snapshot);
    }),
  });
