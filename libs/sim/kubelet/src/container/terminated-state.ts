import { formatTime } from '@seatrial/schema';
import type { ContainerInstance } from './container-instance.js';

/** `terminated` state of an instance that has ended. */
export function terminatedState(instance: ContainerInstance): Record<string, unknown> {
  return {
    exitCode: instance.exitCode,
    ...(instance.reason ? { reason: instance.reason } : {}),
    ...(instance.message ? { message: instance.message } : {}),
    startedAt: formatTime(instance.startedAt),
    finishedAt: formatTime(instance.finishedAt),
    containerID: `containerd://${instance.id}`,
  };
}
