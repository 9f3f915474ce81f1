import { defineKind, type KubeObject } from '@seatrial/apiserver';
import { Quantity, fieldErrors, isValidPathSegmentName, type FieldError, type FieldPath } from '@seatrial/schema';
import type * as autoscaling from 'kubernetes-types/autoscaling/v2.js';
import { ageCell } from '../printing/cells.js';
import { columnsOf } from '../printing/table-columns.js';
import { draftAs, emptyStatus, separateStatus } from '../registry/draft.js';
import { SPEC, complain, nonNegative } from '../validation/fields.js';
import { hpaVersion1 } from './horizontalpodautoscaler.conversion.js';
import { targetsCell } from './horizontalpodautoscaler.targets.js';

function defaultRules(
  rules: autoscaling.HPAScalingRules | undefined,
  policies: readonly autoscaling.HPAScalingPolicy[],
  window?: number,
): autoscaling.HPAScalingRules {
  return {
    ...(window === undefined ? {} : { stabilizationWindowSeconds: window }),
    ...rules,
    selectPolicy: rules?.selectPolicy ?? 'Max',
    policies: rules?.policies && rules.policies.length > 0 ? rules.policies : [...policies],
  };
}

function validateMetric(metric: autoscaling.MetricSpec, at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if (!metric.type) return [fieldErrors.required(at.child('type'), 'must specify a metric source type')];
  const source = metric.resource ?? metric.containerResource;
  const field = metric.resource ? 'resource' : 'containerResource';
  if (source) {
    const path = at.child(field);
    if (!source.name) errors.push(fieldErrors.required(path.child('name'), 'must specify a resource name'));
    const { averageUtilization, averageValue, type } = source.target;
    if (!type) errors.push(fieldErrors.required(path.child('target', 'type'), 'must specify a metric target type'));
    if (averageUtilization !== undefined && averageUtilization < 1)
      errors.push(
        fieldErrors.invalid(path.child('target', 'averageUtilization'), averageUtilization, 'must be greater than 0'),
      );
    if (averageValue !== undefined && Quantity.of(averageValue).sign() <= 0)
      errors.push(fieldErrors.invalid(path.child('target', 'averageValue'), averageValue, 'must be positive'));
    if (averageUtilization === undefined && averageValue === undefined)
      errors.push(
        fieldErrors.required(
          path.child('target', 'averageUtilization'),
          'must set either a target raw value or a target utilization',
        ),
      );
  }
  return errors;
}

function validateAutoscaler(object: KubeObject): FieldError[] {
  const spec = draftAs<{ spec: autoscaling.HorizontalPodAutoscalerSpec }>(object).spec;
  const errors: FieldError[] = [];
  const { minReplicas, maxReplicas, scaleTargetRef } = spec;
  if (minReplicas !== undefined && minReplicas < 1)
    errors.push(fieldErrors.invalid(SPEC.child('minReplicas'), minReplicas, 'must be greater than or equal to 1'));
  if (maxReplicas < 1)
    errors.push(fieldErrors.invalid(SPEC.child('maxReplicas'), maxReplicas, 'must be greater than 0'));
  if (minReplicas !== undefined && maxReplicas < minReplicas)
    errors.push(
      fieldErrors.invalid(SPEC.child('maxReplicas'), maxReplicas, 'must be greater than or equal to `minReplicas`'),
    );
  const target = SPEC.child('scaleTargetRef');
  for (const field of ['kind', 'name'] as const) {
    if (!scaleTargetRef[field]) errors.push(fieldErrors.required(target.child(field)));
    else
      errors.push(
        ...complain(target.child(field), scaleTargetRef[field], isValidPathSegmentName(scaleTargetRef[field])),
      );
  }
  (spec.metrics ?? []).forEach((metric, index) =>
    errors.push(...validateMetric(metric, SPEC.child('metrics').index(index))),
  );
  for (const direction of ['scaleUp', 'scaleDown'] as const) {
    const rules = spec.behavior?.[direction];
    const at = SPEC.child('behavior', direction);
    errors.push(...nonNegative(rules?.stabilizationWindowSeconds, at.child('stabilizationWindowSeconds')));
    if ((rules?.stabilizationWindowSeconds ?? 0) > 3600)
      errors.push(
        fieldErrors.invalid(
          at.child('stabilizationWindowSeconds'),
          rules?.stabilizationWindowSeconds,
          'must be less than or equal to 3600',
        ),
      );
  }
  return errors;
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
  validate: validateAutoscaler,
  validateUpdate: (object, _old, { subresource }) => (subresource === 'status' ? [] : validateAutoscaler(object)),
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
