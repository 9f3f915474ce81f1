import { jsonEqual } from '@seatrial/kernel';
import type { KindContext, KubeObject } from '@seatrial/apiserver';
import { FieldPath, fieldErrors, labelSelectorOf, type FieldError } from '@seatrial/schema';
import type * as appsv1 from 'kubernetes-types/apps/v1.js';
import type * as core from 'kubernetes-types/core/v1.js';
import { validatePodTemplateSpec } from '../pods/validation/pod-spec.validation.js';
import { draftAs } from '../registry/draft.js';
import {
  SPEC,
  shownLabels,
  shownSelector,
  countOrPercent,
  countOrPercentNumber,
  immutableSelector,
  nonNegative,
  notMoreThanHundredPercent,
} from '../validation/fields.js';
import { isEmptySelector, validateLabelSelector } from '../validation/label-selector.validation.js';

type Selector = appsv1.DeploymentSpec['selector'];

/** Selector and template of workloads in apps/v1: both there, matching, restarting always. */
export function validateSelector(selector: Selector | undefined, kind: string, path: FieldPath): FieldError[] {
  if (!selector) return [fieldErrors.required(path)];
  const errors = validateLabelSelector(selector, path);
  if (isEmptySelector(selector))
    errors.push(fieldErrors.invalid(path, selector, `empty selector is invalid for ${kind}`));
  return errors;
}

/** A selector that cannot be made into one, said once more; the template is then not looked at. */
export function invalidSelector(selector: Selector | undefined, detail: string): FieldError[] {
  return labelSelectorOf(selector).ok
    ? []
    : [fieldErrors.invalid(SPEC.child('selector'), shownSelector(selector), detail)];
}

/** Why pods cannot be of a kind that keeps its pods running. */
export function validateKeptRunning(template: core.PodTemplateSpec, path: FieldPath, owner: string): FieldError[] {
  const errors: FieldError[] = [];
  const restart = template.spec?.restartPolicy;
  if (restart !== undefined && restart !== 'Always')
    errors.push(fieldErrors.notSupported(path.child('spec', 'restartPolicy'), restart, ['Always']));
  if (template.spec?.activeDeadlineSeconds !== undefined)
    errors.push(
      fieldErrors.forbidden(
        path.child('spec', 'activeDeadlineSeconds'),
        `activeDeadlineSeconds in ${owner} is not Supported`,
      ),
    );
  return errors;
}

export function validateTemplateLabels(
  template: core.PodTemplateSpec,
  selector: Selector | undefined,
  path: FieldPath,
): FieldError[] {
  const result = labelSelectorOf(selector);
  if (!result.ok || result.value.empty) return [];
  const labels = template.metadata?.labels;
  return result.value.matches(labels)
    ? []
    : [
        fieldErrors.invalid(
          path.child('metadata', 'labels'),
          shownLabels(labels),
          '`selector` does not match template `labels`',
        ),
      ];
}

/** A template of pods that are replaced when they end (ValidatePodTemplateSpecForReplicaSet). */
export function validateReplicatedTemplate(
  template: core.PodTemplateSpec | undefined,
  selector: Selector | undefined,
  path: FieldPath,
): FieldError[] {
  if (!template) return [fieldErrors.required(path)];
  const invalid = invalidSelector(selector, 'invalid label selector');
  if (invalid.length > 0) return invalid;
  return [
    ...validateTemplateLabels(template, selector, path),
    ...validatePodTemplateSpec(template, path),
    ...validateKeptRunning(template, path, 'ReplicaSet'),
  ];
}

function validateRollingUpdate(rolling: appsv1.RollingUpdateDeployment, path: FieldPath): FieldError[] {
  const { maxUnavailable = 0, maxSurge = 0 } = rolling;
  const errors = [
    ...countOrPercent(maxUnavailable, path.child('maxUnavailable')),
    ...countOrPercent(maxSurge, path.child('maxSurge')),
  ];
  if (countOrPercentNumber(maxUnavailable) === 0 && countOrPercentNumber(maxSurge) === 0)
    errors.push(fieldErrors.invalid(path.child('maxUnavailable'), maxUnavailable, 'may not be 0 when `maxSurge` is 0'));
  return [...errors, ...notMoreThanHundredPercent(maxUnavailable, path.child('maxUnavailable'))];
}

/** `{"Type":"Recreate","RollingUpdate":{…}}`, as the internal strategy prints. */
function internalStrategy(strategy: appsv1.DeploymentStrategy): unknown {
  const rolling = strategy.rollingUpdate;
  return {
    Type: strategy.type ?? '',
    RollingUpdate: rolling ? { MaxUnavailable: rolling.maxUnavailable ?? 0, MaxSurge: rolling.maxSurge ?? 0 } : null,
  };
}

function validateStrategy(strategy: appsv1.DeploymentStrategy | undefined, path: FieldPath): FieldError[] {
  if (!strategy) return [];
  switch (strategy.type as string) {
    case 'Recreate':
      return strategy.rollingUpdate
        ? [
            fieldErrors.forbidden(
              path.child('rollingUpdate'),
              "may not be specified when strategy `type` is 'Recreate'",
            ),
          ]
        : [];
    case 'RollingUpdate':
      return strategy.rollingUpdate
        ? validateRollingUpdate(strategy.rollingUpdate, path.child('rollingUpdate'))
        : [fieldErrors.required(path.child('rollingUpdate'), 'this should be defaulted and never be nil')];
    default:
      return [fieldErrors.notSupported(path, internalStrategy(strategy), ['Recreate', 'RollingUpdate'])];
  }
}

/** ValidateDeploymentSpec. */
export function validateDeployment(object: KubeObject): FieldError[] {
  const spec = draftAs<{ spec: appsv1.DeploymentSpec }>(object).spec;
  const errors = [
    ...nonNegative(spec.replicas, SPEC.child('replicas')),
    ...validateSelector(spec.selector, 'deployment', SPEC.child('selector')),
    ...validateReplicatedTemplate(spec.template, spec.selector, SPEC.child('template')),
    ...validateStrategy(spec.strategy, SPEC.child('strategy')),
    ...nonNegative(spec.minReadySeconds, SPEC.child('minReadySeconds')),
    ...nonNegative(spec.revisionHistoryLimit, SPEC.child('revisionHistoryLimit')),
  ];
  const deadline = spec.progressDeadlineSeconds;
  if (deadline !== undefined) {
    const path = SPEC.child('progressDeadlineSeconds');
    errors.push(...nonNegative(deadline, path));
    if (deadline <= (spec.minReadySeconds ?? 0))
      errors.push(fieldErrors.invalid(path, deadline, 'must be greater than minReadySeconds'));
  }
  return errors;
}

export function validateDeploymentUpdate(object: KubeObject, before: KubeObject, context: KindContext): FieldError[] {
  if (context.subresource === 'status') return [];
  const now = draftAs<appsv1.Deployment>(object);
  const old = draftAs<appsv1.Deployment>(before);
  if (jsonEqual(now.spec, old.spec)) return [];
  return [
    ...validateDeployment(object),
    ...immutableSelector(now.spec?.selector, old.spec?.selector, SPEC.child('selector')),
  ];
}
