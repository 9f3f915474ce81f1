import type { NamedList } from './named-list.js';
import type { Pod } from '@seatrial/apiserver';
import { formatTime } from '@seatrial/schema';
import type { NodeContext } from '../node/node-context.js';
import { mirrorOf } from '../static/mirror-pod.js';
import { isStaticPod } from '../static/static-pod.js';
import { LOST_EXIT_CODE, type ContainerRecord } from './pod-runtime.js';

/**
 * Takes over what the API says of a pod whose containers went with their machine: containerd finds them dead with an
 * unknown cause, the next instance counts as a restart. Nothing to do for a pod that is new.
 */
export function adoptLost(context: NodeContext, pod: Pod, records: NamedList<ContainerRecord>): void {
  const { status } = (isStaticPod(pod) ? mirrorOf(context.client, pod) : undefined) ?? pod;
  if (!status?.containerStatuses) return;
  const known = [...(status.initContainerStatuses ?? []), ...status.containerStatuses];
  let lost = false;
  for (const { name, containerID, restartCount, state } of known) {
    const record = records.get(name);
    if (!record || containerID === undefined) continue;
    record.firstAttempt = restartCount + 1;
    record.lastTermination = (state?.terminated as Record<string, unknown> | undefined) ?? {
      containerID,
      exitCode: LOST_EXIT_CODE,
      finishedAt: formatTime(context.simulation.now()),
      reason: 'Unknown',
      startedAt: state?.running?.startedAt,
    };
    lost = true;
  }
  if (!lost || pod.metadata.deletionTimestamp !== undefined) return;
  const message = 'Pod sandbox changed, it will be killed and re-created.';
  context.events.event({ object: pod }, 'Normal', 'SandboxChanged', message);
}
