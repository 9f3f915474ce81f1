import type { LabelSelector } from '@seatrial/schema';
import type { HorizontalPodAutoscaler } from '@seatrial/apiserver';
import { jsonEqual } from '@seatrial/kernel';
import { formatTime } from '@seatrial/schema';

export type HpaStatus = NonNullable<HorizontalPodAutoscaler['status']>;
export type HpaCondition = NonNullable<HpaStatus['conditions']>[number];
export type MetricStatus = NonNullable<HpaStatus['currentMetrics']>[number];

export interface Timed {
  readonly time: number;
  readonly value: number;
}

/** What the controller remembers of one autoscaler between its rounds. */
export interface HpaMemory {
  /** Undefined until the first round. */
  recommendations: Timed[] | undefined;
  ups: Timed[];
  downs: Timed[];
  /** Its target's pods, as last looked at. */
  selector?: LabelSelector;
}

/** Sets a condition; the time changes with the status only (setCondition). */
export function setCondition(
  conditions: readonly HpaCondition[],
  now: number,
  type: string,
  status: 'True' | 'False',
  reason: string,
  message: string,
): HpaCondition[] {
  const before = conditions.find((condition) => condition.type === type);
  const lastTransitionTime = before?.status === status ? before.lastTransitionTime : (formatTime(now) as never);
  const next: HpaCondition = { type, status, lastTransitionTime, reason, message };
  if (!before) return [...conditions, next];
  return conditions.map((condition) => (condition === before && !jsonEqual(before, next) ? next : condition));
}
