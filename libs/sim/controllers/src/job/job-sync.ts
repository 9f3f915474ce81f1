import { JOBS, invalidStatus, type ControllerContext, type Job, type Pod } from '@seatrial/apiserver';
import { jsonEqual } from '@seatrial/kernel';
import { validateJobStatusUpdate } from '@seatrial/kinds';
import { formatTime } from '@seatrial/schema';
import { keyOf } from '../object-key.js';
import { deletePod } from '../pod-control.js';
import { isPodActive, isPodReady, isPodTerminating } from '../pod-state.js';
import { RequestFailedError, must } from '../request-failed.js';
import { backoffRecord, keepBackoffRecord, nextBackoffRecord, type BackoffRecord } from './backoff-record.js';
import { IndexSet } from './index-set.js';
import {
  isIndexed,
  isSuspended,
  jobCondition,
  newJobCondition,
  type JobCondition,
  type JobStatus,
} from './job-condition.js';
import {
  completionIndex,
  delayedPods,
  failureCounts,
  failuresBefore,
  finishedAt,
  hasItsIndex,
  isCountable,
  isFailed,
  isTracked,
  matchFailurePolicy,
} from './job-pods.js';
import { manageJob } from './manage-pods.js';
import { removeFinalizer } from './tracking.js';
import { decide } from './outcome.js';

const MAX_UNCOUNTED = 500;

/** What one reconciliation of a job knows and has decided. */
export interface JobSync {
  readonly context: ControllerContext;
  job: Job;
  readonly pods: readonly Pod[];
  readonly active: readonly Pod[];
  readonly succeeded: number;
  readonly failed: number;
  readonly succeededIndexes: IndexSet;
  readonly failedIndexes: IndexSet;
  /** By index: the failed pod whose successor is still to be made. */
  readonly delayed: ReadonlyMap<number, Pod>;
  /** Failures in a row, those seen now included. */
  readonly backoff: BackoffRecord;
  terminating: number;
  /** The interim condition (FailureTarget, SuccessCriteriaMet) that decides the job. */
  outcome: JobCondition | undefined;
}

interface Uncounted {
  readonly succeeded?: readonly string[];
  readonly failed?: readonly string[];
}

const uncountedOf = (job: Job): Uncounted => job.status?.uncountedTerminatedPods ?? {};

/** Failed in a way that counts, and not yet in the status. */
function newFailures(job: Job, pods: readonly Pod[]): Pod[] {
  const known = new Set(uncountedOf(job).failed);
  return pods.filter(
    (pod) => isCountable(job, pod) && isFailed(job, pod) && !known.has(pod.metadata.uid) && failureCounts(job, pod),
  );
}

function succeededIndexes(job: Job, pods: readonly Pod[]): IndexSet {
  const completions = job.spec.completions ?? 0;
  const set = IndexSet.parse(job.status?.completedIndexes, completions);
  for (const pod of pods) {
    const index = completionIndex(pod);
    if (pod.status?.phase === 'Succeeded' && index !== undefined && index < completions && isTracked(pod))
      set.add(index);
  }
  return set;
}

function failedIndexes(job: Job, pods: readonly Pod[]): IndexSet {
  const completions = job.spec.completions ?? 0;
  const set = IndexSet.parse(job.status?.failedIndexes, completions);
  const limit = job.spec.backoffLimitPerIndex;
  if (limit === undefined) return set;
  for (const pod of pods) {
    const index = completionIndex(pod);
    if (index === undefined || index >= completions || !isTracked(pod) || !isFailed(job, pod)) continue;
    const action = matchFailurePolicy(job, pod)?.action;
    if (action === 'FailIndex' || (action !== 'Ignore' && failuresBefore(pod) + 1 > limit)) set.add(index);
  }
  return set;
}

/** What is remembered of the job's failures, and what has ended since (newBackoffRecord). */
function backoffAfter({ client }: ControllerContext, job: Job, pods: readonly Pod[]): BackoffRecord {
  const { succeeded = [], failed = [] } = uncountedOf(job);
  const fresh = pods.filter((pod) => isCountable(job, pod));
  const isNew = (known: readonly string[], { metadata }: Pod): boolean => !known.includes(metadata.uid);
  return nextBackoffRecord(
    backoffRecord(client, job.metadata.uid),
    fresh.filter((pod) => pod.status?.phase === 'Succeeded' && isNew(succeeded, pod)).map(finishedAt),
    fresh.filter((pod) => isFailed(job, pod) && isNew(failed, pod)).map(finishedAt),
  );
}

export function startSync(context: ControllerContext, job: Job, pods: readonly Pod[]): JobSync {
  const uncounted = uncountedOf(job);
  const known = new Set(uncounted.succeeded);
  const indexes = isIndexed(job) ? succeededIndexes(job, pods) : new IndexSet();
  const newSucceeded = pods.filter(
    (pod) => isTracked(pod) && pod.status?.phase === 'Succeeded' && !known.has(pod.metadata.uid),
  ).length;
  const failures = isIndexed(job) ? failedIndexes(job, pods) : new IndexSet();
  return {
    context,
    job,
    pods,
    active: pods.filter(isPodActive),
    succeeded: isIndexed(job)
      ? indexes.size
      : (job.status?.succeeded ?? 0) + (uncounted.succeeded?.length ?? 0) + newSucceeded,
    failed: (job.status?.failed ?? 0) + (uncounted.failed?.length ?? 0) + newFailures(job, pods).length,
    succeededIndexes: indexes,
    failedIndexes: failures,
    delayed: delayedPods(job, pods, (index) => indexes.has(index) || failures.has(index)),
    backoff: backoffAfter(context, job, pods),
    terminating: pods.filter(isPodTerminating).length,
    outcome: undefined,
  };
}

function suspension(sync: JobSync): JobCondition[] {
  const { job, context } = sync;
  const conditions = job.status?.conditions ?? [];
  const known = conditions.find(({ type }) => type === 'Suspended');
  const suspended = isSuspended(job);
  if (suspended ? known?.status === 'True' : known?.status !== 'True') return conditions;
  const [reason, message] = suspended ? ['JobSuspended', 'Job suspended'] : ['JobResumed', 'Job resumed'];
  context.events.event({ object: job }, 'Normal', suspended ? 'Suspended' : 'Resumed', message);
  const next = newJobCondition('Suspended', suspended ? 'True' : 'False', reason, message, context.now());
  return known ? conditions.map((one) => (one === known ? next : one)) : [...conditions, next];
}

/** One reconciliation (pkg/controller/job syncJob of Kubernetes 1.35). */
export function syncJob(sync: JobSync): void {
  const { context } = sync;
  const before = sync.job.status;
  let status: JobStatus = { ...before };
  if (!status.startTime && !isSuspended(sync.job)) {
    status = { ...status, startTime: formatTime(context.now()) };
    const { activeDeadlineSeconds: deadline } = sync.job.spec;
    if (deadline !== undefined) context.requeueAfter(keyOf(sync.job), deadline * 1000);
  }
  sync.outcome = decide(sync);
  let active = sync.active.length;
  let failed: RequestFailedError | undefined;
  let ready = sync.active.filter(isPodReady).length;
  if (sync.outcome) {
    for (const pod of sync.active) must(deletePod(context, sync.job, pod));
    sync.terminating += active;
    [active, ready] = [0, 0];
  } else {
    if (sync.job.metadata.deletionTimestamp === undefined) {
      const managed = manageJob(sync);
      active = managed.active;
      ready = Math.max(ready - managed.readyRemoved, 0);
      failed = managed.failed;
    }
    const { completions } = sync.job.spec;
    const complete =
      completions === undefined ? sync.succeeded > 0 && active === 0 : sync.succeeded >= completions && active === 0;
    if (complete)
      sync.outcome = newJobCondition(
        'SuccessCriteriaMet',
        'True',
        'CompletionsReached',
        'Reached expected number of succeeded pods',
        context.now(),
      );
    else if (sync.job.metadata.deletionTimestamp === undefined) {
      const conditions = suspension(sync);
      if (conditions !== (before?.conditions ?? []) && conditions.length > 0) {
        if (!isSuspended(sync.job)) status = { ...status, startTime: formatTime(context.now()) };
        status = { ...status, conditions };
      }
    }
  }
  const { active: _active, ...rest } = status;
  track(sync, {
    ...rest,
    ...(active > 0 ? { active } : {}),
    terminating: sync.terminating,
    ready,
  });
  if (failed) throw failed;
}

/**
 * Writes the status, by the rules of the API server: it refuses more ready pods than active ones, which is what a
 * controller that waits to replace a failed pod counts while others run.
 */
function write(sync: JobSync, status: JobStatus): void {
  if (jsonEqual(sync.job.status, status)) return;
  const { spec, metadata } = sync.job;
  const errors = validateJobStatusUpdate(spec, status, sync.job.status ?? {});
  if (errors.length > 0) throw new RequestFailedError(invalidStatus(JOBS, metadata.name, errors));
  sync.job = must(sync.context.client.updateStatus(JOBS, { ...sync.job, status }));
}

interface Accounting {
  readonly release: readonly Pod[];
  readonly succeeded: string[];
  readonly failed: string[];
  readonly full: boolean;
}

/** Which pods to count as finished, and which to let go of. */
function account(sync: JobSync): Accounting {
  const { job } = sync;
  const known = uncountedOf(job);
  const [succeeded, failed] = [[...(known.succeeded ?? [])], [...(known.failed ?? [])]];
  const release: Pod[] = [];
  const lost = sync.outcome?.type === 'FailureTarget';
  const delayed = new Set(sync.delayed.values());
  for (const pod of sync.pods) {
    if (!isTracked(pod)) continue;
    const { uid } = pod.metadata;
    const failedPod = isFailed(job, pod);
    const done = job.metadata.deletionTimestamp !== undefined || sync.outcome !== undefined;
    if (!done && pod.status?.phase !== 'Succeeded' && (!failedPod || delayed.has(pod))) continue;
    release.push(pod);
    if (pod.status?.phase === 'Succeeded' && !failed.includes(uid)) {
      if (!isIndexed(job) && !succeeded.includes(uid)) succeeded.push(uid);
    } else if ((failedPod || lost) && !failed.includes(uid) && hasItsIndex(job, pod) && failureCounts(job, pod))
      failed.push(uid);
    if (succeeded.length + failed.length >= MAX_UNCOUNTED) return { release, succeeded, failed, full: true };
  }
  return { release, succeeded, failed, full: false };
}

const some = (uids: readonly string[], name: string): Record<string, readonly string[]> =>
  uids.length > 0 ? { [name]: uids } : {};

const number = (name: string, value: number): Record<string, number> => (value > 0 ? { [name]: value } : {});

/**
 * Counts finished pods without losing or doubling any: they are noted in the status, let go of, and then counted; at last
 * the job itself may be finished (trackJobStatusAndRemoveFinalizers).
 */
function track(sync: JobSync, wanted: JobStatus): void {
  const { release, succeeded, failed, full } = account(sync);
  let status: JobStatus = {
    ...wanted,
    uncountedTerminatedPods: { ...some(succeeded, 'succeeded'), ...some(failed, 'failed') },
  };
  if (isIndexed(sync.job)) {
    const { succeeded: _succeeded, completedIndexes: _completed, ...rest } = status;
    const completed = sync.succeededIndexes.toString();
    status = {
      ...rest,
      ...number('succeeded', sync.succeededIndexes.size),
      ...(completed === '' ? {} : { completedIndexes: completed }),
    };
    if (sync.job.spec.backoffLimitPerIndex !== undefined)
      status = { ...status, failedIndexes: sync.failedIndexes.toString() };
  }
  const { outcome } = sync;
  if (outcome && !jobCondition(sync.job, outcome.type))
    status = { ...status, conditions: [...(status.conditions ?? []), outcome] };
  if (!jsonEqual(sync.job.status, status)) write(sync, status);
  keepBackoffRecord(sync.context.client, sync.job.metadata.uid, sync.backoff);
  for (const pod of release) removeFinalizer(sync.context, pod);
  status = {
    ...(sync.job.status ?? status),
    ...(isIndexed(sync.job) ? {} : number('succeeded', (status.succeeded ?? 0) + succeeded.length)),
    ...number('failed', (status.failed ?? 0) + failed.length),
    uncountedTerminatedPods: {},
  };
  if (!full) status = finish(sync, status);
  write(sync, status);
  announce(sync);
}

/** Adds the terminal condition once no pod is left that is still ending (enactJobFinished). */
function finish(sync: JobSync, status: JobStatus): JobStatus {
  const { outcome, context } = sync;
  if (!outcome || sync.terminating > 0) return status;
  const type = outcome.type === 'FailureTarget' ? 'Failed' : 'Complete';
  const condition = newJobCondition(type, 'True', outcome.reason ?? '', outcome.message ?? '', context.now());
  return {
    ...status,
    conditions: [...(status.conditions ?? []), condition],
    ...(type === 'Complete' ? { completionTime: formatTime(context.now()) } : {}),
  };
}

function announce({ job, context }: JobSync): void {
  const complete = jobCondition(job, 'Complete');
  const failed = jobCondition(job, 'Failed');
  if (complete) {
    const { completions } = job.spec;
    if (completions !== undefined && (job.status?.succeeded ?? 0) > completions)
      context.events.event(
        { object: job },
        'Warning',
        'TooManySucceededPods',
        'Too many succeeded pods running after completion count reached',
      );
    context.events.event({ object: job }, 'Normal', 'Completed', 'Job completed');
  } else if (failed) context.events.event({ object: job }, 'Warning', failed.reason ?? '', failed.message ?? '');
}
