import type { Job, Pod } from '@seatrial/apiserver';
import { isPodActive, timeOf } from '../pod-state.js';
import { isIndexed, onlyReplacesFailed } from './job-condition.js';

export const TRACKING = 'batch.kubernetes.io/job-tracking';
export const COMPLETION_INDEX = 'batch.kubernetes.io/job-completion-index';
export const FAILURE_COUNT = 'batch.kubernetes.io/job-index-failure-count';
export const IGNORED_COUNT = 'batch.kubernetes.io/job-index-ignored-failure-count';

export const isTracked = (pod: Pod): boolean => pod.metadata.finalizers?.includes(TRACKING) ?? false;

/** The completion index of a pod; undefined when it has none. */
export function completionIndex(pod: Pod): number | undefined {
  const text = pod.metadata.annotations?.[COMPLETION_INDEX];
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

/** Whether a pod of an Indexed job has an index that the job still asks for; true for any pod of another job. */
export function hasItsIndex(job: Job, pod: Pod): boolean {
  if (!isIndexed(job)) return true;
  const index = completionIndex(pod);
  return index !== undefined && index < (job.spec.completions ?? 0);
}

/** Whether a pod is still to be counted once it ends (getValidPodsWithFilter). */
export const isCountable = (job: Job, pod: Pod): boolean => isTracked(pod) && hasItsIndex(job, pod);

const countOf = (pod: Pod, annotation: string): number => Number(pod.metadata.annotations?.[annotation] ?? '0') || 0;

export const failuresBefore = (pod: Pod): number => countOf(pod, FAILURE_COUNT);

export const ignoredBefore = (pod: Pod): number => countOf(pod, IGNORED_COUNT);

/** Whether a pod counts as failed (isPodFailed): also one that is deleted before it could finish. */
export function isFailed(job: Job, pod: Pod): boolean {
  if (pod.status?.phase === 'Failed') return true;
  if (onlyReplacesFailed(job)) return false;
  return pod.metadata.deletionTimestamp !== undefined && pod.status?.phase !== 'Succeeded';
}

/** When a pod finished, ms (getFinishedTime). */
export function finishedAt(pod: Pod): number {
  const sidecars = new Set(
    (pod.spec.initContainers ?? []).flatMap(({ name, restartPolicy }) => (restartPolicy === 'Always' ? [name] : [])),
  );
  const ends = [
    ...(pod.status?.containerStatuses ?? []),
    ...(pod.status?.initContainerStatuses ?? []).filter(({ name }) => sidecars.has(name)),
  ].map(({ state }) => timeOf(state?.terminated?.finishedAt));
  if (ends.length > 0 && ends.every((time) => time !== undefined)) return Math.max(...ends);
  const unready = pod.status?.conditions?.find(({ type, status }) => type === 'Ready' && status === 'False');
  const deleted = timeOf(pod.metadata.deletionTimestamp);
  return (
    timeOf(unready?.lastTransitionTime) ??
    (deleted === undefined ? undefined : deleted - (pod.metadata.deletionGracePeriodSeconds ?? 0) * 1000) ??
    timeOf(pod.metadata.creationTimestamp) ??
    0
  );
}

type Rule = NonNullable<Job['spec']['podFailurePolicy']>['rules'][number];

export interface PolicyMatch {
  readonly action: string;
  readonly message: string;
}

function matchExitCodes(rule: Rule, index: number, pod: Pod): string | undefined {
  const requirement = rule.onExitCodes;
  if (!requirement) return undefined;
  for (const { name, state } of [
    ...(pod.status?.containerStatuses ?? []),
    ...(pod.status?.initContainerStatuses ?? []),
  ]) {
    if (requirement.containerName && requirement.containerName !== name) continue;
    const code = state?.terminated?.exitCode;
    if (code === undefined || code === 0) continue;
    const listed = requirement.values.includes(code);
    if (requirement.operator === 'In' ? !listed : listed) continue;
    const { namespace = '', name: podName } = pod.metadata;
    return `Container ${name} for pod ${namespace}/${podName} failed with exit code ${code} matching ${rule.action} rule at index ${index}`;
  }
  return undefined;
}

function matchConditions(rule: Rule, index: number, pod: Pod): string | undefined {
  const patterns = rule.onPodConditions ?? [];
  for (const condition of pod.status?.conditions ?? [])
    if (patterns.some(({ type, status }) => condition.type === type && condition.status === status)) {
      const { namespace = '', name } = pod.metadata;
      return `Pod ${namespace}/${name} has condition ${condition.type} matching ${rule.action} rule at index ${index}`;
    }
  return undefined;
}

/** The first rule of the failure policy that a failed pod meets (matchPodFailurePolicy). */
export function matchFailurePolicy(job: Job, pod: Pod): PolicyMatch | undefined {
  for (const [index, rule] of (job.spec.podFailurePolicy?.rules ?? []).entries()) {
    const message = matchExitCodes(rule, index, pod) ?? matchConditions(rule, index, pod);
    if (message !== undefined) return { action: rule.action, message };
  }
  return undefined;
}

/**
 * The last failed pod of each index that is to be tried again: it is kept until its successor runs, since it knows how
 * often the index has failed (getPodsWithDelayedDeletionPerIndex).
 */
export function delayedPods(
  job: Job,
  pods: readonly Pod[],
  settled: (index: number) => boolean,
): ReadonlyMap<number, Pod> {
  const delayed = new Map<number, Pod>();
  if (job.spec.backoffLimitPerIndex === undefined) return delayed;
  const active = new Set(pods.filter(isPodActive).map(completionIndex));
  for (const pod of pods) {
    const index = completionIndex(pod);
    if (index === undefined || index >= (job.spec.completions ?? 0)) continue;
    if (!isTracked(pod) || !isFailed(job, pod) || settled(index) || active.has(index)) continue;
    const last = delayed.get(index);
    const failures = (one: Pod): number => failuresBefore(one) + ignoredBefore(one);
    if (!last || (failures(last) <= failures(pod) && finishedAt(pod) >= finishedAt(last))) delayed.set(index, pod);
  }
  return delayed;
}

/** False for a failure that the policy ignores. */
export const failureCounts = (job: Job, pod: Pod): boolean => matchFailurePolicy(job, pod)?.action !== 'Ignore';

const FIRST_BACKOFF_MS = 10_000;
const MAX_BACKOFF_MS = 600_000;

/** What is left of the wait after failures in a row, the last of which ended at `last`. */
export function backoffLeft(failures: number, last: number, now: number): number {
  if (failures === 0) return 0;
  return Math.max(last + Math.min(FIRST_BACKOFF_MS * 2 ** Math.min(failures - 1, 20), MAX_BACKOFF_MS) - now, 0);
}

/** Restarts of the job's pods that are not over, which count against the back-off limit when restartPolicy is OnFailure. */
export function restartsOfUnfinished(pods: readonly Pod[]): number {
  let sum = 0;
  for (const pod of pods) {
    if (pod.status?.phase !== 'Running' && pod.status?.phase !== 'Pending') continue;
    for (const { restartCount } of pod.status?.initContainerStatuses ?? []) sum += restartCount;
    for (const { restartCount } of pod.status?.containerStatuses ?? []) sum += restartCount;
  }
  return sum;
}
