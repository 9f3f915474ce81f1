import { jsonEqual, type JsonObject } from '@seatrial/kernel';
import { defineKind, type KindContext, type KubeObject } from '@seatrial/apiserver';
import { FieldPath, fieldErrors, formatTime, goValue, type FieldError } from '@seatrial/schema';
import type * as core from 'kubernetes-types/core/v1.js';
import { ageCell } from '../printing/cells.js';
import { columnsOf } from '../printing/table-columns.js';
import { draftAs, separateStatus } from '../registry/draft.js';
import { SPEC } from '../validation/fields.js';
import { unifiedDiff } from '../validation/unified-diff.js';
import { accessModesCell } from './access-modes.js';
import { validatePersistentVolumeSpec } from './persistentvolume.validation.js';
import { volumeWarnings } from './volume.warnings.js';

/** ValidatePersistentVolume. */
const validateVolume = (object: KubeObject): FieldError[] =>
  validatePersistentVolumeSpec(draftAs<core.PersistentVolume>(object).spec ?? {}, SPEC, {
    owner: object.metadata.name,
  });

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

/** Labels that became stable: volumes may still be moved from the old key to the new one. */
const STABLE_LABELS: Readonly<Record<string, string>> = {
  'failure-domain.beta.kubernetes.io/zone': 'topology.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region': 'topology.kubernetes.io/region',
  'beta.kubernetes.io/os': 'kubernetes.io/os',
  'beta.kubernetes.io/arch': 'kubernetes.io/arch',
  'beta.kubernetes.io/instance-type': 'node.kubernetes.io/instance-type',
};

/** Whether a volume's node affinity stays as it was, but for keys that moved to their stable label (validatePvNodeAffinity). */
function isSameAffinity(now: core.VolumeNodeAffinity | undefined, old: core.VolumeNodeAffinity): boolean {
  if (jsonEqual(now ?? null, old)) return true;
  const [terms, oldTerms] = [now?.required?.nodeSelectorTerms, old.required?.nodeSelectorTerms];
  if (terms?.length !== oldTerms?.length) return false;
  const isSame = (one: core.NodeSelectorRequirement, was: core.NodeSelectorRequirement | undefined): boolean =>
    jsonEqual(one, was !== undefined && STABLE_LABELS[was.key] === one.key ? { ...was, key: one.key } : (was ?? null));
  const areSame = (all: core.NodeSelectorRequirement[] = [], were: core.NodeSelectorRequirement[] = []): boolean =>
    all.length === were.length && all.every((one, index) => isSame(one, were[index]));
  return (terms ?? []).every((term, index) => {
    const was = oldTerms?.[index];
    return areSame(term.matchExpressions, was?.matchExpressions) && areSame(term.matchFields, was?.matchFields);
  });
}

const attributesClassOf = (spec: core.PersistentVolumeSpec): string | undefined =>
  (spec as { volumeAttributesClassName?: string }).volumeAttributesClassName;

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
  if (old.nodeAffinity && !isSameAffinity(now.nodeAffinity, old.nodeAffinity))
    errors.push(
      fieldErrors.invalid(
        FieldPath.root('nodeAffinity'),
        now.nodeAffinity ? (goValue('core.v1', 'VolumeNodeAffinity', now.nodeAffinity as JsonObject) ?? null) : null,
        'field is immutable, except for updating from beta label to GA',
      ),
    );
  if (attributesClassOf(old) !== undefined && attributesClassOf(now) === undefined)
    errors.push(
      fieldErrors.forbidden(SPEC.child('volumeAttributesClassName'), 'update from non-nil value to nil is forbidden'),
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
