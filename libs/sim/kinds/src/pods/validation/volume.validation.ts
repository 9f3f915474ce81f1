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

/** The kinds of volume in validateVolumeSource's order. */
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
  csi: ({ csi }, at) =>
    csi?.driver
      ? complain(at.child('driver'), csi.driver, isDns1123Subdomain(csi.driver.toLowerCase()))
      : [fieldErrors.required(at.child('driver'))],
  ephemeral: ({ ephemeral }, at) =>
    ephemeral?.volumeClaimTemplate
      ? validateClaimSpec(ephemeral.volumeClaimTemplate.spec, at.child('volumeClaimTemplate').child('spec'))
      : [fieldErrors.required(at.child('volumeClaimTemplate'))],
  image: (volume, at) => {
    const source = (volume as { image?: { reference?: string; pullPolicy?: string } }).image;
    return [
      ...(source?.reference ? [] : [fieldErrors.required(at.child('reference'))]),
      ...oneOf(source?.pullPolicy, ['Always', 'IfNotPresent', 'Never'], at.child('pullPolicy')),
    ];
  },
};

/** Where the API server's paths are spelled unlike the fields. */
const SHOWN: Readonly<Record<string, string>> = { cephfs: 'cephFS', downwardAPI: 'downwarAPI' };

const ORDER = [
  'emptyDir',
  'hostPath',
  'secret',
  'nfs',
  'persistentVolumeClaim',
  'configMap',
  'downwardAPI',
  'projected',
];

function sources(volume: core.Volume): string[] {
  const names = Object.keys(volume).filter((name) => name !== 'name');
  const rank = (name: string): number => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);
  return names.sort((a, b) => rank(a) - rank(b));
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
    else own.push(...(CHECKS[first]?.(volume, at.child(first)) ?? []));
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

/** validateMountPropagation and validateMountRecursiveReadOnly. */
function validateMountModes(mount: core.VolumeMount, container: core.Container, path: FieldPath): FieldError[] {
  const { mountPropagation: propagation, readOnly } = mount;
  const recursive = (mount as { recursiveReadOnly?: string }).recursiveReadOnly;
  const at = path.child('recursiveReadOnly');
  const errors = oneOf(propagation, ['Bidirectional', 'HostToContainer', 'None'], path.child('mountPropagation'));
  if (propagation === 'Bidirectional' && !container.securityContext?.privileged)
    errors.push(
      fieldErrors.forbidden(
        path.child('mountPropagation'),
        'Bidirectional mount propagation is available only to privileged containers',
      ),
    );
  if (recursive === undefined || recursive === 'Disabled') return errors;
  if (recursive !== 'Enabled' && recursive !== 'IfPossible')
    return [...errors, fieldErrors.notSupported(at, recursive, ['Disabled', 'Enabled', 'IfPossible'])];
  if (!readOnly) errors.push(fieldErrors.forbidden(at, 'may only be specified when readOnly is true'));
  if (propagation !== undefined && propagation !== 'None')
    errors.push(fieldErrors.forbidden(at, 'may only be specified when mountPropagation is None or not specified'));
  return errors;
}

/** A container's `volumeMounts` and `volumeDevices`. */
export function validateMounts(
  container: core.Container,
  volumes: ReadonlyMap<string, core.Volume>,
  path: FieldPath,
): FieldError[] {
  const errors: FieldError[] = [];
  const places = new Set<string>();
  (container.volumeMounts ?? []).forEach((mount, index) => {
    const at = path.child('volumeMounts').index(index);
    if (!mount.name) errors.push(fieldErrors.required(at.child('name')));
    if (!volumes.has(mount.name)) errors.push(fieldErrors.notFound(at.child('name'), mount.name));
    if (!mount.mountPath) errors.push(fieldErrors.required(at.child('mountPath')));
    if (places.has(mount.mountPath))
      errors.push(fieldErrors.invalid(at.child('mountPath'), mount.mountPath, 'must be unique'));
    places.add(mount.mountPath);
    if (mount.subPath) errors.push(...descendingPath(mount.subPath, path.child('volumeMounts').child('subPath')));
    if (mount.subPathExpr) {
      if (mount.subPath)
        errors.push(
          fieldErrors.invalid(
            at.child('subPathExpr'),
            mount.subPathExpr,
            'subPathExpr and subPath are mutually exclusive',
          ),
        );
      errors.push(...descendingPath(mount.subPathExpr, path.child('volumeMounts').child('subPathExpr')));
    }
    errors.push(...validateMountModes(mount, container, path.child('volumeMounts')));
  });
  (container.volumeDevices ?? []).forEach((device, index) => {
    const at = path.child('volumeDevices').index(index);
    const volume = volumes.get(device.name);
    if (!device.name) errors.push(fieldErrors.required(at.child('name')));
    if (!device.devicePath) errors.push(fieldErrors.required(at.child('devicePath')));
    if (!volume) errors.push(fieldErrors.notFound(at.child('name'), device.name));
    else if (!volume.persistentVolumeClaim && !volume.ephemeral)
      errors.push(
        fieldErrors.invalid(
          at.child('name'),
          device.name,
          'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode',
        ),
      );
  });
  return errors;
}
