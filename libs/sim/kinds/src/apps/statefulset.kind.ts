import { defineKind, type DraftObject } from '@seatrial/apiserver';
import type * as appsv1 from 'kubernetes-types/apps/v1.js';
import { templateWarnings } from '../pods/pod.warnings.js';
import { claimSpecWarnings } from '../storage/volume.warnings.js';
import { defaultPodTemplate } from '../pods/pod-template.defaults.js';
import { ageCell, containerCells } from '../printing/cells.js';
import { columnsOf } from '../printing/table-columns.js';
import { draftAs, emptyStatus, separateStatus } from '../registry/draft.js';
import { REPLICAS_SCALE } from './replicas.js';
import { validateStatefulSet, validateStatefulSetUpdate } from './statefulset.validation.js';

interface Retention {
  persistentVolumeClaimRetentionPolicy?: { whenDeleted?: string; whenScaled?: string };
}

/** `maxUnavailable` is for a gate that is closed in v1.35 (dropStatefulSetDisabledFields). */
function dropDisabledFields(draft: DraftObject): void {
  delete draftAs<appsv1.StatefulSet>(draft).spec?.updateStrategy?.rollingUpdate?.maxUnavailable;
}

/** StatefulSets (k8s.io/kubernetes/pkg/registry/apps/statefulset, v1.35). */
export const statefulSetKind = defineKind({
  group: 'apps',
  version: 'v1',
  resource: 'statefulsets',
  kind: 'StatefulSet',
  nameRule: 'dns-label',
  defaults: (draft) => {
    const { spec } = draftAs<appsv1.StatefulSet>(draft);
    if (!spec) return;
    spec.podManagementPolicy ||= 'OrderedReady';
    spec.updateStrategy ??= {};
    if (!spec.updateStrategy.type) {
      spec.updateStrategy.type = 'RollingUpdate';
      spec.updateStrategy.rollingUpdate ??= {};
    }
    if (spec.updateStrategy.type === 'RollingUpdate' && spec.updateStrategy.rollingUpdate)
      spec.updateStrategy.rollingUpdate.partition ??= 0;
    const retention = spec as Retention;
    retention.persistentVolumeClaimRetentionPolicy ??= {};
    retention.persistentVolumeClaimRetentionPolicy.whenDeleted ||= 'Retain';
    retention.persistentVolumeClaimRetentionPolicy.whenScaled ||= 'Retain';
    spec.replicas ??= 1;
    spec.revisionHistoryLimit ??= 10;
    for (const claim of spec.volumeClaimTemplates ?? []) {
      claim.apiVersion = 'v1';
      claim.kind = 'PersistentVolumeClaim';
      if (claim.spec) claim.spec.volumeMode ??= 'Filesystem';
      const status = { ...claim.status, phase: claim.status?.phase || 'Pending' };
      Object.assign(claim, { status });
    }
    defaultPodTemplate(spec.template);
  },
  prepareForCreate: (draft) => {
    dropDisabledFields(draft);
    draft.status = emptyStatus({ group: 'apps', version: 'v1', kind: 'StatefulSet' });
  },
  prepareForUpdate: (draft, old, { subresource }) => {
    if (subresource === undefined) dropDisabledFields(draft);
    separateStatus(draft, old, subresource);
  },
  validate: validateStatefulSet,
  validateUpdate: validateStatefulSetUpdate,
  warnings: (object, old) => {
    const { spec } = draftAs<appsv1.StatefulSet>(object);
    const warnings = templateWarnings(object, old, spec?.template);
    (spec?.volumeClaimTemplates ?? []).forEach((claim, index) =>
      warnings.push(...claimSpecWarnings(claim.spec, `spec.volumeClaimTemplates[${index}].spec`)),
    );
    if ((spec?.revisionHistoryLimit ?? 0) < 0)
      warnings.push(
        'spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended',
      );
    return warnings;
  },
  defaultPropagation: 'Background',
  scale: REPLICAS_SCALE,
  table: {
    columns: columnsOf('apps/v1', 'statefulsets'),
    cells: (object, now) => {
      const { metadata, spec, status } = draftAs<appsv1.StatefulSet>(object);
      return [
        metadata?.name,
        `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`,
        ageCell(metadata?.creationTimestamp, now),
        ...containerCells(spec?.template.spec?.containers),
      ];
    },
  },
});
