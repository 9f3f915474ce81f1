import type { Pod } from '@seatrial/apiserver';
import { parseTime } from '@seatrial/schema';

export type PodCondition = NonNullable<NonNullable<Pod['status']>['conditions']>[number];

export const podCondition = (pod: Pod, type: string): PodCondition | undefined =>
  pod.status?.conditions && conditionIn(pod.status.conditions, type);

function conditionIn(conditions: readonly PodCondition[], type: string): PodCondition | undefined {
  // By index: the iterator of a frozen list is slow, and this is asked all the time.
  for (let i = 0; i < conditions.length; i++) if (conditions[i].type === type) return conditions[i];
  return undefined;
}

export const isPodReady = (pod: Pod): boolean => podCondition(pod, 'Ready')?.status === 'True';

export const isPodTerminal = (pod: Pod): boolean => pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';

/** pkg/controller IsPodActive: neither finished nor being deleted. */
export const isPodActive = (pod: Pod): boolean => !isPodTerminal(pod) && pod.metadata.deletionTimestamp === undefined;

/** pkg/controller IsPodTerminating. */
export const isPodTerminating = (pod: Pod): boolean =>
  !isPodTerminal(pod) && pod.metadata.deletionTimestamp !== undefined;

/** The instant (ms) at which the pod became ready, where it is. */
export function readySince(pod: Pod): number | undefined {
  const condition = podCondition(pod, 'Ready');
  return condition?.status === 'True' ? timeOf(condition.lastTransitionTime) : undefined;
}

/** podutil.IsPodAvailable: ready for at least `minReadySeconds`. */
export function isPodAvailable(pod: Pod, minReadySeconds: number, now: number): boolean {
  if (!isPodReady(pod)) return false;
  if (minReadySeconds === 0) return true;
  const since = readySince(pod);
  return since !== undefined && since + minReadySeconds * 1000 <= now;
}

/** When the soonest ready but not yet available pod becomes available, in ms from now; undefined when none will. */
export function nextAvailability(pods: readonly Pod[], minReadySeconds: number, now: number): number | undefined {
  if (minReadySeconds === 0) return undefined;
  let next: number | undefined;
  for (const pod of pods) {
    const since = readySince(pod);
    if (since === undefined) continue;
    const left = since + minReadySeconds * 1000 - now;
    if (left > 0 && (next === undefined || left < next)) next = left;
  }
  return next;
}

/** Milliseconds of a stored time; stored times are valid. */
export function timeOf(text: unknown): number | undefined {
  return typeof text === 'string' ? parseTime(text) : undefined;
}

/** The most restarts of any of the pod's containers. */
export function restartsOf(pod: Pod): number {
  let most = 0;
  for (const status of pod.status?.containerStatuses ?? []) most = Math.max(most, status.restartCount);
  return most;
}
