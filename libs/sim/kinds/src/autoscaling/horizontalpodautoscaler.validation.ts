import type { KubeObject } from '@seatrial/apiserver';
import {
  NON_NEGATIVE_COMPLAINT,
  Quantity,
  fieldErrors,
  isDns1123Label,
  isValidPathSegmentName,
  type FieldError,
  type FieldPath,
} from '@seatrial/schema';
import type * as autoscaling from 'kubernetes-types/autoscaling/v2.js';
import { draftAs } from '../registry/draft.js';
import { SPEC, complain } from '../validation/fields.js';
import { validateContainerResourceName } from '../validation/resources.js';

const MAX_WINDOW = 3600;
const MAX_PERIOD = 1800;
/** Metric source type → the field that holds it, in the order of the checks. */
const SOURCES = {
  Object: 'object',
  External: 'external',
  Pods: 'pods',
  Resource: 'resource',
  ContainerResource: 'containerResource',
} as const;
const BOTH_TARGETS = 'may not set both a target raw value and a target utilization';
const NO_TARGET = 'must set either a target raw value or a target utilization';

type Target = Partial<autoscaling.MetricTarget> | undefined;

const notPositive = (amount: string | undefined): boolean => amount !== undefined && Quantity.of(amount).sign() <= 0;

function validateTarget(target: Target, at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const { type, value, averageValue, averageUtilization } = target ?? {};
  if (!type) errors.push(fieldErrors.required(at.child('type'), 'must specify a metric target type'));
  if (!['Utilization', 'Value', 'AverageValue'].includes(type ?? ''))
    errors.push(
      fieldErrors.invalid(at.child('type'), type ?? '', 'must be either Utilization, Value, or AverageValue'),
    );
  if (notPositive(value)) errors.push(fieldErrors.invalid(at.child('value'), value, 'must be positive'));
  if (notPositive(averageValue))
    errors.push(fieldErrors.invalid(at.child('averageValue'), averageValue, 'must be positive'));
  if (averageUtilization !== undefined && averageUtilization < 1)
    errors.push(fieldErrors.invalid(at.child('averageUtilization'), averageUtilization, 'must be greater than 0'));
  return errors;
}

type Reference = Partial<autoscaling.CrossVersionObjectReference> | undefined;

function validateReference(reference: Reference, at: FieldPath): FieldError[] {
  return (['kind', 'name'] as const).flatMap((field) => {
    const value = reference?.[field];
    return value
      ? complain(at.child(field), value, isValidPathSegmentName(value))
      : [fieldErrors.required(at.child(field))];
  });
}

function validateMetricName(name: string | undefined, at: FieldPath): FieldError[] {
  return name
    ? complain(at.child('name'), name, isValidPathSegmentName(name))
    : [fieldErrors.required(at.child('name'), 'must specify a metric name')];
}

/** Sources that name a metric: of an object, of pods, from outside. */
function validateMetricSource(metric: autoscaling.MetricSpec, field: string, at: FieldPath): FieldError[] {
  const { object, external, pods } = metric;
  const source: { metric?: Partial<autoscaling.MetricIdentifier>; target?: Target } | undefined =
    object ?? external ?? pods;
  const target = at.child('target');
  const { value, averageValue } = source?.target ?? {};
  const errors = [
    ...(field === 'object' ? validateReference(object?.describedObject, at.child('describedObject')) : []),
    ...validateMetricName(source?.metric?.name, at.child('metric')),
    ...validateTarget(source?.target, target),
  ];
  if (field === 'pods') {
    if (averageValue === undefined || notPositive(averageValue))
      errors.push(fieldErrors.required(target.child('averageValue'), 'must specify a positive target averageValue'));
  } else if (value === undefined && averageValue === undefined)
    errors.push(
      fieldErrors.required(
        target.child('averageValue'),
        field === 'object'
          ? 'must set either a target value or averageValue'
          : 'must set either a target value for metric or a per-pod target',
      ),
    );
  if (field === 'external' && value !== undefined && averageValue !== undefined)
    errors.push(
      fieldErrors.forbidden(target.child('value'), 'may not set both a target value for metric and a per-pod target'),
    );
  return errors;
}

function validateResourceSource(metric: autoscaling.MetricSpec, field: string, at: FieldPath): FieldError[] {
  const source = metric.resource ?? metric.containerResource;
  const target = at.child('target');
  const { averageUtilization, averageValue } = (source?.target as Target) ?? {};
  const errors: FieldError[] = [];
  if (!source?.name) errors.push(fieldErrors.required(at.child('name'), 'must specify a resource name'));
  if (field === 'containerResource') {
    if (source?.name) errors.push(...validateContainerResourceName(source.name, at.child('name')));
    const container = metric.containerResource?.container;
    if (!container) errors.push(fieldErrors.required(at.child('container'), 'must specify a container'));
    else errors.push(...complain(at.child('container'), container, isDns1123Label(container)));
  }
  errors.push(...validateTarget(source?.target, target));
  if (averageUtilization === undefined && averageValue === undefined)
    errors.push(fieldErrors.required(target.child('averageUtilization'), NO_TARGET));
  if (averageUtilization !== undefined && averageValue !== undefined)
    errors.push(fieldErrors.forbidden(target.child('averageValue'), BOTH_TARGETS));
  return errors;
}

function validateMetric(metric: autoscaling.MetricSpec, at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const { type } = metric;
  if (!type) errors.push(fieldErrors.required(at.child('type'), 'must specify a metric source type'));
  if (!Object.hasOwn(SOURCES, type))
    errors.push(fieldErrors.notSupported(at.child('type'), type, Object.keys(SOURCES).sort()));
  const present = Object.values(SOURCES).filter((field) => metric[field]);
  for (const field of present.slice(0, 1))
    errors.push(
      ...(field === 'resource' || field === 'containerResource' ? validateResourceSource : validateMetricSource)(
        metric,
        field,
        at.child(field),
      ),
    );
  const expected = Object.hasOwn(SOURCES, type) ? SOURCES[type as keyof typeof SOURCES] : undefined;
  // The unknown type is told a second time where its source would be looked for.
  if (!expected) errors.push(fieldErrors.notSupported(at.child('type'), type, Object.keys(SOURCES).sort()));
  if (expected && !metric[expected])
    errors.push(fieldErrors.required(at.child(expected), 'must populate information for the given metric source'));
  if (present.length !== 1)
    for (const field of present)
      if (field !== expected)
        errors.push(fieldErrors.forbidden(at.child(field), 'must populate the given metric source only'));
  return errors;
}

function validatePolicy({ type, value, periodSeconds }: autoscaling.HPAScalingPolicy, at: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  if (type !== 'Pods' && type !== 'Percent')
    errors.push(fieldErrors.notSupported(at.child('type'), type, ['Percent', 'Pods']));
  if (value <= 0) errors.push(fieldErrors.invalid(at.child('value'), value, 'must be greater than zero'));
  if (periodSeconds <= 0)
    errors.push(fieldErrors.invalid(at.child('periodSeconds'), periodSeconds, 'must be greater than zero'));
  if (periodSeconds > MAX_PERIOD)
    errors.push(
      fieldErrors.invalid(at.child('periodSeconds'), periodSeconds, `must be less than or equal to ${MAX_PERIOD}`),
    );
  return errors;
}

function validateRules(rules: autoscaling.HPAScalingRules | undefined, at: FieldPath): FieldError[] {
  if (!rules) return [];
  const { stabilizationWindowSeconds: window, selectPolicy, policies = [] } = rules;
  const errors: FieldError[] = [];
  const path = at.child('stabilizationWindowSeconds');
  if ((window ?? 0) < 0) errors.push(fieldErrors.invalid(path, window, 'must be greater than or equal to zero'));
  if ((window ?? 0) > MAX_WINDOW)
    errors.push(fieldErrors.invalid(path, window, `must be less than or equal to ${MAX_WINDOW}`));
  if (selectPolicy !== undefined && !['Max', 'Min', 'Disabled'].includes(selectPolicy))
    errors.push(fieldErrors.notSupported(at.child('selectPolicy'), selectPolicy, ['Disabled', 'Max', 'Min']));
  if (policies.length === 0)
    errors.push(fieldErrors.required(at.child('policies'), 'must specify at least one Policy'));
  policies.forEach((policy, index) => errors.push(...validatePolicy(policy, at.child('policies').index(index))));
  const { tolerance } = rules as { readonly tolerance?: string };
  if (tolerance !== undefined && Quantity.of(tolerance).sign() < 0)
    errors.push(fieldErrors.invalid(at.child('tolerance'), tolerance, NON_NEGATIVE_COMPLAINT));
  return errors;
}

/** ValidateAPIVersion: not looked at again while kind and version stay; the core group has but one kind that scales. */
function validateTargetVersion(reference: Reference, before: Reference): FieldError[] {
  const { apiVersion = '', kind } = reference ?? {};
  if (before && before.kind === kind && (before.apiVersion ?? '') === apiVersion) return [];
  const at = SPEC.child('scaleTargetRef', 'apiVersion');
  if (apiVersion.split('/').length > 2)
    return [fieldErrors.invalid(at, apiVersion, `unexpected GroupVersion string: ${apiVersion}`)];
  return /^[^/]+\//.test(apiVersion) || kind === 'ReplicationController'
    ? []
    : [fieldErrors.invalid(at, apiVersion, 'apiVersion must specify API group')];
}

/** Validates an autoscaler (k8s.io/kubernetes/pkg/apis/autoscaling/validation, v1.35). */
export function validateAutoscaler(object: KubeObject, before?: Reference): FieldError[] {
  const { spec } = draftAs<{ spec: autoscaling.HorizontalPodAutoscalerSpec }>(object);
  const errors: FieldError[] = [];
  const { minReplicas, maxReplicas, scaleTargetRef, metrics = [] } = spec;
  if (minReplicas !== undefined && minReplicas < 1)
    errors.push(fieldErrors.invalid(SPEC.child('minReplicas'), minReplicas, 'must be greater than or equal to 1'));
  if (maxReplicas < 1)
    errors.push(fieldErrors.invalid(SPEC.child('maxReplicas'), maxReplicas, 'must be greater than 0'));
  if (minReplicas !== undefined && maxReplicas < minReplicas)
    errors.push(
      fieldErrors.invalid(SPEC.child('maxReplicas'), maxReplicas, 'must be greater than or equal to `minReplicas`'),
    );
  errors.push(...validateReference(scaleTargetRef, SPEC.child('scaleTargetRef')));
  errors.push(...validateTargetVersion(scaleTargetRef, before));
  const at = SPEC.child('metrics');
  metrics.forEach((metric, index) => errors.push(...validateMetric(metric, at.index(index))));
  if (minReplicas === 0 && !metrics.some(({ type }) => type === 'Object' || type === 'External'))
    errors.push(
      fieldErrors.forbidden(
        at,
        'must specify at least one Object or External metric to support scaling to zero replicas',
      ),
    );
  return [
    ...errors,
    ...validateRules(spec.behavior?.scaleUp, SPEC.child('behavior', 'scaleUp')),
    ...validateRules(spec.behavior?.scaleDown, SPEC.child('behavior', 'scaleDown')),
  ];
}
