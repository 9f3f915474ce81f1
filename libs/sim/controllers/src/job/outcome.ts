import { keyOf } from '../object-key.js';
import { timeOf } from '../pod-state.js';
import { IndexSet } from './index-set.js';
import { isIndexed, isSuspended, jobCondition, newJobCondition, type JobCondition } from './job-condition.js';
import { isFailed, matchFailurePolicy, restartsOfUnfinished } from './job-pods.js';
import type { JobSync } from './job-sync.js';

/** Why the job is to fail now, where it is. */
function failure(sync: JobSync): readonly [reason: string, message: string] | undefined {
  const { job, context } = sync;
  for (const pod of sync.pods) {
    const match = isFailed(job, pod) ? matchFailurePolicy(job, pod) : undefined;
    if (match?.action === 'FailJob') return ['PodFailurePolicy', match.message];
  }
  const limit = job.spec.backoffLimit ?? 6;
  const restarts = job.spec.template.spec?.restartPolicy === 'OnFailure' ? restartsOfUnfinished(sync.pods) : 0;
  if (sync.failed > limit || (restarts > 0 && restarts >= limit))
    return ['BackoffLimitExceeded', 'Job has reached the specified backoff limit'];
  const { activeDeadlineSeconds: deadline } = job.spec;
  const start = timeOf(job.status?.startTime);
  if (deadline !== undefined && start !== undefined && !isSuspended(job)) {
    const left = start + deadline * 1000 - context.now();
    if (left <= 0) return ['DeadlineExceeded', 'Job was active longer than specified deadline'];
    context.requeueAfter(keyOf(job), left);
  }
  return indexFailure(sync);
}

function indexFailure({ job, failedIndexes: failed, succeeded }: JobSync): readonly [string, string] | undefined {
  if (job.spec.backoffLimitPerIndex === undefined || !isIndexed(job)) return undefined;
  const { maxFailedIndexes, completions = 0 } = job.spec;
  if (maxFailedIndexes !== undefined && failed.size > maxFailedIndexes)
    return ['MaxFailedIndexesExceeded', 'Job has exceeded the specified maximal number of failed indexes'];
  if (failed.size > 0 && failed.size + succeeded >= completions) return ['FailedIndexes', 'Job has failed indexes'];
  return undefined;
}

/** The success policy's message, when it is met (matchSuccessPolicy). */
function success({ job, succeededIndexes: done }: JobSync): string | undefined {
  const policy = (job.spec as { successPolicy?: { rules: { succeededIndexes?: string; succeededCount?: number }[] } })
    .successPolicy;
  for (const [index, rule] of (policy?.rules ?? []).entries()) {
    const wanted =
      rule.succeededIndexes === undefined
        ? undefined
        : IndexSet.parse(rule.succeededIndexes, job.spec.completions ?? 0);
    if (done.size === 0 || wanted?.size === 0) continue;
    const count = wanted ? wanted.common(done) : done.size;
    const enough = rule.succeededCount ?? wanted?.size ?? Infinity;
    if (count >= enough) return `Matched rules at index ${index}`;
  }
  return undefined;
}

/** The interim condition that decides the job now, where there is one. */
export function decide(sync: JobSync): JobCondition | undefined {
  const { job, context } = sync;
  const known = jobCondition(job, 'SuccessCriteriaMet') ?? jobCondition(job, 'FailureTarget');
  if (known) return known;
  const failed = failure(sync);
  if (failed) return newJobCondition('FailureTarget', 'True', ...failed, context.now());
  const met = isIndexed(job) ? success(sync) : undefined;
  return met === undefined
    ? undefined
    : newJobCondition('SuccessCriteriaMet', 'True', 'SuccessPolicy', met, context.now());
}
