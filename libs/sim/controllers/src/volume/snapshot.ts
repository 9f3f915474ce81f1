import type { KubeObject, ResourceType } from '@seatrial/apiserver';

/** snapshot.storage.k8s.io/v1 VolumeSnapshot, as far as its controllers read it. */
export interface VolumeSnapshot extends KubeObject {
  readonly spec: {
    readonly volumeSnapshotClassName?: string;
    readonly source: { readonly persistentVolumeClaimName?: string; readonly volumeSnapshotContentName?: string };
  };
  readonly status?: {
    readonly boundVolumeSnapshotContentName?: string;
    readonly creationTime?: string;
    readonly readyToUse?: boolean;
    readonly restoreSize?: string;
    readonly error?: { readonly message?: string; readonly time?: string };
  };
}

export interface VolumeSnapshotContent extends KubeObject {
  readonly spec: {
    readonly deletionPolicy: 'Delete' | 'Retain';
    readonly driver: string;
    readonly source: { readonly volumeHandle?: string; readonly snapshotHandle?: string };
    readonly sourceVolumeMode?: string;
    readonly volumeSnapshotClassName?: string;
    readonly volumeSnapshotRef: Readonly<Record<string, string | undefined>>;
  };
  readonly status?: {
    /** Nanoseconds since the epoch. */
    readonly creationTime?: number;
    readonly readyToUse?: boolean;
    readonly restoreSize?: number;
    readonly snapshotHandle?: string;
  };
}

export interface VolumeSnapshotClass extends KubeObject {
  readonly driver: string;
  readonly deletionPolicy: 'Delete' | 'Retain';
}

const snapshotResource = <T extends KubeObject>(
  resource: string,
  kind: string,
  namespaced: boolean,
): ResourceType<T> => ({ group: 'snapshot.storage.k8s.io', version: 'v1', resource, kind, namespaced });

export const SNAPSHOTS = snapshotResource<VolumeSnapshot>('volumesnapshots', 'VolumeSnapshot', true);
export const SNAPSHOT_CONTENTS = snapshotResource<VolumeSnapshotContent>(
  'volumesnapshotcontents',
  'VolumeSnapshotContent',
  false,
);
export const SNAPSHOT_CLASSES = snapshotResource<VolumeSnapshotClass>(
  'volumesnapshotclasses',
  'VolumeSnapshotClass',
  false,
);
