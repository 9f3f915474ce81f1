import { defineKind, type KubeObject } from '@seatrial/apiserver';
import { FieldPath, fieldErrors, formatLabelSelector, type FieldError } from '@seatrial/schema';
import type * as batchv1 from 'kubernetes-types/batch/v1.js';
import { templateWarnings } from '../pods/pod.warnings.js';
import { NONE, ageCell, containerCells } from '../printing/cells.js';
import { columnsOf } from '../printing/table-columns.js';
import { draftAs, emptyStatus, separateStatus } from '../registry/draft.js';
import { SPEC, nonNegative, oneOf, shownSelector } from '../validation/fields.js';
import { cronScheduleProblem } from './cron-schedule.js';
import { defaultJobSpec } from './job.defaults.js';
import { validateJobSpec } from './job.validation.js';
import { isKnownTimeZone } from './time-zone.js';

const MAX_NAME = 52;

function validateSchedule(schedule: string, timeZone: string | undefined): FieldError[] {
  const path = SPEC.child('schedule');
  const errors: FieldError[] = [];
  if (schedule === '') errors.push(fieldErrors.required(path));
  else {
    const problem = cronScheduleProblem(schedule);
    if (problem !== undefined) errors.push(fieldErrors.invalid(path, schedule, problem));
    if (schedule.includes('TZ'))
      errors.push(
        fieldErrors.invalid(path, schedule, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead'),
      );
  }
  if (timeZone === undefined) return errors;
  const at = SPEC.child('timeZone');
  if (timeZone === '') errors.push(fieldErrors.invalid(at, timeZone, 'timeZone must be nil or non-empty string'));
  else if (timeZone.toLowerCase() === 'local')
    errors.push(
      fieldErrors.invalid(
        at,
        timeZone,
        'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones',
      ),
    );
  else if (!isKnownTimeZone(timeZone)) errors.push(fieldErrors.invalid(at, timeZone, `unknown time zone ${timeZone}`));
  return errors;
}

/** A job of a template always has a selector made for it (ValidateJobTemplateSpec). */
function validateJobTemplate(spec: batchv1.JobSpec, path: FieldPath): FieldError[] {
  const errors = validateJobSpec(spec, path);
  if (spec.selector)
    errors.push(
      fieldErrors.invalid(path.child('selector'), shownSelector(spec.selector), '`selector` will be auto-generated'),
    );
  if (spec.manualSelector) errors.push(fieldErrors.notSupported(path.child('manualSelector'), true, ['nil', 'false']));
  return errors;
}

function validateCronJob(object: KubeObject): FieldError[] {
  const spec = draftAs<{ spec: batchv1.CronJobSpec }>(object).spec;
  const errors: FieldError[] = [];
  const { name = '' } = object.metadata as { readonly name?: string };
  errors.push(...validateSchedule(spec.schedule, spec.timeZone));
  errors.push(...nonNegative(spec.startingDeadlineSeconds, SPEC.child('startingDeadlineSeconds')));
  errors.push(
    ...oneOf(spec.concurrencyPolicy, ['Allow', 'Forbid', 'Replace'], SPEC.child('concurrencyPolicy'), 'required'),
  );
  if (spec.jobTemplate.spec)
    errors.push(...validateJobTemplate(spec.jobTemplate.spec, SPEC.child('jobTemplate', 'spec')));
  errors.push(...nonNegative(spec.successfulJobsHistoryLimit, SPEC.child('successfulJobsHistoryLimit')));
  errors.push(...nonNegative(spec.failedJobsHistoryLimit, SPEC.child('failedJobsHistoryLimit')));
  if (name.length > MAX_NAME)
    errors.push(
      fieldErrors.invalid(FieldPath.root('metadata', 'name'), name, `must be no more than ${MAX_NAME} characters`),
    );
  return errors;
}

/** CronJobs (k8s.io/kubernetes/pkg/registry/batch/cronjob, v1.35). */
export const cronJobKind = defineKind({
  group: 'batch',
  version: 'v1',
  resource: 'cronjobs',
  kind: 'CronJob',
  defaults: (draft) => {
    const { spec } = draftAs<batchv1.CronJob>(draft);
    if (!spec) return;
    spec.concurrencyPolicy ||= 'Allow';
    spec.suspend ??= false;
    spec.successfulJobsHistoryLimit ??= 3;
    spec.failedJobsHistoryLimit ??= 1;
    if (spec.jobTemplate.spec) defaultJobTemplate(spec.jobTemplate.spec);
  },
  prepareForCreate: (draft) => {
    draft.status = emptyStatus({ group: 'batch', version: 'v1', kind: 'CronJob' });
  },
  prepareForUpdate: (draft, old, { subresource }) => separateStatus(draft, old, subresource),
  validate: validateCronJob,
  validateUpdate: (object, _old, { subresource }) => (subresource === 'status' ? [] : validateCronJob(object)),
  warnings: (object, old) =>
    templateWarnings(
      object,
      old,
      draftAs<batchv1.CronJob>(object).spec?.jobTemplate.spec?.template,
      'spec.jobTemplate.spec.template.spec',
    ),
  defaultPropagation: 'Background',
  table: {
    columns: columnsOf('batch/v1', 'cronjobs'),
    cells: (object, now) => {
      const { metadata, spec, status } = draftAs<batchv1.CronJob>(object);
      const job = spec?.jobTemplate.spec;
      return [
        metadata?.name,
        spec?.schedule,
        spec?.timeZone ?? NONE,
        spec?.suspend === true ? 'True' : 'False',
        (status?.active ?? []).length,
        status?.lastScheduleTime ? ageCell(status.lastScheduleTime, now) : NONE,
        ageCell(metadata?.creationTimestamp, now),
        ...containerCells(job?.template.spec?.containers),
        formatLabelSelector(job?.selector),
      ];
    },
  },
});

/** A CronJob's template keeps what only its jobs get: their own defaults apply when they are made. */
function defaultJobTemplate(spec: batchv1.JobSpec): void {
  const { template, podFailurePolicy } = spec;
  const copy = { template, ...(podFailurePolicy ? { podFailurePolicy } : {}) } as batchv1.JobSpec;
  defaultJobSpec(copy);
}
