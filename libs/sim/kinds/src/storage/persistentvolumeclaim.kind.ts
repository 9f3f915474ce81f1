import type { JsonObject } from '@seatrial/kernel';
import { defineKind } from '@seatrial/apiserver';
import type * as core from 'kubernetes-types/core/v1.js';
import { ageCell } from '../printing/cells.js';
import { columnsOf } from '../printing/table-columns.js';
import { draftAs, separateStatus } from '../registry/draft.js';
import { accessModesCell } from './access-modes.js';
import { normalizeDataSources, validateClaim, validateClaimUpdate } from './persistentvolumeclaim.validation.js';
import { claimWarnings } from './volume.warnings.js';

const UNSET = '<unset>';

/** PersistentVolumeClaims (k8s.io/kubernetes/pkg/registry/core/persistentvolumeclaim, v1.35). */
export const persistentVolumeClaimKind = defineKind({
  group: '',
  version: 'v1',
  resource: 'persistentvolumeclaims',
  kind: 'PersistentVolumeClaim',
  generation: false,
  defaults: (draft) => {
    const claim = draftAs<core.PersistentVolumeClaim>(draft);
    draft.status = { ...(draft.status as Record<string, string> | undefined), phase: claim.status?.phase || 'Pending' };
    if (claim.spec) claim.spec.volumeMode ??= 'Filesystem';
  },
  prepareForCreate: (draft) => {
    draft.status = { phase: 'Pending' };
    normalizeDataSources(draft.spec as JsonObject | undefined);
  },
  prepareForUpdate: (draft, old, { subresource }) => {
    separateStatus(draft, old, subresource);
    const { spec } = old as unknown as JsonObject;
    normalizeDataSources(draft.spec as JsonObject | undefined, spec as JsonObject | undefined);
  },
  validate: validateClaim,
  validateUpdate: validateClaimUpdate,
  warnings: claimWarnings,
  table: {
    columns: columnsOf('v1', 'persistentvolumeclaims'),
    cells: (object, now) => {
      const { metadata, spec, status } = draftAs<core.PersistentVolumeClaim>(object);
      const bound = Boolean(spec?.volumeName);
      const capacity = status?.capacity?.storage ?? '0';
      return [
        metadata?.name,
        metadata?.deletionTimestamp ? 'Terminating' : (status?.phase ?? ''),
        spec?.volumeName ?? '',
        bound ? capacity : '',
        bound ? accessModesCell(status?.accessModes) : '',
        storageClassOf(metadata?.annotations, spec?.storageClassName),
        spec?.volumeAttributesClassName ?? UNSET,
        ageCell(metadata?.creationTimestamp, now),
        spec?.volumeMode ?? UNSET,
      ];
    },
  },
});

function storageClassOf(annotations: Readonly<Record<string, string>> | undefined, name: string | undefined): string {
  return annotations?.['volume.beta.kubernetes.io/storage-class'] ?? name ?? '';
}
