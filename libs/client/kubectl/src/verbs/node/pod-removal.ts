import { PODS, type Pod } from '@seatrial/apiserver';
import type { Coroutine } from '@seatrial/kernel';
import type { DryRun, Invocation } from '../../command/invocation.js';
import { dryRunSuffix } from '../../printers/object-printer.js';
import { deletedLongAgo } from './drain-filters.js';

/** When a node's drain gives up (Unix ms, infinite for never), and how the user wrote that. */
export interface DrainDeadline {
  readonly at: number;
  readonly typed: string;
}

/** What Go says of a wait whose time was up. */
export const DEADLINE_EXCEEDED = 'context deadline exceeded';

/** `namespace/name`. */
export const podPath = (pod: Pod): string => `${pod.metadata.namespace ?? ''}/${pod.metadata.name}`;

/** The options of a deletion or an eviction that drain asks for. */
export function gracePeriodOption(k: Invocation): { readonly gracePeriodSeconds?: number } {
  const grace = k.flags.int('grace-period');
  return grace >= 0 ? { gracePeriodSeconds: grace } : {};
}

/**
 * One look of a drain at a pod that is on its way out: true when it need not be waited for any longer, which is said
 * (waitForDelete of k8s.io/kubectl/pkg/drain v0.35.4).
 */
export function* needsNoWait(k: Invocation, pod: Pod, verb: 'evicted' | 'deleted', dryRun: DryRun): Coroutine<boolean> {
  const { server } = yield* k.api();
  const { namespace, name, uid } = pod.metadata;
  const found = server.store.get(PODS, namespace, name);
  if (found?.metadata.uid !== uid) {
    yield* k.out(`pod/${name} ${verb}${dryRunSuffix(dryRun)}\n`);
    return true;
  }
  const seconds = k.flags.int('skip-wait-for-delete-timeout');
  if (!deletedLongAgo(found, seconds, k.now())) return false;
  yield* k.out(`pod ${JSON.stringify(name)} has DeletionTimestamp older than ${String(seconds)} seconds, skipping\n`);
  return true;
}
