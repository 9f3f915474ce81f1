import type { Job, Pod, Status } from '@seatrial/apiserver';
import { ok } from '@seatrial/kernel';
import { keyOf } from '../object-key.js';
import { createPod, deletePod, podFromTemplate, slowStart, type PodTemplate } from '../pod-control.js';
import { isPodReady } from '../pod-state.js';
import { inActiveOrder } from '../replication/deletion-order.js';
import { RequestFailedError, isNamespaceTerminating, must } from '../request-failed.js';
import { isIndexed, isSuspended, onlyReplacesFailed } from './job-condition.js';
import {
  COMPLETION_INDEX,
  FAILURE_COUNT,
  IGNORED_COUNT,
  TRACKING,
  backoffLeft,
  completionIndex,
  failureCounts,
  failuresBefore,
  finishedAt,
  hasItsIndex,
  ignoredBefore,
  isFailed,
} from './job-pods.js';
import type { JobSync } from './job-sync.js';
import { removeFinalizer } from './tracking.js';

const MAX_PER_SYNC = 500;

/** A job is not looked at again sooner than this because of failures (enqueueSyncJobWithDelay). */
const BATCH_MS = 1000;

interface Managed {
  readonly active: number;
  readonly readyRemoved: number;
  readonly failed?: RequestFailedError;
}

/** Deletes pods that a job has too many of; they do not count as failed (deleteJobPods). */
function removePods({ context, job }: JobSync, pods: readonly Pod[]): void {
  for (const pod of pods) {
    removeFinalizer(context, pod);
    must(deletePod(context, job, pod));
  }
}

function wantedActive({ job, succeeded, active }: JobSync): number {
  const { completions, parallelism = 1 } = job.spec;
  if (completions === undefined) return succeeded > 0 ? active.length : parallelism;
  return Math.max(Math.min(completions - succeeded, parallelism), 0);
}

/** Pods with an index that does not exist, and all but one of those with the same index (appendDuplicatedIndexPodsForRemoval). */
function misplaced({ job, active }: JobSync): Pod[] {
  if (!isIndexed(job)) return [];
  const byIndex = new Map<number, Pod[]>();
  const wrong: Pod[] = [];
  for (const pod of active) {
    const index = completionIndex(pod);
    if (index === undefined || !hasItsIndex(job, pod)) wrong.push(pod);
    else byIndex.set(index, [...(byIndex.get(index) ?? []), pod]);
  }
  for (const same of byIndex.values()) if (same.length > 1) wrong.push(...inActiveOrder(same).slice(0, -1));
  return wrong;
}

/** Misplaced pods go first; then by the general order. */
function surplus(sync: JobSync, atLeast: number): Pod[] {
  const wrong = misplaced(sync);
  if (wrong.length >= atLeast) return wrong;
  const gone = new Set(wrong);
  const rest = sync.active.filter((pod) => !gone.has(pod));
  return [...wrong, ...inActiveOrder(rest).slice(0, atLeast - wrong.length)];
}

/** Indexes that have neither succeeded nor failed nor a pod, lowest first; those that have to wait take their places too. */
function missingIndexes(sync: JobSync, count: number): { readonly indexes: number[]; readonly wait: number } {
  const { job, active, pods } = sync;
  const used = new Set(active.map(completionIndex));
  if (onlyReplacesFailed(job))
    for (const pod of pods)
      if (pod.metadata.deletionTimestamp !== undefined && !isFailed(job, pod)) used.add(completionIndex(pod));
  const found: number[] = [];
  let wait = Infinity;
  let pending = 0;
  for (let index = 0; index < (job.spec.completions ?? 0) && pending < count; index++) {
    if (used.has(index) || sync.succeededIndexes.has(index) || sync.failedIndexes.has(index)) continue;
    pending++;
    const left = job.spec.backoffLimitPerIndex === undefined ? 0 : indexBackoff(sync, index);
    if (left > 0) wait = Math.min(wait, left);
    else found.push(index);
  }
  return { indexes: found, wait: found.length > 0 || wait === Infinity ? 0 : wait };
}

function indexBackoff({ delayed, context }: JobSync, index: number): number {
  const pod = delayed.get(index);
  if (!pod) return 0;
  return backoffLeft(failuresBefore(pod) + ignoredBefore(pod) + 1, finishedAt(pod), context.now());
}

function indexAnnotations(sync: JobSync, index: number): Record<string, string> {
  const annotations: Record<string, string> = { [COMPLETION_INDEX]: String(index) };
  if (sync.job.spec.backoffLimitPerIndex === undefined) return annotations;
  const pod = sync.delayed.get(index);
  const counted = pod !== undefined && failureCounts(sync.job, pod);
  annotations[FAILURE_COUNT] = String((pod ? failuresBefore(pod) : 0) + (counted ? 1 : 0));
  const ignored = (pod ? ignoredBefore(pod) : 0) + (pod && !counted ? 1 : 0);
  if (ignored > 0) annotations[IGNORED_COUNT] = String(ignored);
  return annotations;
}

/** The index goes into every container as JOB_COMPLETION_INDEX, unless the template sets it. */
function withIndexVariable(spec: Pod['spec']): Pod['spec'] {
  const name = 'JOB_COMPLETION_INDEX';
  const variable = {
    name,
    valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: `metadata.labels['${COMPLETION_INDEX}']` } },
  };
  const add = (container: Pod['spec']['containers'][number]): Pod['spec']['containers'][number] =>
    container.env?.some((one) => one.name === name)
      ? container
      : { ...container, env: [...(container.env ?? []), variable] };
  return {
    ...spec,
    containers: spec.containers.map(add),
    ...(spec.initContainers ? { initContainers: spec.initContainers.map(add) } : {}),
  };
}

/** names.MaxGeneratedNameLength. */
const MAX_PREFIX = 58;

function generateNameOf({ metadata }: Job, index: number): string {
  const end = `-${index}-`;
  return metadata.name.slice(0, MAX_PREFIX - end.length) + end;
}

function createOne(sync: JobSync, job: Job, index: number | undefined): ReturnType<typeof createPod> {
  const template = job.spec.template as PodTemplate;
  const draft =
    index === undefined
      ? podFromTemplate(template, job, { finalizers: [TRACKING] })
      : podFromTemplate(template, job, {
          generateName: generateNameOf(job, index),
          labels: { [COMPLETION_INDEX]: String(index) },
          annotations: indexAnnotations(sync, index),
          finalizers: [TRACKING],
          spec: (spec) => ({ ...withIndexVariable(spec), hostname: `${job.metadata.name}-${index}` }),
        });
  return createPod(sync.context, job, draft);
}

/** Creates pods; `waits` while failures hold it back. */
function addPods(sync: JobSync, count: number): { added: number; error?: Status; waits?: true } {
  const { job, context } = sync;
  const perIndex = job.spec.backoffLimitPerIndex !== undefined;
  let wait = perIndex ? 0 : backoffLeft(sync.backoff.failures, sync.backoff.lastFailure, context.now());
  const missing = isIndexed(job) && wait === 0 ? missingIndexes(sync, Math.min(count, MAX_PER_SYNC)) : undefined;
  if (perIndex) wait = missing?.wait ?? 0;
  if (wait > 0) {
    context.requeueAfter(keyOf(job), Math.max(wait, BATCH_MS));
    return { added: 0, waits: true };
  }
  const indexes = missing?.indexes;
  let added = 0;
  const error = slowStart(indexes ? indexes.length : Math.min(count, MAX_PER_SYNC), (position) => {
    const created = createOne(sync, job, indexes?.[position]);
    if (created.ok) added++;
    return !created.ok && isNamespaceTerminating(created.error) ? ok(undefined) : created;
  });
  return error ? { added, error } : { added };
}

/** Brings the number of running pods to what the job asks for now (manageJob). */
export function manageJob(sync: JobSync): Managed {
  const { job, active } = sync;
  const wanted = isSuspended(job) ? 0 : wantedActive(sync);
  const goners = surplus(sync, Math.max(active.length - wanted, 0)).slice(0, MAX_PER_SYNC);
  if (goners.length > 0) {
    removePods(sync, goners);
    sync.terminating += goners.length;
    return { active: active.length - goners.length, readyRemoved: goners.filter(isPodReady).length };
  }
  const ending = onlyReplacesFailed(job) ? sync.terminating : 0;
  const missing = wanted - ending - active.length;
  if (missing <= 0 || isSuspended(job)) return { active: active.length, readyRemoved: 0 };
  const { added, error, waits } = addPods(sync, missing);
  // The controller reports no pod at all as active while it waits, however many run.
  if (waits) return { active: 0, readyRemoved: 0 };
  const failed = error && new RequestFailedError(error);
  return { active: active.length + added, readyRemoved: 0, ...(failed ? { failed } : {}) };
}
