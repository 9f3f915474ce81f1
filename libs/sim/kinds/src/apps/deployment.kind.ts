import { jsonEqual } from '@seatrial/kernel';
import { defineKind } from '@seatrial/apiserver';
import { formatLabelSelector } from '@seatrial/schema';
import type * as appsv1 from 'kubernetes-types/apps/v1.js';
import { templateWarnings } from '../pods/pod.warnings.js';
import { defaultPodTemplate } from '../pods/pod-template.defaults.js';
import { ageCell, containerCells } from '../printing/cells.js';
import { columnsOf } from '../printing/table-columns.js';
import { draftAs, emptyStatus, separateStatus } from '../registry/draft.js';
import { validateDeployment, validateDeploymentUpdate } from './deployment.validation.js';
import { REPLICAS_SCALE } from './replicas.js';

/** Deployments (k8s.io/kubernetes/pkg/registry/apps/deployment, v1.35). */
export const deploymentKind = defineKind({
  group: 'apps',
  version: 'v1',
  resource: 'deployments',
  kind: 'Deployment',
  defaults: (draft) => {
    const { spec } = draftAs<appsv1.Deployment>(draft);
    if (!spec) return;
    spec.replicas ??= 1;
    spec.strategy ??= {};
    spec.strategy.type ||= 'RollingUpdate';
    if (spec.strategy.type === 'RollingUpdate') {
      spec.strategy.rollingUpdate ??= {};
      spec.strategy.rollingUpdate.maxUnavailable ??= '25%';
      spec.strategy.rollingUpdate.maxSurge ??= '25%';
    }
    spec.revisionHistoryLimit ??= 10;
    spec.progressDeadlineSeconds ??= 600;
    defaultPodTemplate(spec.template);
  },
  prepareForCreate: (draft) => {
    draft.status = emptyStatus({ group: 'apps', version: 'v1', kind: 'Deployment' });
  },
  prepareForUpdate: (draft, old, { subresource }) => separateStatus(draft, old, subresource),
  generation: (object, old) =>
    !jsonEqual(draftAs<appsv1.Deployment>(object).spec, draftAs<appsv1.Deployment>(old).spec) ||
    !jsonEqual(object.metadata.annotations ?? {}, old.metadata.annotations ?? {}),
  validate: validateDeployment,
  validateUpdate: validateDeploymentUpdate,
  warnings: (object, old) => templateWarnings(object, old, draftAs<appsv1.Deployment>(object).spec?.template),
  defaultPropagation: 'Background',
  scale: REPLICAS_SCALE,
  table: {
    columns: columnsOf('apps/v1', 'deployments'),
    cells: (object, now) => {
      const { metadata, spec, status } = draftAs<appsv1.Deployment>(object);
      return [
        metadata?.name,
        `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`,
        status?.updatedReplicas ?? 0,
        status?.availableReplicas ?? 0,
        ageCell(metadata?.creationTimestamp, now),
        ...containerCells(spec?.template.spec?.containers),
        formatLabelSelector(spec?.selector),
      ];
    },
  },
});
