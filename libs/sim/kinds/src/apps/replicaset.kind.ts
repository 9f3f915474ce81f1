import { defineKind } from '@seatrial/apiserver';
import { formatLabelSelector } from '@seatrial/schema';
import type * as appsv1 from 'kubernetes-types/apps/v1.js';
import { templateWarnings } from '../pods/pod.warnings.js';
import { defaultPodTemplate } from '../pods/pod-template.defaults.js';
import { columnsOf } from '../printing/table-columns.js';
import { draftAs, emptyStatus, separateStatus } from '../registry/draft.js';
import { REPLICAS_SCALE, replicasCells } from './replicas.js';
import { validateReplicaSet, validateReplicaSetUpdate } from './replicaset.validation.js';

/** ReplicaSets (k8s.io/kubernetes/pkg/registry/apps/replicaset, v1.35). */
export const replicaSetKind = defineKind({
  group: 'apps',
  version: 'v1',
  resource: 'replicasets',
  kind: 'ReplicaSet',
  defaults: (draft) => {
    const { spec } = draftAs<appsv1.ReplicaSet>(draft);
    if (!spec) return;
    spec.replicas ??= 1;
    defaultPodTemplate(spec.template);
  },
  prepareForCreate: (draft) => {
    draft.status = emptyStatus({ group: 'apps', version: 'v1', kind: 'ReplicaSet' });
  },
  prepareForUpdate: (draft, old, { subresource }) => separateStatus(draft, old, subresource),
  validate: validateReplicaSet,
  validateUpdate: validateReplicaSetUpdate,
  warnings: (object, old) => templateWarnings(object, old, draftAs<appsv1.ReplicaSet>(object).spec?.template),
  defaultPropagation: 'Background',
  scale: REPLICAS_SCALE,
  table: {
    columns: columnsOf('apps/v1', 'replicasets'),
    cells: (object, now) => {
      const workload = draftAs<appsv1.ReplicaSet>(object);
      return [...replicasCells(workload, now), formatLabelSelector(workload.spec?.selector)];
    },
  },
});
