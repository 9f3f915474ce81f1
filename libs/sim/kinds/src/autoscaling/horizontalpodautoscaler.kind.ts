import { defineKind } from '@seatrial/apiserver';
import type * as autoscaling from 'kubernetes-types/autoscaling/v2.js';
import { ageCell } from '../printing/cells.js';
import { columnsOf } from '../printing/table-columns.js';
import { draftAs, emptyStatus, separateStatus } from '../registry/draft.js';
import { hpaVersion1 } from './horizontalpodautoscaler.conversion.js';
import { targetsCell } from './horizontalpodautoscaler.targets.js';
import { validateAutoscaler } from './horizontalpodautoscaler.validation.js';

function defaultRules(
  rules: autoscaling.HPAScalingRules | undefined,
  policies: readonly autoscaling.HPAScalingPolicy[],
  window?: number,
): autoscaling.HPAScalingRules {
  return {
    ...(window === undefined ? {} : { stabilizationWindowSeconds: window }),
    ...rules,
    selectPolicy: rules?.selectPolicy ?? 'Max',
    policies: rules?.policies ?? [...policies],
  };
}

/** HorizontalPodAutoscalers (k8s.io/kubernetes/pkg/registry/autoscaling/horizontalpodautoscaler, v1.35), stored as v2. */
export const horizontalPodAutoscalerKind = defineKind({
  group: 'autoscaling',
  version: 'v2',
  resource: 'horizontalpodautoscalers',
  kind: 'HorizontalPodAutoscaler',
  generation: false,
  defaults: (draft) => {
    const { spec } = draftAs<autoscaling.HorizontalPodAutoscaler>(draft);
    if (!spec) return;
    spec.minReplicas ??= 1;
    if ((spec.metrics ?? []).length === 0)
      spec.metrics = [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } },
      ];
    if (spec.behavior) {
      spec.behavior.scaleUp = defaultRules(
        spec.behavior.scaleUp,
        [
          { type: 'Pods', value: 4, periodSeconds: 15 },
          { type: 'Percent', value: 100, periodSeconds: 15 },
        ],
        0,
      );
      spec.behavior.scaleDown = defaultRules(spec.behavior.scaleDown, [
        { type: 'Percent', value: 100, periodSeconds: 15 },
      ]);
    }
  },
  prepareForCreate: (draft) => {
    const empty = emptyStatus({ group: 'autoscaling', version: 'v2', kind: 'HorizontalPodAutoscaler' });
    draft.status = { ...empty, currentMetrics: null };
  },
  prepareForUpdate: (draft, old, { subresource }) => separateStatus(draft, old, subresource),
  validate: (object) => validateAutoscaler(object),
  validateUpdate: (object, old, { subresource }) =>
    subresource === 'status'
      ? []
      : validateAutoscaler(object, draftAs<autoscaling.HorizontalPodAutoscaler>(old).spec?.scaleTargetRef),
  conversions: { v1: hpaVersion1 },
  table: {
    columns: columnsOf('autoscaling/v2', 'horizontalpodautoscalers'),
    cells: (object, now) => {
      const autoscaler = draftAs<autoscaling.HorizontalPodAutoscaler>(object);
      const { metadata, spec, status } = autoscaler;
      return [
        metadata?.name,
        `${spec?.scaleTargetRef.kind ?? ''}/${spec?.scaleTargetRef.name ?? ''}`,
        targetsCell(autoscaler),
        String(spec?.minReplicas ?? '<unset>'),
        spec?.maxReplicas,
        status?.currentReplicas ?? 0,
        ageCell(metadata?.creationTimestamp, now),
      ];
    },
  },
});
