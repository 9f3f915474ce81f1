import type { Pod } from '@seatrial/apiserver';
import { formatTime } from '@seatrial/schema';

type Conditions = NonNullable<NonNullable<Pod['status']>['conditions']>;

/** A pod's conditions with the one that says why it is being disrupted (apipod.UpdatePodCondition); `now` in ms. */
export function withDisruptionTarget(pod: Pod, reason: string, message: string, now: number): Conditions {
  const { generation } = pod.metadata;
  const condition = {
    type: 'DisruptionTarget',
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: formatTime(now),
    reason,
    message,
  };
  const others = (pod.status?.conditions ?? []).filter(({ type }) => type !== condition.type);
  return [...others, condition] as unknown as Conditions;
}
