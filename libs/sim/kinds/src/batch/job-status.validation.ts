import { jsonEqual } from '@seatrial/kernel';
import { FieldPath, fieldErrors, parseTime, type FieldError } from '@seatrial/schema';
import type * as batchv1 from 'kubernetes-types/batch/v1.js';
import { nonNegative } from '../validation/fields.js';
import { countIndexes, parseInterval } from './success-policy.validation.js';

interface JobStatus extends batchv1.JobStatus {
  readonly ready?: number;
  readonly terminating?: number;
  readonly failedIndexes?: string;
}

const STATUS = FieldPath.root('status');
const COUNTERS = ['active', 'succeeded', 'failed', 'ready', 'terminating'] as const;

const isTrue = ({ conditions = [] }: JobStatus, type: string): boolean =>
  conditions.some((condition) => condition.type === type && condition.status === 'True');

const isFinished = (status: JobStatus): boolean => isTrue(status, 'Complete') || isTrue(status, 'Failed');

/** A new status beside the one before it: most rules hold only for what changes (getStatusValidationOptions). */
class StatusUpdate {
  readonly errors: FieldError[] = [];

  constructor(
    readonly spec: batchv1.JobSpec & { readonly backoffLimitPerIndex?: number; readonly successPolicy?: unknown },
    readonly now: JobStatus,
    readonly old: JobStatus,
  ) {}

  /** Whether a field, or that a condition is true, differs from before. */
  changes(
    ...names: readonly (keyof JobStatus | 'Complete' | 'Failed' | 'FailureTarget' | 'SuccessCriteriaMet')[]
  ): boolean {
    return names.some((name) =>
      /^[A-Z]/.test(name)
        ? isTrue(this.now, name) !== isTrue(this.old, name)
        : !jsonEqual(this.now[name as keyof JobStatus], this.old[name as keyof JobStatus]),
    );
  }

  invalid(field: keyof JobStatus, detail: string): void {
    this.errors.push(fieldErrors.invalid(STATUS.child(field), this.now[field], detail));
  }

  condition(detail: string): void {
    this.errors.push(fieldErrors.invalidOmitted(STATUS.child('conditions'), detail));
  }

  required(field: keyof JobStatus, detail: string): void {
    this.errors.push(fieldErrors.required(STATUS.child(field), detail));
  }
}

function validateCounters({ now, errors }: StatusUpdate): void {
  for (const name of COUNTERS) if (now[name] !== undefined) errors.push(...nonNegative(now[name], STATUS.child(name)));
  for (const name of ['succeeded', 'failed'] as const) {
    const uids = now.uncountedTerminatedPods?.[name] ?? [];
    const at = STATUS.child('uncountedTerminatedPods').child(name);
    uids.forEach((uid, index) => {
      if (uid === '') errors.push(fieldErrors.invalid(at.index(index), uid, 'must not be empty'));
      else if (uids.indexOf(uid) < index) errors.push(fieldErrors.duplicate(at.index(index), uid));
    });
  }
}

function validateEnd(update: StatusUpdate): void {
  const { now } = update;
  const [complete, failed] = [isTrue(now, 'Complete'), isTrue(now, 'Failed')];
  if (update.changes('Complete', 'Failed') && complete && failed)
    update.condition('cannot set Complete=True and Failed=true conditions');
  if (update.changes('Complete', 'FailureTarget') && complete && isTrue(now, 'FailureTarget'))
    update.condition('cannot set Complete=True and FailureTarget=true conditions');
  if (update.changes('Complete', 'completionTime')) {
    if (now.completionTime !== undefined && !complete)
      update.invalid('completionTime', 'cannot set completionTime when there is no Complete=True condition');
    if (now.completionTime === undefined && complete)
      update.required('completionTime', 'completionTime is required for Complete jobs');
  }
  const [start, end] = [parseTime(now.startTime ?? ''), parseTime(now.completionTime ?? '')];
  if (update.changes('startTime', 'completionTime') && start !== undefined && end !== undefined && end < start)
    update.invalid('completionTime', 'must be equal to or after `startTime`');
  if (update.changes('Failed', 'failedIndexes') && failed && !isTrue(now, 'FailureTarget'))
    update.condition('cannot set Failed=True condition without the FailureTarget=true condition');
  if (update.changes('Complete', 'SuccessCriteriaMet') && complete && !isTrue(now, 'SuccessCriteriaMet'))
    update.condition('cannot set Complete=True condition without the SuccessCriteriaMet=true condition');
}

function validateFinished(update: StatusUpdate): void {
  const { now, old, spec } = update;
  if (!isFinished(now)) return;
  const begins = !isFinished(old);
  const { succeeded = [], failed = [] } = now.uncountedTerminatedPods ?? {};
  if ((begins || update.changes('active')) && (now.active ?? 0) > 0)
    update.invalid('active', 'active>0 is invalid for finished job');
  const neverRan = spec.suspend === true && spec.completions === 0;
  if ((begins || update.changes('startTime')) && !neverRan && now.startTime === undefined)
    update.required('startTime', 'startTime is required for finished job');
  if ((begins || update.changes('uncountedTerminatedPods')) && succeeded.length + failed.length > 0)
    update.invalid('uncountedTerminatedPods', 'must be empty for finished job');
}

/** The first index that two lists share; intervals that cannot be read are another rule's. */
function sharedIndex(completed: string, failed: string, completions: number): number | undefined {
  const intervals = (list: string): (readonly [number, number])[] =>
    list.split(',').flatMap((interval) => {
      const limits = parseInterval(interval, completions);
      return typeof limits === 'string' ? [] : [limits];
    });
  const [done, lost] = [intervals(completed), intervals(failed)];
  for (let i = 0, j = 0; i < done.length && j < lost.length;) {
    if (done[i][0] <= lost[j][1] && lost[j][0] <= done[i][1]) return Math.max(done[i][0], lost[j][0]);
    if (done[i][0] <= lost[j][0]) i++;
    else j++;
  }
  return undefined;
}

function validateIndexes(update: StatusUpdate): void {
  const { spec, now } = update;
  const { completions, backoffLimitPerIndex } = spec;
  const { completedIndexes = '', failedIndexes } = now;
  const list = (name: 'completedIndexes' | 'failedIndexes'): void => {
    const total = completions === undefined ? 0 : countIndexes(now[name] ?? '', completions);
    if (typeof total === 'string') update.invalid(name, `error parsing ${name}: ${total}`);
  };
  if (update.changes('completedIndexes')) list('completedIndexes');
  if (update.changes('failedIndexes') && backoffLimitPerIndex !== undefined) list('failedIndexes');
  if (update.changes('completedIndexes') && completedIndexes !== '' && spec.completionMode !== 'Indexed')
    update.invalid('completedIndexes', 'cannot set non-empty completedIndexes when non-indexed completion mode');
  if (failedIndexes === undefined) return;
  if (update.changes('failedIndexes') && backoffLimitPerIndex === undefined)
    update.invalid('failedIndexes', 'cannot set non-null failedIndexes when backoffLimitPerIndex is null');
  if (completions === undefined || !update.changes('failedIndexes', 'completedIndexes')) return;
  const shared = sharedIndex(completedIndexes, failedIndexes, completions);
  if (shared !== undefined)
    update.invalid('failedIndexes', `failedIndexes and completedIndexes overlap at index: ${shared}`);
}

function validatePods(update: StatusUpdate): void {
  const { now, old } = update;
  if (
    (isFinished(now) !== isFinished(old) || update.changes('terminating')) &&
    isFinished(now) &&
    (now.terminating ?? 0) > 0
  )
    update.invalid('terminating', 'terminating>0 is invalid for finished job');
  if (update.changes('ready', 'active') && (now.ready ?? 0) > (now.active ?? 0))
    update.invalid('ready', 'cannot set more ready pods than active');
}

function validateCriteria(update: StatusUpdate): void {
  const { now, old, spec } = update;
  const met = isTrue(now, 'SuccessCriteriaMet');
  if (met && isTrue(now, 'Failed')) update.condition('cannot set SuccessCriteriaMet=True and Failed=true conditions');
  if (met && isTrue(now, 'FailureTarget'))
    update.condition('cannot set SuccessCriteriaMet=True and FailureTarget=true conditions');
  if (spec.successPolicy !== undefined && !met && isTrue(now, 'Complete'))
    update.condition('cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True');
  for (const type of ['Failed', 'Complete', 'FailureTarget'])
    if (isTrue(old, type) && !isTrue(now, type)) update.condition(`cannot disable the terminal ${type}=True condition`);
}

function validateHistory(update: StatusUpdate): void {
  const { now, old, spec } = update;
  const shrinks = spec.completionMode === 'Indexed' && spec.completions === spec.parallelism;
  if ((now.failed ?? 0) < (old.failed ?? 0))
    update.errors.push(
      fieldErrors.invalid(STATUS.child('failed'), now.failed ?? 0, 'cannot decrease the failed counter'),
    );
  if (!shrinks && (now.succeeded ?? 0) < (old.succeeded ?? 0))
    update.errors.push(
      fieldErrors.invalid(STATUS.child('succeeded'), now.succeeded ?? 0, 'cannot decrease the succeeded counter'),
    );
  if (now.completionTime !== undefined && old.completionTime !== undefined && update.changes('completionTime'))
    update.invalid('completionTime', 'field is immutable');
  const state = ({ conditions }: JobStatus): string | undefined =>
    conditions?.find(({ type }) => type === 'Suspended')?.status;
  const resumes = state(old) === 'True' && state(now) === 'False';
  if (update.changes('startTime') && !resumes && old.startTime !== undefined && spec.suspend !== true)
    update.required('startTime', 'startTime cannot be removed for unsuspended job');
  if (isTrue(old, 'SuccessCriteriaMet') && !isTrue(now, 'SuccessCriteriaMet'))
    update.condition('cannot disable the SuccessCriteriaMet=True condition');
  if (isTrue(old, 'Complete') && !isTrue(old, 'SuccessCriteriaMet') && isTrue(now, 'SuccessCriteriaMet'))
    update.condition('cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions');
}

/**
 * A job's status as it may be written (ValidateJobStatusUpdate). The controller meets these rules too: while it waits
 * to replace a failed pod it counts none as active, and is refused as long as another one is ready.
 */
export function validateJobStatusUpdate(spec: batchv1.JobSpec, now: JobStatus, old: JobStatus): FieldError[] {
  const update = new StatusUpdate(spec, now, old);
  validateCounters(update);
  validateEnd(update);
  validateFinished(update);
  validateIndexes(update);
  validatePods(update);
  validateCriteria(update);
  validateHistory(update);
  return update.errors;
}
