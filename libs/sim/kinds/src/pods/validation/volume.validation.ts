import {
  FieldPath,
  Quantity,
  fieldErrors,
  isDns1123Label,
  isDns1123Subdomain,
  type FieldError,
} from '@seatrial/schema';
import type * as core from 'kubernetes-types/core/v1.js';
import { complain, oneOf } from '../../validation/fields.js';
import { VOLUME_FIELDS, validateFieldRef, validateResourceFieldRef } from './environment.validation.js';
import { validateCsiDriverName } from '../../storage/csi-driver-name.js';
import { validateLegacySource } from '../../storage/legacy-volume-source.validation.js';
import { validateClaimSpec } from '../../storage/persistentvolumeclaim.validation.js';

const HOST_PATH_TYPES = [
  '',
  'BlockDevice',
  'CharDevice',
  'Directory',
  'DirectoryOrCreate',
  'File',
  'FileOrCreate',
  'Socket',
];

export const noBacksteps = (path: string, at: FieldPath): FieldError[] =>
  path.split('/').includes('..') ? [fieldErrors.invalid(at, path, "must not contain '..'")] : [];

/** A path below a volume (validateLocalDescendingPath). */
export function descendingPath(path: string, at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if (path.startsWith('/')) errors.push(fieldErrors.invalid(at, path, 'must be a relative path'));
  return [...errors, ...noBacksteps(path, at)];
}

function nonReservedPath(path: string, at: FieldPath): FieldError[] {
  const errors = descendingPath(path, at);
  if (path.startsWith('..') && !path.startsWith('../'))
    errors.push(fieldErrors.invalid(at, path, "must not start with '..'"));
  return errors;
}

const fileMode = (mode: number | undefined, at: FieldPath): FieldError[] =>
  mode !== undefined && (mode < 0 || mode > 0o777)
    ? [fieldErrors.invalid(at, mode, 'must be a number between 0 and 0777 (octal), both inclusive')]
    : [];

function keyToPaths(items: readonly core.KeyToPath[] | undefined, at: FieldPath): FieldError[] {
  return (items ?? []).flatMap((item, index) => {
    const path = at.child('items').index(index);
    const errors: FieldError[] = [];
    if (!item.key) errors.push(fieldErrors.required(path.child('key')));
    if (!item.path) errors.push(fieldErrors.required(path.child('path')));
    errors.push(...nonReservedPath(item.path, path.child('path')));
    return [...errors, ...fileMode(item.mode, path.child('mode'))];
  });
}

function downwardFiles(items: readonly core.DownwardAPIVolumeFile[] | undefined, at: FieldPath): FieldError[] {
  return (items ?? []).flatMap((item) => {
    const errors: FieldError[] = [];
    if (!item.path) errors.push(fieldErrors.required(at.child('path')));
    errors.push(...nonReservedPath(item.path, at.child('path')));
    if (item.fieldRef) {
      errors.push(...validateFieldRef(item.fieldRef, VOLUME_FIELDS, at.child('fieldRef')));
      if (item.resourceFieldRef)
        errors.push(
          fieldErrors.invalid(at, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously'),
        );
    } else if (item.resourceFieldRef)
      errors.push(...validateResourceFieldRef(item.resourceFieldRef, at.child('resourceFieldRef'), true));
    else errors.push(fieldErrors.required(at, 'one of fieldRef and resourceFieldRef is required'));
    return [...errors, ...fileMode(item.mode, at.child('mode'))];
  });
}

function projected(source: core.ProjectedVolumeSource, at: FieldPath): FieldError[] {
  const errors = fileMode(source.defaultMode, at.child('defaultMode'));
  const paths = new Set<string>();
  const occupy = (path: string, shown: string): void => {
    if (path && paths.has(path)) errors.push(fieldErrors.invalid(at, shown, 'conflicting duplicate paths'));
    paths.add(path);
  };
  (source.sources ?? []).forEach((part, index) => {
    const path = at.child('sources').index(index);
    const { secret, configMap, downwardAPI, serviceAccountToken } = part;
    const count = Object.keys(part).length;
    if (secret) {
      if (!secret.name) errors.push(fieldErrors.required(path.child('secret').child('name')));
      errors.push(...keyToPaths(secret.items, path.child('secret')));
      for (const item of secret.items ?? []) occupy(item.path, secret.name ?? '');
    }
    if (configMap) {
      if (!configMap.name) errors.push(fieldErrors.required(path.child('configMap').child('name')));
      errors.push(...keyToPaths(configMap.items, path.child('configMap')));
      for (const item of configMap.items ?? []) occupy(item.path, configMap.name ?? '');
    }
    if (downwardAPI) {
      errors.push(...downwardFiles(downwardAPI.items, path.child('downwardAPI')));
      for (const item of downwardAPI.items ?? []) occupy(item.path, item.path);
    }
    if (serviceAccountToken) {
      const token = path.child('serviceAccountToken');
      const seconds = serviceAccountToken.expirationSeconds ?? 3600;
      if (seconds < 600)
        errors.push(
          fieldErrors.invalid(
            token.child('expirationSeconds'),
            seconds,
            'may not specify a duration less than 10 minutes',
          ),
        );
      if (seconds > 2 ** 32)
        errors.push(
          fieldErrors.invalid(
            token.child('expirationSeconds'),
            seconds,
            'may not specify a duration larger than 2^32 seconds',
          ),
        );
      if (!serviceAccountToken.path) errors.push(fieldErrors.required(at.child('path')));
      else errors.push(...nonReservedPath(serviceAccountToken.path, at.child('path')));
    }
    if (count > 1) errors.push(fieldErrors.forbidden(path, 'may not specify more than 1 volume type per source'));
  });
  return errors;
}

type Check = (volume: core.Volume, at: FieldPath) => FieldError[];

function hostPath(source: core.HostPathVolumeSource, at: FieldPath): FieldError[] {
  if (!source.path) return [fieldErrors.required(at.child('path'))];
  return [...noBacksteps(source.path, at.child('path')), ...hostPathType(source, at)];
}

export function hostPathType({ type = '' }: core.HostPathVolumeSource, at: FieldPath): FieldError[] {
  return HOST_PATH_TYPES.includes(type) ? [] : [fieldErrors.notSupported(at.child('type'), type, HOST_PATH_TYPES)];
}

export function nfs(source: core.NFSVolumeSource, at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if (!source.server) errors.push(fieldErrors.required(at.child('server')));
  if (!source.path) errors.push(fieldErrors.required(at.child('path')));
  if (!source.path.startsWith('/'))
    errors.push(fieldErrors.invalid(at.child('path'), source.path, 'must be an absolute path'));
  return errors;
}

function validateCsi({ driver, nodePublishSecretRef }: core.CSIVolumeSource, at: FieldPath): FieldError[] {
  const errors = validateCsiDriverName(driver, at.child('driver'));
  if (!nodePublishSecretRef) return errors;
  const path = at.child('nodePublishSecretRef', 'name');
  const { name } = nodePublishSecretRef;
  return [
    ...errors,
    ...(name ? complain(at.child('name'), name, isDns1123Subdomain(name)) : [fieldErrors.required(path)]),
  ];
}

/** What is wrong with a volume of a kind. */
const CHECKS: Readonly<Record<string, Check>> = {
  emptyDir: ({ emptyDir }, at) =>
    emptyDir?.sizeLimit !== undefined && Quantity.of(emptyDir.sizeLimit).sign() < 0
      ? [fieldErrors.forbidden(at.child('sizeLimit'), 'SizeLimit field must be a valid resource quantity')]
      : [],
  hostPath: ({ hostPath: source }, at) => (source ? hostPath(source, at) : []),
  secret: ({ secret }, at) => [
    ...(secret?.secretName ? [] : [fieldErrors.required(at.child('secretName'))]),
    ...fileMode(secret?.defaultMode, at.child('defaultMode')),
    ...keyToPaths(secret?.items, at),
  ],
  nfs: ({ nfs: source }, at) => (source ? nfs(source, at) : []),
  persistentVolumeClaim: ({ persistentVolumeClaim: claim }, at) =>
    claim?.claimName ? [] : [fieldErrors.required(at.child('claimName'))],
  configMap: ({ configMap }, at) => [
    ...(configMap?.name ? [] : [fieldErrors.required(at.child('name'))]),
    ...fileMode(configMap?.defaultMode, at.child('defaultMode')),
    ...keyToPaths(configMap?.items, at),
  ],
  downwardAPI: ({ downwardAPI }, at) => [
    ...fileMode(downwardAPI?.defaultMode, at.child('defaultMode')),
    ...downwardFiles(downwardAPI?.items, at),
  ],
  projected: ({ projected: source }, at) => (source ? projected(source, at) : []),
  csi: ({ csi }, at) => (csi ? validateCsi(csi, at) : []),
  ephemeral: ({ ephemeral }, at) =>
    ephemeral?.volumeClaimTemplate
      ? validateClaimSpec(ephemeral.volumeClaimTemplate.spec, at.child('volumeClaimTemplate').child('spec'))
      : [fieldErrors.required(at.child('volumeClaimTemplate'))],
  image: (volume, at) => {
    const source = (volume as { image?: { reference?: string; pullPolicy?: string } }).image;
    return [
      ...(source?.reference ? [] : [fieldErrors.required(at.child('reference'))]),
      ...oneOf(source?.pullPolicy, ['Always', 'IfNotPresent', 'Never'], at.child('pullPolicy'), 'allowed'),
    ];
  },
};

/** Where the API server's paths are spelled unlike the fields. */
const SHOWN: Readonly<Record<string, string>> = { cephfs: 'cephFS', downwardAPI: 'downwarAPI' };

const ORDER = [
  'emptyDir',
  'hostPath',
  'gitRepo',
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'secret',
  'nfs',
  'iscsi',
  'glusterfs',
  'flocker',
  'persistentVolumeClaim',
  'rbd',
  'cinder',
  'cephfs',
  'quobyte',
  'downwardAPI',
  'fc',
  'flexVolume',
  'configMap',
  'azureFile',
  'vsphereVolume',
  'photonPersistentDisk',
  'portworxVolume',
  'azureDisk',
  'storageos',
  'projected',
  'scaleIO',
  'csi',
  'ephemeral',
  'image',
];

/** The kinds of volume that one is, in validateVolumeSource's order. */
const sources = (volume: core.Volume): string[] =>
  Object.keys(volume)
    .filter((name) => name !== 'name')
    .sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b));

function validateSource(name: string, volume: core.Volume, at: FieldPath): FieldError[] {
  if (Object.hasOwn(CHECKS, name)) return CHECKS[name](volume, at.child(name));
  const source = (volume as unknown as Readonly<Record<string, unknown>>)[name];
  return validateLegacySource(name, source, at, { persistent: false, owner: volume.name });
}

/** A pod's volumes (ValidateVolumes); gives the names that mounts may use. */
export function validateVolumes(
  volumes: readonly core.Volume[] | undefined,
  path: FieldPath,
): { errors: FieldError[]; names: ReadonlyMap<string, core.Volume> } {
  const errors: FieldError[] = [];
  const names = new Map<string, core.Volume>();
  (volumes ?? []).forEach((volume, index) => {
    const at = path.index(index);
    const own: FieldError[] = [];
    const [first, ...others] = sources(volume);
    if (first === undefined) own.push(fieldErrors.required(at, 'must specify a volume type'));
    else own.push(...validateSource(first, volume, at));
    for (const other of others)
      own.push(fieldErrors.forbidden(at.child(SHOWN[other] ?? other), 'may not specify more than 1 volume type'));
    if (!volume.name) own.push(fieldErrors.required(at.child('name')));
    else {
      own.push(...complain(at.child('name'), volume.name, isDns1123Label(volume.name)));
      if (names.has(volume.name)) own.push(fieldErrors.duplicate(at.child('name'), volume.name));
    }
    if (own.length === 0) names.set(volume.name, volume);
    errors.push(...own);
  });
  return { errors, names };
}
