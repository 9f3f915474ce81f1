import { CSI_DRIVERS, type ObjectReader, type PersistentVolume } from '@seatrial/apiserver';

/**
 * The name under which a node's status lists a volume that has to be attached before it can be mounted
 * (pkg/volume/csi CanAttach, GetUniqueVolumeNameFromSpec); undefined for one that needs no attaching.
 */
export function attachedVolumeName(store: ObjectReader, volume: PersistentVolume): string | undefined {
  const { csi } = volume.spec;
  if (!csi) return undefined;
  const driver = store.get(CSI_DRIVERS, undefined, csi.driver);
  return driver?.spec.attachRequired === false ? undefined : `kubernetes.io/csi/${csi.driver}^${csi.volumeHandle}`;
}

/** Under which handle the simulation keeps what a volume holds; undefined for what is on a node's own disk. */
export function contentHandle({ metadata, spec }: PersistentVolume): string | undefined {
  if (spec.hostPath ?? spec.local) return undefined;
  if (spec.nfs) return `nfs ${spec.nfs.server}:${spec.nfs.path}`;
  return spec.csi ? csiHandle(spec.csi.driver, spec.csi.volumeHandle) : `volume ${metadata.uid}`;
}

/** The handle of what a CSI driver keeps: a volume or a snapshot. */
export const csiHandle = (driver: string, handle: string): string => `csi ${driver}/${handle}`;
