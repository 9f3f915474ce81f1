import { defineKind } from '@seatrial/apiserver';
import type * as core from 'kubernetes-types/core/v1.js';
import { templateWarnings } from '../pods/pod.warnings.js';
import { defaultPodTemplate } from '../pods/pod-template.defaults.js';
import { labelsCell } from '../printing/cells.js';
import { columnsOf } from '../printing/table-columns.js';
import { draftAs, emptyStatus, separateStatus } from '../registry/draft.js';
import { REPLICAS_SCALE, replicasCells } from './replicas.js';
import { validateReplicationController } from './replicationcontroller.validation.js';

type Labels = Record<string, string>;

/** ReplicationControllers (k8s.io/kubernetes/pkg/registry/core/replicationcontroller, v1.35). */
export const replicationControllerKind = defineKind({
  group: '',
  version: 'v1',
  resource: 'replicationcontrollers',
  kind: 'ReplicationController',
  looksAtPrefix: false,
  defaults: (draft) => {
    const { spec } = draftAs<core.ReplicationController>(draft);
    if (!spec) return;
    const labels = spec.template?.metadata?.labels;
    if (labels && Object.keys(labels).length > 0) {
      if (Object.keys(spec.selector ?? {}).length === 0) spec.selector = { ...labels };
      if (Object.keys((draft.metadata.labels as Labels | undefined) ?? {}).length === 0)
        draft.metadata.labels = { ...labels };
    }
    spec.replicas ??= 1;
    defaultPodTemplate(spec.template);
  },
  prepareForCreate: (draft) => {
    draft.status = emptyStatus({ group: '', version: 'v1', kind: 'ReplicationController' });
  },
  prepareForUpdate: (draft, old, { subresource }) => separateStatus(draft, old, subresource),
  validate: validateReplicationController,
  validateUpdate: validateReplicationController,
  warnings: (object, old) => templateWarnings(object, old, draftAs<core.ReplicationController>(object).spec?.template),
  selectableFields: (object) => ({
    'status.replicas': String(draftAs<core.ReplicationController>(object).status?.replicas ?? 0),
  }),
  defaultPropagation: 'Orphan',
  scale: REPLICAS_SCALE,
  table: {
    columns: columnsOf('v1', 'replicationcontrollers'),
    cells: (object, now) => {
      const workload = draftAs<core.ReplicationController>(object);
      return [...replicasCells(workload, now), labelsCell(workload.spec?.selector)];
    },
  },
});
