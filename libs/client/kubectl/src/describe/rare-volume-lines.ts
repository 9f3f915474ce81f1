import { compareStrings, goPlain } from '@seatrial/kernel';

export type Source = Readonly<Record<string, unknown>>;
/** Lines of a source; a `bare` label has no colon behind it. */
type Lines = readonly (readonly [label: string, value: unknown, style?: 'bare'])[];

/** A volume source's title and its fields, in describe's order. */
export type Layout = (source: Source) => readonly [title: string, ...lines: Lines];

export const text = (value: unknown): string => goPlain(value ?? '');
export const flag = (value: unknown): boolean => value === true;
export const pick = (
  source: Source,
  ...fields: (readonly [label: string, field: string, kind?: 'flag' | 'number'])[]
): Lines =>
  fields.map(([label, field, kind]) => [
    label,
    kind === 'flag' ? flag(source[field]) : kind === 'number' ? (source[field] ?? 0) : text(source[field]),
  ]);

const listText = (value: unknown): string => `[${((value ?? []) as string[]).join(' ')}]`;

const mapText = (value: unknown): string =>
  `map[${Object.entries((value ?? {}) as Record<string, string>)
    .sort(([a], [b]) => compareStrings(a, b))
    .map(([key, item]) => `${key}:${item}`)
    .join(' ')}]`;

/** A pointer to a reference as Go prints it; in a persistent volume it names a namespace. */
function secretText(value: unknown, persistent: boolean): string {
  if (value === undefined || value === null) return 'nil';
  const { name, namespace } = value as Source;
  return persistent
    ? `&SecretReference{Name:${text(name)},Namespace:${text(namespace)},}`
    : `&LocalObjectReference{Name:${text(name)},}`;
}

const READ_ONLY = ['ReadOnly', 'readOnly', 'flag'] as const;
const FS_TYPE = ['FSType', 'fsType'] as const;

/** Disks and file systems that a pod reaches over the network. */
const networkLayouts = (persistent: boolean): Readonly<Record<string, Layout>> => ({
  iscsi: (source) => [
    "ISCSI (an ISCSI Disk resource that is attached to a kubelet's host machine and then exposed to the pod)",
    ...pick(source, ['TargetPortal', 'targetPortal'], ['IQN', 'iqn'], ['Lun', 'lun', 'number']),
    ['ISCSIInterface', text(source.iscsiInterface), 'bare'],
    ...pick(source, FS_TYPE, READ_ONLY),
    ['Portals', listText(source.portals)],
    ...pick(source, ['DiscoveryCHAPAuth', 'chapAuthDiscovery', 'flag'], ['SessionCHAPAuth', 'chapAuthSession', 'flag']),
    ['SecretRef', secretText(source.secretRef, persistent)],
    ['InitiatorName', text(source.initiatorName ?? '<none>')],
  ],
  glusterfs: (source) => [
    "Glusterfs (a Glusterfs mount on the host that shares a pod's lifetime)",
    ...pick(source, ['EndpointsName', 'endpoints']),
    ...(persistent ? [['EndpointsNamespace', text(source.endpointsNamespace ?? '<unset>')] as const] : []),
    ...pick(source, ['Path', 'path'], READ_ONLY),
  ],
  rbd: (source) => [
    "RBD (a Rados Block Device mount on the host that shares a pod's lifetime)",
    ['CephMonitors', listText(source.monitors)],
    ...pick(source, ['RBDImage', 'image'], FS_TYPE, ['RBDPool', 'pool'], ['RadosUser', 'user'], ['Keyring', 'keyring']),
    ['SecretRef', secretText(source.secretRef, persistent)],
    ...pick(source, READ_ONLY),
  ],
  quobyte: (source) => [
    "Quobyte (a Quobyte mount on the host that shares a pod's lifetime)",
    ...pick(source, ['Registry', 'registry'], ['Volume', 'volume'], READ_ONLY),
  ],
});

/** Volumes of clouds and of storage products. */
const productLayouts = (persistent: boolean): Readonly<Record<string, Layout>> => ({
  cinder: (source) => [
    'Cinder (a Persistent Disk resource in OpenStack)',
    ...pick(source, ['VolumeID', 'volumeID'], FS_TYPE, READ_ONLY),
    ['SecretRef', secretText(source.secretRef, persistent)],
  ],
  photonPersistentDisk: (source) => [
    'PhotonPersistentDisk (a Persistent Disk resource in photon platform)',
    ...pick(source, ['PdID', 'pdID'], FS_TYPE),
  ],
  portworxVolume: (source) => [
    'PortworxVolume (a Portworx Volume resource)',
    ...pick(source, ['VolumeID', 'volumeID']),
  ],
  scaleIO: (source) => {
    const secret = (source.secretRef ?? {}) as Source;
    const named = [
      ['SecretName', text(secret.name)],
      ['SecretNamespace', text(secret.namespace)],
    ] as const;
    return [
      'ScaleIO (a persistent volume backed by a block device in ScaleIO)',
      ...pick(
        source,
        ['Gateway', 'gateway'],
        ['System', 'system'],
        ['Protection Domain', 'protectionDomain'],
        ['Storage Pool', 'storagePool'],
        ['Storage Mode', 'storageMode'],
        ['VolumeName', 'volumeName'],
      ),
      ...(persistent ? named : []),
      ...pick(source, FS_TYPE, READ_ONLY),
    ];
  },
  cephfs: (source) => [
    "CephFS (a CephFS mount on the host that shares a pod's lifetime)",
    ['Monitors', listText(source.monitors)],
    ...pick(source, ['Path', 'path'], ['User', 'user'], ['SecretFile', 'secretFile']),
    ['SecretRef', secretText(source.secretRef, persistent)],
    ...pick(source, READ_ONLY),
  ],
  storageos: (source) => [
    'StorageOS (a StorageOS Persistent Disk resource)',
    ...pick(source, ['VolumeName', 'volumeName'], ['VolumeNamespace', 'volumeNamespace'], FS_TYPE, READ_ONLY),
  ],
  azureFile: (source) => [
    'AzureFile (an Azure File Service mount on the host and bind mount to the pod)',
    ...pick(source, ['SecretName', 'secretName']),
    ...(persistent ? pick(source, ['SecretNamespace', 'secretNamespace']) : []),
    ...pick(source, ['ShareName', 'shareName'], READ_ONLY),
  ],
  flexVolume: (source) => [
    'FlexVolume (a generic volume resource that is provisioned/attached using an exec based plugin)',
    ...pick(source, ['Driver', 'driver'], FS_TYPE),
    ['SecretRef', secretText(source.secretRef, persistent)],
    ...pick(source, READ_ONLY),
    ['Options', mapText(source.options)],
  ],
  flocker: (source) => [
    'Flocker (a Flocker volume mounted by the Flocker agent)',
    ...pick(source, ['DatasetName', 'datasetName'], ['DatasetUUID', 'datasetUUID']),
  ],
});

/** Sources of plugins that are gone or rarely met (kubectl/pkg/describe print…VolumeSource, v0.35). */
export const rareLayouts = (persistent: boolean): Readonly<Record<string, Layout>> => ({
  ...networkLayouts(persistent),
  ...productLayouts(persistent),
});
