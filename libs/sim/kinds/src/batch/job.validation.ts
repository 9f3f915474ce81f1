import { jsonEqual } from '@seatrial/kernel';
import type { KindContext, KubeObject } from '@seatrial/apiserver';
import {
  FieldPath,
  fieldErrors,
  isDns1123Label,
  isQualifiedName,
  labelSelectorMatches,
  type FieldError,
} from '@seatrial/schema';
import type * as batchv1 from 'kubernetes-types/batch/v1.js';
import type * as core from 'kubernetes-types/core/v1.js';
import { internalTemplate } from '../pods/internal-pod.js';
import { validatePodTemplateSpec } from '../pods/validation/pod-spec.validation.js';
import { draftAs } from '../registry/draft.js';
import {
  SPEC,
  complain,
  immutable,
  immutableSelector,
  shownLabels,
  shownSelector,
  nonNegative,
  oneOf,
} from '../validation/fields.js';
import { validateDomainPrefixedPath } from '../validation/domain-prefixed-path.validation.js';
import { validateLabelSelector } from '../validation/label-selector.validation.js';
import { validateJobStatusUpdate } from './job-status.validation.js';
import { internalSuccessPolicy, validateSuccessPolicy, type SuccessPolicy } from './success-policy.validation.js';

const quoted = (values: readonly string[]): string =>
  `valid values: [${values.map((value) => `"${value}"`).join(' ')}]`;

/** A value out of a closed set; an empty one is required, with the choice named. */
function choice(value: string | undefined, supported: readonly string[], path: FieldPath): FieldError[] {
  return value ? oneOf(value, supported, path) : [fieldErrors.required(path, quoted(supported))];
}

function validateExitCodes(
  rule: batchv1.PodFailurePolicyOnExitCodesRequirement,
  names: readonly string[],
  path: FieldPath,
): FieldError[] {
  const errors = choice(rule.operator, ['In', 'NotIn'], path.child('operator'));
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
  const at = path.child('values');
  if (values.length === 0) errors.push(fieldErrors.invalid(at, rule.values ?? null, 'at least one value is required'));
  else if (values.length > 255) errors.push(fieldErrors.tooMany(at, values.length, 255));
  values.forEach((value, index) => {
    if (rule.operator === 'In' && value === 0)
      errors.push(fieldErrors.invalid(at.index(index), value, 'must not be 0 for the In operator'));
    if (values.indexOf(value) < index) errors.push(fieldErrors.duplicate(at.index(index), value));
  });
  if (values.some((value, index) => index > 0 && values[index - 1] > value))
    errors.push(fieldErrors.invalid(at, values, 'must be ordered'));
  return errors;
}

const ACTIONS = ['Count', 'FailIndex', 'FailJob', 'Ignore'];

function validateRule(rule: batchv1.PodFailurePolicyRule, spec: batchv1.JobSpec, at: FieldPath): FieldError[] {
  const pod = spec.template.spec;
  const names = [...(pod?.containers ?? []), ...(pod?.initContainers ?? [])].map(({ name }) => name);
  const errors: FieldError[] = [];
  if (rule.action === 'FailIndex') {
    if (spec.backoffLimitPerIndex === undefined)
      errors.push(fieldErrors.invalid(at.child('action'), rule.action, 'requires the backoffLimitPerIndex to be set'));
  } else errors.push(...choice(rule.action, ACTIONS, at.child('action')));
  const conditions = rule.onPodConditions ?? [];
  if (rule.onExitCodes) errors.push(...validateExitCodes(rule.onExitCodes, names, at.child('onExitCodes')));
  if (conditions.length > 20) errors.push(fieldErrors.tooMany(at.child('onPodConditions'), conditions.length, 20));
  conditions.forEach((pattern, index) => {
    const place = at.child('onPodConditions').index(index);
    errors.push(...complain(place.child('type'), pattern.type, isQualifiedName(pattern.type)));
    errors.push(...choice(pattern.status, ['False', 'True', 'Unknown'], place.child('status')));
  });
  if (rule.onExitCodes && conditions.length > 0)
    errors.push(fieldErrors.invalidOmitted(at, 'specifying both OnExitCodes and OnPodConditions is not supported'));
  if (!rule.onExitCodes && conditions.length === 0)
    errors.push(fieldErrors.invalidOmitted(at, 'specifying one of OnExitCodes and OnPodConditions is required'));
  return errors;
}

function validateFailurePolicy(spec: batchv1.JobSpec, path: FieldPath): FieldError[] {
  const rules = path.child('rules');
  const list = spec.podFailurePolicy?.rules ?? [];
  const errors = list.length > 20 ? [fieldErrors.tooMany(rules, list.length, 20)] : [];
  return [...errors, ...list.flatMap((rule, index) => validateRule(rule, spec, rules.index(index)))];
}

function validateIndexed(spec: batchv1.JobSpec, path: FieldPath): FieldError[] {
  const { completions, parallelism, maxFailedIndexes } = spec;
  const errors: FieldError[] = [];
  const atMost = (field: string, value: number | undefined, limit: number, when: string): void => {
    if (value !== undefined && value > limit)
      errors.push(fieldErrors.invalid(path.child(field), value, `must be less than or equal to ${limit}${when}`));
  };
  if (completions === undefined)
    errors.push(fieldErrors.required(path.child('completions'), 'when completion mode is Indexed'));
  atMost('parallelism', parallelism, 100_000, ' when completion mode is Indexed');
  if (completions !== undefined && maxFailedIndexes !== undefined && maxFailedIndexes > completions)
    errors.push(
      fieldErrors.invalid(
        path.child('maxFailedIndexes'),
        maxFailedIndexes,
        'must be less than or equal to completions',
      ),
    );
  atMost('maxFailedIndexes', maxFailedIndexes, 100_000, '');
  if ((completions ?? 0) > 100_000 && spec.backoffLimitPerIndex !== undefined) {
    const when = ' when completions are above 100000 and used with backoff limit per index';
    if (maxFailedIndexes === undefined)
      errors.push(
        fieldErrors.required(path.child('maxFailedIndexes'), 'must be specified when completions is above 100000'),
      );
    atMost('parallelism', parallelism, 10_000, when);
    atMost('maxFailedIndexes', maxFailedIndexes, 10_000, when);
  }
  return errors;
}

function validateCompletionMode(spec: batchv1.JobSpec, path: FieldPath): FieldError[] {
  const mode = spec.completionMode;
  if (mode === 'Indexed') return validateIndexed(spec, path);
  if (mode !== undefined && mode !== 'NonIndexed')
    return [fieldErrors.notSupported(path.child('completionMode'), mode, ['NonIndexed', 'Indexed'])];
  return (['backoffLimitPerIndex', 'maxFailedIndexes'] as const).flatMap((field) =>
    spec[field] === undefined
      ? []
      : [fieldErrors.invalid(path.child(field), spec[field], 'requires indexed completion mode')],
  );
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

const MAX_MANAGED_BY = 63;

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
  if (spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined)
    errors.push(fieldErrors.required(path.child('backoffLimitPerIndex'), 'when maxFailedIndexes is specified'));
  const { managedBy } = spec as JobExtra;
  if (managedBy !== undefined) {
    errors.push(...validateDomainPrefixedPath(managedBy, path.child('managedBy')));
    if (managedBy.length > MAX_MANAGED_BY) errors.push(fieldErrors.tooLong(path.child('managedBy'), MAX_MANAGED_BY));
  }
  errors.push(...validateCompletionMode(spec, path));
  if (spec.podFailurePolicy) errors.push(...validateFailurePolicy(spec, path.child('podFailurePolicy')));
  errors.push(...validateSuccessPolicy(spec, path.child('successPolicy')));
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
  if (!spec?.selector || spec.manualSelector || uid === undefined) return [];
  const path = SPEC.child('selector');
  const labels = (spec.template.metadata?.labels ?? {}) as Record<string, string>;
  const errors: FieldError[] = [];
  const expected: readonly [string, string][] = [
    ['controller-uid', uid],
    ['job-name', metadata?.name ?? ''],
    ['batch.kubernetes.io/controller-uid', uid],
    ['batch.kubernetes.io/job-name', metadata?.name ?? ''],
  ];
  for (const [label, value] of expected) {
    const at = SPEC.child('template', 'metadata', 'labels').key(label);
    if (!Object.hasOwn(labels, label)) errors.push(fieldErrors.required(at, `must be '${value}'`));
    else if (labels[label] !== value) errors.push(fieldErrors.invalid(at, shownLabels(labels), `must be '${value}'`));
  }
  const isValid = validateLabelSelector(spec.selector, path).length === 0;
  if (isValid && !labelSelectorMatches(spec.selector, Object.fromEntries(expected)))
    errors.push(fieldErrors.invalid(path, shownSelector(spec.selector), '`selector` not auto-generated'));
  return errors;
}

/** ValidateJobSpec: with the selector that a job of its own has. */
function validateSelectedJobSpec(spec: batchv1.JobSpec): FieldError[] {
  const errors = validateJobSpec(spec, SPEC);
  const wrong = spec.selector
    ? validateLabelSelector(spec.selector, SPEC.child('selector'))
    : [fieldErrors.required(SPEC.child('selector'))];
  errors.push(...wrong);
  const labels = spec.template.metadata?.labels;
  // Without a selector nothing is selected.
  const matches = spec.selector !== undefined && labelSelectorMatches(spec.selector, labels);
  if ((wrong.length === 0 || !spec.selector) && !matches)
    errors.push(
      fieldErrors.invalid(
        SPEC.child('template', 'metadata', 'labels'),
        shownLabels(labels),
        '`selector` does not match template `labels`',
      ),
    );
  return errors;
}

/** ValidateJob. */
export function validateJob(object: KubeObject): FieldError[] {
  const job = draftAs<{ spec: batchv1.JobSpec } & batchv1.Job>(object);
  return [...validateGeneratedSelector(job), ...validateSelectedJobSpec(job.spec), ...validateIndexedHostname(job)];
}

/** Pods of an indexed job have their index behind its name as their host name. */
function validateIndexedHostname({ metadata, spec }: batchv1.Job): FieldError[] {
  const completions = spec?.completions ?? 0;
  if (spec?.completionMode !== 'Indexed' || completions <= 0) return [];
  const name = metadata?.name ?? '';
  const hostname = `${name}-${completions - 1}`;
  if (isDns1123Label(hostname).length === 0) return [];
  return [
    fieldErrors.invalid(
      FieldPath.root('metadata', 'name'),
      name,
      `will not able to create pod with invalid DNS label: ${hostname}`,
    ),
  ];
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

/** Fields that the published types lack. */
interface JobExtra {
  readonly managedBy?: string;
  readonly successPolicy?: SuccessPolicy;
}

/** The policy as the API server's internal type prints. */
const internalFailurePolicy = (policy: batchv1.PodFailurePolicy | undefined): unknown =>
  policy && {
    Rules: (policy.rules ?? []).map(({ action, onExitCodes: codes, onPodConditions: conditions = [] }) => ({
      Action: action,
      OnExitCodes: codes
        ? { ContainerName: codes.containerName ?? null, Operator: codes.operator, Values: codes.values }
        : null,
      OnPodConditions:
        conditions.length > 0 ? conditions.map(({ type, status }) => ({ Type: type, Status: status })) : null,
    })),
  };

/** Completions of an Indexed job change only together with its parallelism (validateCompletions). */
function validateCompletions(now: batchv1.JobSpec, old: batchv1.JobSpec): FieldError[] {
  const at = SPEC.child('completions');
  const { completions, parallelism } = now;
  if (now.completionMode !== 'Indexed') return immutable(completions, old.completions, at);
  if (completions === undefined || completions === old.completions || completions === parallelism) return [];
  return [fieldErrors.invalid(at, completions, 'can only be modified in tandem with spec.parallelism')];
}

export function validateJobUpdate(object: KubeObject, before: KubeObject, context: KindContext): FieldError[] {
  const now = draftAs<{ spec: batchv1.JobSpec }>(object).spec;
  const job = draftAs<batchv1.Job>(before);
  if (context.subresource === 'status')
    return validateJobStatusUpdate(now, draftAs<batchv1.Job>(object).status ?? {}, job.status ?? {});
  const old = job.spec as batchv1.JobSpec;
  const errors = jsonEqual(now, old) ? [] : validateJob(object);
  errors.push(...validateCompletions(now, old));
  errors.push(...immutableSelector(now.selector, old.selector, SPEC.child('selector')));
  const free = old.suspend === true && job.status?.startTime === undefined;
  if (!jsonEqual(templateForComparison(now.template, old.template, free), old.template))
    errors.push(fieldErrors.invalid(SPEC.child('template'), internalTemplate(now.template), 'field is immutable'));
  const fixed = (field: string, shown: (spec: batchv1.JobSpec & JobExtra) => unknown): void => {
    errors.push(...immutable(shown(now), shown(old), SPEC.child(field)));
  };
  fixed('completionMode', ({ completionMode }) => completionMode);
  fixed('podFailurePolicy', ({ podFailurePolicy }) => internalFailurePolicy(podFailurePolicy));
  fixed('backoffLimitPerIndex', ({ backoffLimitPerIndex }) => backoffLimitPerIndex);
  fixed('managedBy', ({ managedBy }) => managedBy);
  fixed('successPolicy', ({ successPolicy }) => internalSuccessPolicy(successPolicy));
  return errors;
}
