import type { PersistentVolume } from '@seatrial/apiserver';
import { compareStrings } from '@seatrial/kernel';
import { Quantity } from '@seatrial/schema';
import type { Volume } from 'kubernetes-types/core/v1.js';
import type { PersistentVolumeClaimLike } from './persistent-volume-claim-lines.js';
import { writeClaim } from './persistent-volume-claim-lines.js';
import { flag, pick, rareLayouts, text, type Layout, type Source } from './rare-volume-lines.js';
import { DescriptionWriter, shorten } from './tabbed-text.js';

const LAYOUTS: Readonly<Record<string, Layout>> = {
  hostPath: (source) => [
    'HostPath (bare host directory volume)',
    ['Path', text(source.path)],
    ['HostPathType', text(source.type ?? '<none>')],
  ],
  emptyDir: (source) => [
    "EmptyDir (a temporary directory that shares a pod's lifetime)",
    ['Medium', text(source.medium)],
    ['SizeLimit', sizeLimit(source.sizeLimit)],
  ],
  gcePersistentDisk: (source) => [
    'GCEPersistentDisk (a Persistent Disk resource in Google Compute Engine)',
    ...pick(
      source,
      ['PDName', 'pdName'],
      ['FSType', 'fsType'],
      ['Partition', 'partition', 'number'],
      ['ReadOnly', 'readOnly', 'flag'],
    ),
  ],
  awsElasticBlockStore: (source) => [
    'AWSElasticBlockStore (a Persistent Disk resource in AWS)',
    ...pick(
      source,
      ['VolumeID', 'volumeID'],
      ['FSType', 'fsType'],
      ['Partition', 'partition', 'number'],
      ['ReadOnly', 'readOnly', 'flag'],
    ),
  ],
  gitRepo: (source) => [
    'GitRepo (a volume that is pulled from git when the pod is created)',
    ...pick(source, ['Repository', 'repository'], ['Revision', 'revision']),
  ],
  secret: (source) => [
    'Secret (a volume populated by a Secret)',
    ['SecretName', text(source.secretName)],
    ['Optional', flag(source.optional)],
  ],
  configMap: (source) => [
    'ConfigMap (a volume populated by a ConfigMap)',
    ['Name', text(source.name)],
    ['Optional', flag(source.optional)],
  ],
  nfs: (source) => [
    'NFS (an NFS mount that lasts the lifetime of a pod)',
    ...pick(source, ['Server', 'server'], ['Path', 'path'], ['ReadOnly', 'readOnly', 'flag']),
  ],
  persistentVolumeClaim: (source) => [
    'PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)',
    ...pick(source, ['ClaimName', 'claimName'], ['ReadOnly', 'readOnly', 'flag']),
  ],
  local: (source) => [
    'LocalVolume (a persistent volume backed by local storage on a node)',
    ['Path', text(source.path)],
  ],
  fc: (source) => [
    'FC (a Fibre Channel disk)',
    ['TargetWWNs', ((source.targetWWNs ?? []) as string[]).join(', ')],
    ['LUN', source.lun ?? '<none>'],
    ...pick(source, ['FSType', 'fsType'], ['ReadOnly', 'readOnly', 'flag']),
  ],
  image: (source) => [
    'Image (a container image or OCI artifact)',
    ...pick(source, ['Reference', 'reference'], ['PullPolicy', 'pullPolicy']),
  ],
  vsphereVolume: (source) => [
    'vSphereVolume (a Persistent Disk resource in vSphere)',
    ...pick(source, ['VolumePath', 'volumePath'], ['FSType', 'fsType'], ['StoragePolicyName', 'storagePolicyName']),
  ],
  azureDisk: (source) => [
    'AzureDisk (an Azure Data Disk mount on the host and bind mount to the pod)',
    ...pick(
      source,
      ['DiskName', 'diskName'],
      ['DiskURI', 'diskURI'],
      ['Kind', 'kind'],
      ['FSType', 'fsType'],
      ['CachingMode', 'cachingMode'],
      ['ReadOnly', 'readOnly', 'flag'],
    ),
  ],
};

const POD_LAYOUTS: Readonly<Record<string, Layout>> = { ...LAYOUTS, ...rareLayouts(false) };
const PERSISTENT_LAYOUTS: Readonly<Record<string, Layout>> = { ...LAYOUTS, ...rareLayouts(true) };

function sizeLimit(value: unknown): string {
  const quantity = Quantity.of(value as string | undefined);
  return quantity.sign() > 0 ? quantity.toString() : '<unset>';
}

/** `Type:` and the fields of a source; what has no layout here is `<unknown>`. */
function writeSource(w: DescriptionWriter, name: string, source: Source, pv: boolean): void {
  if (name === 'csi') writeCsi(w, source, pv);
  else if (name === 'projected') writeProjected(w, source);
  else if (name === 'downwardAPI') writeDownwardApi(w, source);
  else if (name === 'ephemeral') writeEphemeral(w, source);
  else {
    const layouts = pv ? PERSISTENT_LAYOUTS : POD_LAYOUTS;
    if (Object.hasOwn(layouts, name)) writeLayout(w, layouts[name](source));
    else w.write(1, '<unknown>\n');
  }
}

function writeLayout(w: DescriptionWriter, [title, ...lines]: ReturnType<Layout>): void {
  w.field('Type', title, 2);
  for (const [label, value, style] of lines)
    if (style === 'bare') w.write(2, `${label}\t${text(value)}\n`);
    else w.field(label, value, 2);
}

function writeCsi(w: DescriptionWriter, source: Source, pv: boolean): void {
  w.field('Type', 'CSI (a Container Storage Interface (CSI) volume source)', 2);
  w.field('Driver', text(source.driver), 2);
  w.field('FSType', text(source.fsType), 2);
  if (pv) w.field('VolumeHandle', text(source.volumeHandle), 2);
  w.field('ReadOnly', flag(source.readOnly), 2);
  const attributes = Object.entries((source.volumeAttributes ?? {}) as Record<string, string>)
    .sort(([a], [b]) => compareStrings(a, b))
    .map(([key, value]) => shorten(`${key}=${value}`, 140));
  w.write(2, 'VolumeAttributes:\t');
  if (attributes.length === 0) w.write(0, '<none>\n');
  attributes.forEach((line, index) => {
    if (index > 0) w.write(4, '\t');
    w.write(2, `${line}\n`);
  });
}

function writeProjected(w: DescriptionWriter, source: Source): void {
  w.field('Type', 'Projected (a volume that contains injected data from multiple sources)', 2);
  for (const item of (source.sources ?? []) as Record<string, Source | undefined>[]) {
    if (item.secret) {
      w.field('SecretName', text(item.secret.name), 2);
      w.field('Optional', flag(item.secret.optional), 2);
    } else if (item.downwardAPI) w.field('DownwardAPI', 'true', 2);
    else if (item.configMap) {
      w.field('ConfigMapName', text(item.configMap.name), 2);
      w.field('Optional', flag(item.configMap.optional), 2);
    } else if (item.serviceAccountToken)
      w.field('TokenExpirationSeconds', item.serviceAccountToken.expirationSeconds, 2);
  }
}

function writeDownwardApi(w: DescriptionWriter, source: Source): void {
  w.field('Type', 'DownwardAPI (a volume populated by information about the pod)', 2);
  w.write(2, 'Items:\n');
  for (const item of (source.items ?? []) as Record<string, Source | undefined>[]) {
    const path = text(item.path);
    if (item.fieldRef) w.write(3, `${text(item.fieldRef.fieldPath)} -> ${path}\n`);
    if (item.resourceFieldRef) w.write(3, `${text(item.resourceFieldRef.resource)} -> ${path}\n`);
  }
}

function writeEphemeral(w: DescriptionWriter, source: Source): void {
  const type = 'EphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)';
  w.field('Type', type, 2);
  if (!source.volumeClaimTemplate) return;
  const nested = new DescriptionWriter(2);
  writeClaim(nested, source.volumeClaimTemplate as PersistentVolumeClaimLike);
  w.take(nested);
}

/** The volumes of a pod (`indent` empty) or of a pod template. */
export function writeVolumes(w: DescriptionWriter, volumes: readonly Volume[] | undefined, indent: string): void {
  if (!volumes || volumes.length === 0) {
    w.write(0, `${indent}Volumes:\t<none>\n`);
    return;
  }
  w.write(0, `${indent}Volumes:\n`);
  for (const volume of volumes) {
    w.write(1, `${indent === '' ? '' : ' '}${volume.name}:\n`);
    const [name, source] = Object.entries(volume as unknown as Record<string, unknown>).find(
      ([key, value]) => key !== 'name' && value,
    ) ?? ['', {}];
    writeSource(w, name, source as Source, false);
  }
}

const NOT_SOURCES = new Set(['capacity', 'accessModes', 'claimRef', 'mountOptions', 'nodeAffinity']);

/** The source of a persistent volume. */
export function writePersistentVolumeSource(w: DescriptionWriter, volume: PersistentVolume): void {
  const [name, source] = Object.entries(volume.spec as unknown as Record<string, unknown>).find(
    ([key, value]) => !NOT_SOURCES.has(key) && typeof value === 'object' && value !== null,
  ) ?? ['', {}];
  writeSource(w, name, source as Source, true);
}
