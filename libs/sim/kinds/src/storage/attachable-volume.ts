import { CSI_DRIVERS, type ObjectReader, type PersistentVolume } from '@seatrial/apiserver';

export interface CsiSource {
  readonly driver: string;
  readonly volumeHandle: string;
}

/** Sources of Kubernetes' own that CSI drivers have taken over: the field, the driver, and how it names a disk (csi-translation-lib). */
const MIGRATED: readonly (readonly [
  field: string,
  driver: string,
  handle: (source: Record<string, string>) => string,
])[] = [
  ['awsElasticBlockStore', 'ebs.csi.aws.com', ({ volumeID }) => volumeID.replace(/^aws:\/\/.*\//, '')],
  ['azureDisk', 'disk.csi.azure.com', ({ diskURI }) => diskURI],
  ['cinder', 'cinder.csi.openstack.org', ({ volumeID }) => volumeID],
  [
    'gcePersistentDisk',
    'pd.csi.storage.gke.io',
    ({ pdName }) => `projects/UNSPECIFIED/zones/UNSPECIFIED/disks/${pdName}`,
  ],
  ['vsphereVolume', 'csi.vsphere.vmware.com', ({ volumePath }) => volumePath],
];

/** The CSI volume behind a source of an older kind, of a pod's volume or a PersistentVolume. */
export function migratedSource(spec: object): CsiSource | undefined {
  for (const migrated of MIGRATED) {
    const source = (spec as Readonly<Record<string, Record<string, string> | undefined>>)[migrated[0]];
    if (source) return { driver: migrated[1], volumeHandle: migrated[2](source) };
  }
  return undefined;
}

/** The CSI volume of a PersistentVolume, also where it is written in an older way. */
export const csiSource = ({ spec }: PersistentVolume): CsiSource | undefined => spec.csi ?? migratedSource(spec);

/**
 * The name under which a node's status lists a volume that has to be attached before it can be mounted
 * (pkg/volume/csi CanAttach, GetUniqueVolumeNameFromSpec); undefined for one that needs no attaching.
 */
export function attachedVolumeName(store: ObjectReader, volume: PersistentVolume): string | undefined {
  const csi = csiSource(volume);
  if (!csi) return undefined;
  const driver = store.get(CSI_DRIVERS, undefined, csi.driver);
  return driver?.spec.attachRequired === false ? undefined : `kubernetes.io/csi/${csi.driver}^${csi.volumeHandle}`;
}

/** Under which handle the simulation keeps what a volume holds; undefined for what is on a node's own disk. */
export function contentHandle(volume: PersistentVolume): string | undefined {
  const { metadata, spec } = volume;
  if (spec.hostPath ?? spec.local) return undefined;
  if (spec.nfs) return `nfs ${spec.nfs.server}:${spec.nfs.path}`;
  const csi = csiSource(volume);
  return csi ? csiHandle(csi.driver, csi.volumeHandle) : `volume ${metadata.uid}`;
}

/** The handle of what a CSI driver keeps: a volume or a snapshot. */
export const csiHandle = (driver: string, handle: string): string => `csi ${driver}/${handle}`;
