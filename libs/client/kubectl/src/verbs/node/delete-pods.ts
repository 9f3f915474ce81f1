import type { Pod, Status } from '@seatrial/apiserver';
import { sleep, type Coroutine } from '@seatrial/kernel';
import { isFailure, requestFor } from '../../client/api-connection.js';
import { CommandFailure, statusError } from '../../command/failure.js';
import type { DryRun, Invocation } from '../../command/invocation.js';
import { mappingFor } from '../../resource/resource-selection.js';
import { DEADLINE_EXCEEDED, gracePeriodOption, needsNoWait, type DrainDeadline } from './pod-removal.js';

const LOOK_EVERY_MS = 1000;

/**
 * Deletes pods past their budgets, one after the other without a word, then waits for them all; the first deletion that
 * is refused ends it (deletePods of k8s.io/kubectl/pkg/drain v0.35.4). In a dry run the pods never go.
 */
export function* deletePods(
  k: Invocation,
  pods: readonly Pod[],
  deadline: DrainDeadline,
  dryRun: DryRun,
): Coroutine<void> {
  const mapping = yield* mappingFor(k, 'pods');
  const api = yield* k.api();
  for (const { metadata } of pods) {
    const response = yield* api.send({
      ...requestFor(mapping, 'delete', { namespace: metadata.namespace ?? '', name: metadata.name }),
      options: { ...gracePeriodOption(k), ...(dryRun === 'server' ? { dryRun: true } : {}) },
    });
    const status = isFailure(response) ? (response.body as Status) : undefined;
    if (status && status.reason !== 'NotFound') throw new CommandFailure([statusError(status)]);
  }
  let waited = pods;
  for (;;) {
    const left: Pod[] = [];
    for (const pod of waited) if (!(yield* needsNoWait(k, pod, 'deleted', dryRun))) left.push(pod);
    if (left.length === 0) return;
    waited = left;
    yield* sleep(Math.max(0, Math.min(LOOK_EVERY_MS, deadline.at - k.now())));
    if (k.now() >= deadline.at) throw new CommandFailure([{ type: 'text', text: DEADLINE_EXCEEDED, plain: true }]);
  }
}
