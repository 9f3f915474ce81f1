import { jsonEqual, type JsonObject } from '@seatrial/kernel';
import { defineKind, type KindContext, type KubeObject } from '@seatrial/apiserver';
import {
  FieldPath,
  Quantity,
  fieldErrors,
  formatTime,
  goValue,
  isDns1123Subdomain,
  type FieldError,
} from '@seatrial/schema';
import type * as core from 'kubernetes-types/core/v1.js';
import { validateNodeSelector } from '../pods/validation/affinity.validation.js';
import { hostPathType, nfs, noBacksteps } from '../pods/validation/volume.validation.js';
import { ageCell } from '../printing/cells.js';
import { columnsOf } from '../printing/table-columns.js';
import { draftAs, separateStatus } from '../registry/draft.js';
import { SPEC, complain, oneOf } from '../validation/fields.js';
import { unifiedDiff } from '../validation/unified-diff.js';
import { validateResourceName } from '../validation/resources.js';
import { accessModesCell } from './access-modes.js';
import { validateAccessModes } from './persistentvolumeclaim.validation.js';
import { volumeWarnings } from './volume.warnings.js';

type Amounts = Readonly<Record<string, string>>;

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
  'azureDisk',
  'photonPersistentDisk',
  'portworxVolume',
  'scaleIO',
  'local',
  'storageos',
  'csi',
] as const;

function validateCapacity(capacity: Amounts | undefined): FieldError[] {
  const path = SPEC.child('capacity');
  const names = Object.keys(capacity ?? {}).sort();
  const errors: FieldError[] = [];
  if (names.length === 0) errors.push(fieldErrors.required(path));
  if (names.length !== 1 || names[0] !== 'storage')
    errors.push(fieldErrors.notSupported(path, capacity && names.length > 0 ? capacity : null, ['storage']));
  for (const name of names) {
    const amount = capacity?.[name] ?? '0';
    const at = path.key(name);
    errors.push(...validateResourceName(name, at));
    const quantity = Quantity.of(amount);
    if (quantity.sign() < 0)
      errors.push(fieldErrors.invalid(at, quantity.value(), 'must be a valid resource quantity'));
    if (quantity.sign() <= 0) errors.push(fieldErrors.invalid(at, amount, 'must be greater than zero'));
  }
  return errors;
}

function validateSource(spec: core.PersistentVolumeSpec): FieldError[] {
  const errors: FieldError[] = [];
  let found = 0;
  for (const name of SOURCES) {
    if (spec[name] === undefined) continue;
    const at = SPEC.child(name);
    found++;
    if (found > 1) {
      errors.push(fieldErrors.forbidden(at, 'may not specify more than 1 volume type'));
      continue;
    }
    if (name === 'hostPath' && spec.hostPath) {
      if (!spec.hostPath.path) errors.push(fieldErrors.required(at.child('path')));
      else errors.push(...noBacksteps(spec.hostPath.path, at.child('path')));
      errors.push(...hostPathType(spec.hostPath, at));
    }
    if (name === 'nfs' && spec.nfs) errors.push(...nfs(spec.nfs, at));
    if (name === 'local' && spec.local) {
      if (!spec.local.path) errors.push(fieldErrors.required(at.child('path')));
      else errors.push(...noBacksteps(spec.local.path, at.child('path')));
      if (!spec.nodeAffinity)
        errors.push(fieldErrors.required(SPEC.child('nodeAffinity'), 'Local volume requires node affinity'));
    }
    if (name === 'csi' && spec.csi) {
      if (!spec.csi.driver) errors.push(fieldErrors.required(at.child('driver')));
      if (!spec.csi.volumeHandle) errors.push(fieldErrors.required(at.child('volumeHandle')));
    }
  }
  if (found === 0) errors.push(fieldErrors.required(SPEC, 'must specify a volume type'));
  return errors;
}

/** ValidatePersistentVolumeSpec. */
function validateVolume(object: KubeObject): FieldError[] {
  const spec = draftAs<core.PersistentVolume>(object).spec ?? {};
  const errors: FieldError[] = [];
  const modes = spec.accessModes ?? [];
  if (modes.length === 0) errors.push(fieldErrors.required(SPEC.child('accessModes')));
  errors.push(...validateAccessModes(modes, SPEC.child('accessModes')));
  errors.push(...validateCapacity(spec.capacity));
  errors.push(
    ...oneOf(
      spec.persistentVolumeReclaimPolicy,
      ['Delete', 'Recycle', 'Retain'],
      SPEC.child('persistentVolumeReclaimPolicy'),
    ),
  );
  if (spec.nodeAffinity) {
    const at = SPEC.child('nodeAffinity', 'required');
    if (!spec.nodeAffinity.required) errors.push(fieldErrors.required(at, 'must specify required node constraints'));
    else errors.push(...validateNodeSelector(spec.nodeAffinity.required, at));
  }
  errors.push(...validateSource(spec));
  if (spec.hostPath?.path === '/' && spec.persistentVolumeReclaimPolicy === 'Recycle')
    errors.push(
      fieldErrors.forbidden(
        SPEC.child('persistentVolumeReclaimPolicy'),
        "may not be 'recycle' for a hostPath mount of '/'",
      ),
    );
  if (spec.storageClassName)
    errors.push(
      ...complain(SPEC.child('storageClassName'), spec.storageClassName, isDns1123Subdomain(spec.storageClassName)),
    );
  errors.push(...oneOf(spec.volumeMode, ['Block', 'Filesystem'], SPEC.child('volumeMode')));
  return errors;
}

/** The internal PersistentVolumeSource, in its own order and with all that is not set. */
const INTERNAL_SOURCES = [
  'GCEPersistentDisk',
  'AWSElasticBlockStore',
  'HostPath',
  'Glusterfs',
  'NFS',
  'RBD',
  'Quobyte',
  'ISCSI',
  'FlexVolume',
  'Cinder',
  'CephFS',
  'FC',
  'Flocker',
  'AzureFile',
  'VsphereVolume',
  'AzureDisk',
  'PhotonPersistentDisk',
  'PortworxVolume',
  'ScaleIO',
  'Local',
  'StorageOS',
  'CSI',
];

function sourceText(spec: core.PersistentVolumeSpec): string {
  const shown = goValue('core.v1', 'PersistentVolumeSource', spec as JsonObject) ?? {};
  return JSON.stringify(Object.fromEntries(INTERNAL_SOURCES.map((name) => [name, shown[name] ?? null])), undefined, 1);
}

function validateVolumeUpdate(object: KubeObject, before: KubeObject, context: KindContext): FieldError[] {
  if (context.subresource === 'status') return [];
  const now = draftAs<core.PersistentVolume>(object).spec ?? {};
  const old = draftAs<core.PersistentVolume>(before).spec ?? {};
  const errors = validateVolume(object);
  const [was, after] = [sourceText(old), sourceText(now)];
  if (was !== after)
    errors.push(
      fieldErrors.forbidden(
        SPEC.child('persistentvolumesource'),
        `spec.persistentvolumesource is immutable after creation\n${unifiedDiff(was, after)}`,
      ),
    );
  if (!jsonEqual(now.volumeMode ?? null, old.volumeMode ?? null))
    errors.push(fieldErrors.invalid(FieldPath.root('volumeMode'), now.volumeMode ?? null, 'field is immutable'));
  if (old.nodeAffinity && !jsonEqual(now.nodeAffinity, old.nodeAffinity))
    errors.push(
      fieldErrors.invalid(
        SPEC.child('nodeAffinity'),
        now.nodeAffinity ?? null,
        'field is immutable, except for updating from beta label to GA',
      ),
    );
  return errors;
}

/** PersistentVolumes (k8s.io/kubernetes/pkg/registry/core/persistentvolume, v1.35). */
export const persistentVolumeKind = defineKind({
  group: '',
  version: 'v1',
  resource: 'persistentvolumes',
  kind: 'PersistentVolume',
  generation: false,
  defaults: (draft) => {
    const volume = draftAs<core.PersistentVolume>(draft);
    draft.status = {
      ...(draft.status as Record<string, string> | undefined),
      phase: volume.status?.phase || 'Pending',
    };
    if (!volume.spec) return;
    volume.spec.persistentVolumeReclaimPolicy ||= 'Retain';
    volume.spec.volumeMode ??= 'Filesystem';
    if (volume.spec.hostPath) volume.spec.hostPath.type ??= '';
  },
  prepareForCreate: (draft, { now }) => {
    draft.status = { phase: 'Pending', lastPhaseTransitionTime: formatTime(now) };
  },
  prepareForUpdate: (draft, old, { subresource }) => separateStatus(draft, old, subresource),
  validate: validateVolume,
  validateUpdate: validateVolumeUpdate,
  warnings: volumeWarnings,
  table: {
    columns: columnsOf('v1', 'persistentvolumes'),
    cells: (object, now) => {
      const { metadata, spec, status } = draftAs<core.PersistentVolume>(object);
      const claim = spec?.claimRef;
      const beta = metadata?.annotations?.['volume.beta.kubernetes.io/storage-class'];
      return [
        metadata?.name,
        spec?.capacity?.storage ?? '0',
        accessModesCell(spec?.accessModes),
        spec?.persistentVolumeReclaimPolicy ?? '',
        metadata?.deletionTimestamp ? 'Terminating' : (status?.phase ?? ''),
        claim ? `${claim.namespace ?? ''}/${claim.name ?? ''}` : '',
        beta ?? spec?.storageClassName ?? '',
        spec?.volumeAttributesClassName ?? '<unset>',
        status?.reason ?? '',
        ageCell(metadata?.creationTimestamp, now),
        spec?.volumeMode ?? '<unset>',
      ];
    },
  },
});
