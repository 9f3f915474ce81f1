import type { NodeContext } from '../node/node-context.js';
import type { PodRuntime } from './pod-runtime.js';

export const DEADLINE_MESSAGE = 'Pod was active on the node longer than the specified deadline';

/** The instant until which the pod may be active, ms (pkg/kubelet/active_deadline.go). */
export function deadlineOf({ pod, startTime }: PodRuntime): number | undefined {
  const seconds = pod.spec.activeDeadlineSeconds;
  return seconds === undefined ? undefined : Date.parse(startTime ?? '') + seconds * 1000;
}

/** Said each time that a status is made of a pod past its deadline. */
export function sayDeadline({ events }: NodeContext, { pod, ended }: PodRuntime): void {
  if (ended?.reason === 'DeadlineExceeded')
    events.event({ object: pod }, 'Normal', 'DeadlineExceeded', DEADLINE_MESSAGE);
}
