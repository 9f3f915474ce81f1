import type { KindContext, KubeObject } from '@seatrial/apiserver';
import { fieldErrors, type FieldError } from '@seatrial/schema';
import type * as appsv1 from 'kubernetes-types/apps/v1.js';
import { validatePodTemplateSpec } from '../pods/validation/pod-spec.validation.js';
import { draftAs } from '../registry/draft.js';
import {
  SPEC,
  countOrPercent,
  countOrPercentNumber,
  immutableSelector,
  nonNegative,
  notMoreThanHundredPercent,
} from '../validation/fields.js';
import { isEmptySelector, validateLabelSelector } from '../validation/label-selector.validation.js';
import { validateKeptRunning, validateTemplateLabels } from './deployment.validation.js';

function validateRollingUpdate(rolling: appsv1.RollingUpdateDaemonSet): FieldError[] {
  const path = SPEC.child('updateStrategy', 'rollingUpdate');
  const { maxUnavailable = 0, maxSurge = 0 } = rolling;
  const unavailable = countOrPercentNumber(maxUnavailable) !== 0;
  const surge = countOrPercentNumber(maxSurge) !== 0;
  const errors = [
    ...countOrPercent(maxUnavailable, path.child('maxUnavailable')),
    ...notMoreThanHundredPercent(maxUnavailable, path.child('maxUnavailable')),
    ...countOrPercent(maxSurge, path.child('maxSurge')),
    ...notMoreThanHundredPercent(maxSurge, path.child('maxSurge')),
  ];
  if (unavailable && surge)
    errors.push(
      fieldErrors.invalid(path.child('maxSurge'), maxSurge, 'may not be set when maxUnavailable is non-zero'),
    );
  if (!unavailable && !surge)
    errors.push(fieldErrors.required(path.child('maxUnavailable'), 'cannot be 0 when maxSurge is 0'));
  return errors;
}

function validateUpdateStrategy(spec: appsv1.DaemonSetSpec): FieldError[] {
  const path = SPEC.child('updateStrategy');
  const { type, rollingUpdate } = spec.updateStrategy ?? {};
  if (type === 'OnDelete') return [];
  if (type === 'RollingUpdate')
    return rollingUpdate ? validateRollingUpdate(rollingUpdate) : [fieldErrors.required(path.child('rollingUpdate'))];
  const shown = {
    Type: type ?? '',
    RollingUpdate: rollingUpdate
      ? { MaxUnavailable: rollingUpdate.maxUnavailable ?? 0, MaxSurge: rollingUpdate.maxSurge ?? 0 }
      : null,
  };
  return [fieldErrors.notSupported(path, shown, ['RollingUpdate', 'OnDelete'])];
}

/** ValidateDaemonSetSpec. */
export function validateDaemonSet(object: KubeObject): FieldError[] {
  const spec = draftAs<{ spec: appsv1.DaemonSetSpec }>(object).spec;
  const path = SPEC.child('template');
  const errors = [
    ...validateLabelSelector(spec.selector, SPEC.child('selector')),
    ...validateTemplateLabels(spec.template, spec.selector, path),
  ];
  if (spec.selector && isEmptySelector(spec.selector))
    errors.push(fieldErrors.invalid(SPEC.child('selector'), spec.selector, 'empty selector is invalid for daemonset'));
  return [
    ...errors,
    ...validatePodTemplateSpec(spec.template, path),
    ...validateKeptRunning(spec.template, path, 'DaemonSet'),
    ...nonNegative(spec.minReadySeconds, SPEC.child('minReadySeconds')),
    ...validateUpdateStrategy(spec),
    ...nonNegative(spec.revisionHistoryLimit, SPEC.child('revisionHistoryLimit')),
  ];
}

export function validateDaemonSetUpdate(object: KubeObject, before: KubeObject, context: KindContext): FieldError[] {
  if (context.subresource === 'status') return [];
  const now = draftAs<appsv1.DaemonSet>(object).spec;
  const old = draftAs<appsv1.DaemonSet>(before).spec;
  return [...immutableSelector(now?.selector, old?.selector, SPEC.child('selector')), ...validateDaemonSet(object)];
}
