import { jsonEqual } from '@seatrial/kernel';
import type { KindContext, KubeObject } from '@seatrial/apiserver';
import { FieldPath, fieldErrors, labelSelectorMatches, type FieldError } from '@seatrial/schema';
import type * as batchv1 from 'kubernetes-types/batch/v1.js';
import type * as core from 'kubernetes-types/core/v1.js';
import { internalTemplate } from '../pods/internal-pod.js';
import { validatePodTemplateSpec } from '../pods/validation/pod-spec.validation.js';
import { draftAs } from '../registry/draft.js';
import {
  SPEC,
  immutable,
  immutableSelector,
  shownLabels,
  shownSelector,
  nonNegative,
  oneOf,
} from '../validation/fields.js';
import { validateLabelSelector } from '../validation/label-selector.validation.js';

const MAX_COMPLETIONS_INDEXED = 100_000_000;

type Policy = batchv1.PodFailurePolicy;

function validateExitCodes(
  rule: batchv1.PodFailurePolicyOnExitCodesRequirement,
  names: readonly string[],
  path: FieldPath,
): FieldError[] {
  const errors: FieldError[] = [];
  if (!rule.operator) errors.push(fieldErrors.required(path.child('operator')));
  else errors.push(...oneOf(rule.operator, ['In', 'NotIn'], path.child('operator')));
  if (rule.containerName !== undefined && !names.includes(rule.containerName)) {
    errors.push(
      fieldErrors.invalid(
        path.child('containerName'),
        rule.containerName,
        'must be one of the container or initContainer names in the pod template',
      ),
    );
  }
  const values = rule.values ?? [];
  if (values.length === 0)
    errors.push(fieldErrors.invalid(path.child('values'), values, 'at least one value is required'));
  values.forEach((value, index) => {
    const at = path.child('values').index(index);
    if (rule.operator === 'In' && value === 0)
      errors.push(fieldErrors.invalid(at, value, 'must not be 0 for the In operator'));
    if (values.indexOf(value) < index) errors.push(fieldErrors.duplicate(at, value));
    if (index > 0 && values[index - 1] > value)
      errors.push(fieldErrors.invalid(path.child('values'), values, 'must be ordered'));
  });
  return errors;
}

function validateFailurePolicy(spec: batchv1.JobSpec, path: FieldPath): FieldError[] {
  const policy = spec.podFailurePolicy as Policy;
  const pod = spec.template.spec;
  const names = [...(pod?.containers ?? []), ...(pod?.initContainers ?? [])].map(({ name }) => name);
  const rules = path.child('rules');
  const list = policy.rules ?? [];
  if (list.length > 20) return [fieldErrors.tooMany(rules, list.length, 20)];
  return list.flatMap((rule, index) => {
    const at = rules.index(index);
    const errors: FieldError[] = [];
    if (!rule.action) errors.push(fieldErrors.required(at.child('action')));
    else if (rule.action === 'FailIndex' && spec.backoffLimitPerIndex === undefined)
      errors.push(fieldErrors.invalid(at.child('action'), rule.action, 'requires the backoffLimitPerIndex to be set'));
    else errors.push(...oneOf(rule.action, ['Count', 'FailIndex', 'FailJob', 'Ignore'], at.child('action')));
    if (rule.onExitCodes) errors.push(...validateExitCodes(rule.onExitCodes, names, at.child('onExitCodes')));
    (rule.onPodConditions ?? []).forEach((pattern, i) => {
      const place = at.child('onPodConditions').index(i);
      if (!pattern.type) errors.push(fieldErrors.required(place.child('type')));
      if (!pattern.status) errors.push(fieldErrors.required(place.child('status')));
      else errors.push(...oneOf(pattern.status, ['False', 'True', 'Unknown'], place.child('status')));
    });
    const kinds = [rule.onExitCodes, (rule.onPodConditions ?? []).length > 0 ? rule.onPodConditions : undefined];
    const count = kinds.filter((kind) => kind !== undefined).length;
    if (count > 1)
      errors.push(
        fieldErrors.invalid(
          at,
          'multiple',
          'specifying one of OnExitCodes and OnPodConditions is required, but not both',
        ),
      );
    if (count === 0)
      errors.push(fieldErrors.invalid(at, '', 'specifying one of OnExitCodes and OnPodConditions is required'));
    return errors;
  });
}

function validateIndexed(spec: batchv1.JobSpec, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const { completionMode, completions, backoffLimitPerIndex, maxFailedIndexes } = spec;
  if (completionMode !== undefined && completionMode !== 'NonIndexed' && completionMode !== 'Indexed')
    errors.push(fieldErrors.notSupported(path.child('completionMode'), completionMode, ['NonIndexed', 'Indexed']));
  if (completionMode === 'Indexed') {
    if (completions === undefined)
      errors.push(fieldErrors.required(path.child('completions'), 'when completion mode is Indexed'));
    if ((spec.parallelism ?? 0) > 100_000)
      errors.push(
        fieldErrors.invalid(
          path.child('parallelism'),
          spec.parallelism,
          'must be less than or equal to 100000 when completion mode is Indexed',
        ),
      );
    if ((completions ?? 0) > MAX_COMPLETIONS_INDEXED)
      errors.push(
        fieldErrors.invalid(
          path.child('completions'),
          completions,
          `must be less than or equal to ${MAX_COMPLETIONS_INDEXED}`,
        ),
      );
  } else {
    if (backoffLimitPerIndex !== undefined)
      errors.push(
        fieldErrors.invalid(
          path.child('backoffLimitPerIndex'),
          backoffLimitPerIndex,
          'requires indexed completion mode',
        ),
      );
    if (maxFailedIndexes !== undefined)
      errors.push(
        fieldErrors.invalid(path.child('maxFailedIndexes'), maxFailedIndexes, 'requires indexed completion mode'),
      );
  }
  if (maxFailedIndexes !== undefined && completions !== undefined && maxFailedIndexes > completions)
    errors.push(
      fieldErrors.invalid(
        path.child('maxFailedIndexes'),
        maxFailedIndexes,
        'must be less than or equal to completions',
      ),
    );
  return errors;
}

function validateRestart(spec: batchv1.JobSpec, path: FieldPath): FieldError[] {
  const at = path.child('template', 'spec', 'restartPolicy');
  const restart = spec.template.spec?.restartPolicy ?? '';
  if (restart === '' || restart === 'Always') return [fieldErrors.required(at, 'valid values: "OnFailure", "Never"')];
  if (restart !== 'OnFailure' && restart !== 'Never')
    return [fieldErrors.notSupported(at, restart, ['OnFailure', 'Never'])];
  return spec.podFailurePolicy && restart !== 'Never'
    ? [fieldErrors.invalid(at, restart, 'only "Never" is supported when podFailurePolicy is specified')]
    : [];
}

/** What Jobs and the templates of CronJobs have alike (validateJobSpec). */
export function validateJobSpec(spec: batchv1.JobSpec, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  for (const field of [
    'parallelism',
    'completions',
    'activeDeadlineSeconds',
    'backoffLimit',
    'ttlSecondsAfterFinished',
    'backoffLimitPerIndex',
    'maxFailedIndexes',
  ] as const)
    errors.push(...nonNegative(spec[field], path.child(field)));
  errors.push(...validateIndexed(spec, path));
  if (spec.podFailurePolicy) errors.push(...validateFailurePolicy(spec, path.child('podFailurePolicy')));
  const replacement = spec.podReplacementPolicy;
  if (spec.podFailurePolicy && replacement !== undefined && replacement !== 'Failed')
    errors.push(fieldErrors.notSupported(path.child('podReplacementPolicy'), replacement, ['Failed']));
  else errors.push(...oneOf(replacement, ['Failed', 'TerminatingOrFailed'], path.child('podReplacementPolicy')));
  errors.push(...validatePodTemplateSpec(spec.template, path.child('template')));
  return [...errors, ...validateRestart(spec, path)];
}

/** The selector that the server generates from the uid, or the user's with manualSelector (ValidateGeneratedSelector). */
function validateGeneratedSelector(job: batchv1.Job): FieldError[] {
  const { spec, metadata } = job;
  const uid = metadata?.uid;
  if (!spec || spec.manualSelector || uid === undefined) return [];
  const path = SPEC.child('selector');
  const labels = (spec.template.metadata?.labels ?? {}) as Record<string, string>;
  const errors: FieldError[] = [];
  const expected: readonly [string, string][] = [
    ['controller-uid', uid],
    ['batch.kubernetes.io/controller-uid', uid],
    ['job-name', metadata?.name ?? ''],
    ['batch.kubernetes.io/job-name', metadata?.name ?? ''],
  ];
  for (const [label, value] of expected) {
    const at = SPEC.child('template', 'metadata', 'labels').key(label);
    if (!Object.hasOwn(labels, label)) errors.push(fieldErrors.required(at, `must be '${value}'`));
    else if (labels[label] !== value)
      errors.push(
        fieldErrors.invalid(SPEC.child('template', 'metadata', 'labels'), shownLabels(labels), `must be '${value}'`),
      );
  }
  const generated = { 'batch.kubernetes.io/controller-uid': uid };
  const legacy = { 'controller-uid': uid };
  const match = spec.selector?.matchLabels;
  const expressions = spec.selector?.matchExpressions ?? [];
  if (expressions.length > 0 || !(jsonEqual(match, generated) || jsonEqual(match, legacy)))
    errors.push(fieldErrors.invalid(path, shownSelector(spec.selector), '`selector` not auto-generated'));
  return errors;
}

/** ValidateJob. */
export function validateJob(object: KubeObject): FieldError[] {
  const job = draftAs<{ spec: batchv1.JobSpec } & batchv1.Job>(object);
  const errors = validateGeneratedSelector(job);
  const { spec } = job;
  errors.push(...validateJobSpec(spec, SPEC));
  if (!spec.selector) errors.push(fieldErrors.required(SPEC.child('selector')));
  else {
    errors.push(...validateLabelSelector(spec.selector, SPEC.child('selector')));
    const labels = spec.template.metadata?.labels;
    if (!labelSelectorMatches(spec.selector, labels)) {
      errors.push(
        fieldErrors.invalid(
          SPEC.child('template', 'metadata', 'labels'),
          shownLabels(labels),
          '`selector` does not match template `labels`',
        ),
      );
    }
  }
  return errors;
}

/** While a job that never started is suspended its scheduling directives may change. */
function templateForComparison(template: core.PodTemplateSpec, from: core.PodTemplateSpec, free: boolean): unknown {
  if (!free) return template;
  return {
    ...template,
    metadata: from.metadata,
    spec: {
      ...template.spec,
      nodeSelector: from.spec?.nodeSelector,
      affinity: from.spec?.affinity,
      tolerations: from.spec?.tolerations,
      schedulingGates: from.spec?.schedulingGates,
    },
  };
}

export function validateJobUpdate(object: KubeObject, before: KubeObject, context: KindContext): FieldError[] {
  if (context.subresource === 'status') return [];
  const now = draftAs<{ spec: batchv1.JobSpec }>(object).spec;
  const job = draftAs<batchv1.Job>(before);
  const old = job.spec as batchv1.JobSpec;
  const errors = jsonEqual(now, old) ? [] : validateJobSpec(now, SPEC);
  const elastic =
    old.completionMode === 'Indexed' && now.completions === now.parallelism && now.completions !== undefined;
  if (!elastic) errors.push(...immutable(now.completions, old.completions, SPEC.child('completions')));
  errors.push(...immutableSelector(now.selector, old.selector, SPEC.child('selector')));
  const free = old.suspend === true && job.status?.startTime === undefined;
  if (!jsonEqual(templateForComparison(now.template, old.template, free), old.template))
    errors.push(fieldErrors.invalid(SPEC.child('template'), internalTemplate(now.template), 'field is immutable'));
  for (const field of ['completionMode', 'podFailurePolicy', 'backoffLimitPerIndex'] as const)
    errors.push(...immutable(now[field], old[field], SPEC.child(field)));
  return errors;
}
