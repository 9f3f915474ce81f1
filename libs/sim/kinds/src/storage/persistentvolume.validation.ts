import { type JsonObject } from '@seatrial/kernel';
import {
  Quantity,
  fieldErrors,
  isDns1123Label,
  isDns1123Subdomain,
  type FieldError,
  type FieldPath,
} from '@seatrial/schema';
import type * as core from 'kubernetes-types/core/v1.js';
import { validateNodeSelector } from '../pods/validation/affinity.validation.js';
import { hostPathType, nfs, noBacksteps } from '../pods/validation/volume.validation.js';
import { complain, oneOf } from '../validation/fields.js';
import { validateCsiDriverName } from './csi-driver-name.js';
import { validateLegacySource } from './legacy-volume-source.validation.js';
import { validateAccessModes } from './persistentvolumeclaim.validation.js';

type Amounts = Readonly<Record<string, string>>;

/** The sources in the order in which they are looked at; where there are several, the first counts. */
const SOURCES = [
  'hostPath',
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'glusterfs',
  'flocker',
  'nfs',
  'rbd',
  'quobyte',
  'cephfs',
  'iscsi',
  'cinder',
  'fc',
  'flexVolume',
  'azureFile',
  'vsphereVolume',
  'photonPersistentDisk',
  'portworxVolume',
  'azureDisk',
  'scaleIO',
  'local',
  'storageos',
  'csi',
] as const;

type Source = (typeof SOURCES)[number];

/** Whose spec it is: a volume's own, or the one written into a VolumeAttachment. */
export interface VolumeOwner {
  readonly owner: string;
  readonly inline?: boolean;
}

function validateCapacity(capacity: Amounts | undefined, path: FieldPath): FieldError[] {
  const names = Object.keys(capacity ?? {}).sort();
  const errors: FieldError[] = [];
  if (names.length === 0) errors.push(fieldErrors.required(path));
  if (names.length !== 1 || names[0] !== 'storage')
    errors.push(fieldErrors.notSupported(path, capacity && names.length > 0 ? capacity : null, ['storage']));
  for (const name of names) {
    const amount = capacity?.[name] ?? '0';
    const at = path.key(name);
    const quantity = Quantity.of(amount);
    if (quantity.sign() < 0)
      errors.push(fieldErrors.invalid(at, quantity.value(), 'must be a valid resource quantity'));
    if (quantity.sign() <= 0) errors.push(fieldErrors.invalid(at, amount, 'must be greater than zero'));
  }
  return errors;
}

/** validatePVSecretReference. */
function secretReference({ name = '', namespace = '' }: core.SecretReference, at: FieldPath): FieldError[] {
  return [
    ...(name === ''
      ? [fieldErrors.required(at.child('name'))]
      : complain(at.child('name'), name, isDns1123Subdomain(name))),
    ...(namespace === ''
      ? [fieldErrors.required(at.child('namespace'))]
      : complain(at.child('namespace'), namespace, isDns1123Label(namespace))),
  ];
}

const CSI_SECRETS = [
  'controllerPublishSecretRef',
  'controllerExpandSecretRef',
  'nodePublishSecretRef',
  'nodeExpandSecretRef',
];

function csi(source: core.CSIPersistentVolumeSource, at: FieldPath): FieldError[] {
  const references = source as unknown as Readonly<Record<string, core.SecretReference | undefined>>;
  return [
    ...validateCsiDriverName(source.driver, at.child('driver')),
    ...(source.volumeHandle ? [] : [fieldErrors.required(at.child('volumeHandle'))]),
    ...CSI_SECRETS.flatMap((name) => {
      const reference = references[name];
      return reference ? secretReference(reference, at.child(name)) : [];
    }),
  ];
}

function pathSource(path: string, at: FieldPath): FieldError[] {
  return path ? noBacksteps(path, at.child('path')) : [fieldErrors.required(at.child('path'))];
}

function validateOneSource(
  name: Source,
  spec: core.PersistentVolumeSpec,
  path: FieldPath,
  owner: string,
): FieldError[] {
  const at = path.child(name);
  if (name === 'hostPath' && spec.hostPath)
    return [...pathSource(spec.hostPath.path, at), ...hostPathType(spec.hostPath, at)];
  if (name === 'nfs' && spec.nfs) return nfs(spec.nfs, at);
  if (name === 'csi' && spec.csi) return csi(spec.csi, at);
  if (name !== 'local' || !spec.local) return validateLegacySource(name, spec[name], path, { persistent: true, owner });
  const errors = pathSource(spec.local.path, at);
  if (!spec.nodeAffinity)
    errors.push(fieldErrors.required(path.child('nodeAffinity'), 'Local volume requires node affinity'));
  return errors;
}

function validateSource(spec: core.PersistentVolumeSpec, path: FieldPath, owner: string): FieldError[] {
  const found = SOURCES.filter((name) => spec[name] !== undefined);
  if (found.length === 0) return [fieldErrors.required(path, 'must specify a volume type')];
  return found.flatMap((name, index) =>
    index === 0 || name === 'flexVolume'
      ? validateOneSource(name, spec, path, owner)
      : [
          fieldErrors.forbidden(
            path.child(name === 'cephfs' ? 'cephFS' : name),
            'may not specify more than 1 volume type',
          ),
        ],
  );
}

const INLINE = 'in the context of inline volumes';

/** What a spec says of its use; inline, most of it may not be said. */
function validateUse(spec: core.PersistentVolumeSpec, path: FieldPath, inline: boolean): FieldError[] {
  const { persistentVolumeReclaimPolicy: policy, nodeAffinity } = spec;
  const at = path.child('persistentVolumeReclaimPolicy');
  const errors: FieldError[] = [];
  if (!inline) {
    errors.push(...validateCapacity(spec.capacity, path.child('capacity')));
    errors.push(...oneOf(policy, ['Delete', 'Recycle', 'Retain'], at, 'allowed'));
  } else if (policy && policy !== 'Retain') errors.push(fieldErrors.forbidden(at, `may only be Retain ${INLINE}`));
  if (!nodeAffinity) return errors;
  const affinity = path.child('nodeAffinity');
  if (inline) return [...errors, fieldErrors.forbidden(affinity, `may not be specified ${INLINE}`)];
  const { required } = nodeAffinity;
  if (!required)
    return [...errors, fieldErrors.required(affinity.child('required'), 'must specify required node constraints')];
  return [...errors, ...validateNodeSelector(required, affinity.child('required'))];
}

function validateClass(spec: core.PersistentVolumeSpec, path: FieldPath, inline: boolean): FieldError[] {
  const { storageClassName: name, volumeMode: mode } = spec;
  const attributes = (spec as JsonObject).volumeAttributesClassName as string | undefined;
  const errors: FieldError[] = [];
  if (name)
    errors.push(
      ...(inline
        ? [fieldErrors.forbidden(path.child('storageClassName'), `may not be specified ${INLINE}`)]
        : complain(path.child('storageClassName'), name, isDns1123Subdomain(name))),
    );
  if (!inline) errors.push(...oneOf(mode, ['Block', 'Filesystem'], path.child('volumeMode')));
  else if (mode !== undefined && mode !== 'Filesystem')
    errors.push(
      fieldErrors.forbidden(path.child('volumeMode'), `may not specify volumeMode other than Filesystem ${INLINE}`),
    );
  if (attributes === undefined || inline) return errors;
  const at = path.child('volumeAttributesClassName');
  if (attributes === '') errors.push(fieldErrors.required(at, 'an empty string is disallowed'));
  else errors.push(...complain(at, attributes, isDns1123Subdomain(attributes)));
  if (!spec.csi)
    errors.push(fieldErrors.required(path.child('csi'), 'has to be specified when using volumeAttributesClassName'));
  return errors;
}

/** ValidatePersistentVolumeSpec (pkg/apis/core/validation, v1.35). */
export function validatePersistentVolumeSpec(
  spec: core.PersistentVolumeSpec,
  path: FieldPath,
  { owner, inline = false }: VolumeOwner,
): FieldError[] {
  const errors: FieldError[] = [];
  if (inline) {
    if (spec.claimRef) errors.push(fieldErrors.forbidden(path.child('claimRef'), `may not be specified ${INLINE}`));
    if (Object.keys(spec.capacity ?? {}).length > 0)
      errors.push(fieldErrors.forbidden(path.child('capacity'), `may not be specified ${INLINE}`));
    if (!spec.csi) errors.push(fieldErrors.required(path.child('csi'), `has to be specified ${INLINE}`));
  }
  const modes = spec.accessModes ?? [];
  if (modes.length === 0) errors.push(fieldErrors.required(path.child('accessModes')));
  errors.push(...validateAccessModes(modes, path.child('accessModes')));
  errors.push(...validateUse(spec, path, inline));
  errors.push(...validateSource(spec, path, owner));
  if (spec.hostPath?.path === '/' && spec.persistentVolumeReclaimPolicy === 'Recycle')
    errors.push(
      fieldErrors.forbidden(
        path.child('persistentVolumeReclaimPolicy'),
        "may not be 'recycle' for a hostPath mount of '/'",
      ),
    );
  return [...errors, ...validateClass(spec, path, inline)];
}
