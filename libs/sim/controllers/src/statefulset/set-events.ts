import type { ControllerContext, StatefulSet } from '@seatrial/apiserver';

/** Says how it went to create, update or delete `what` (stateful_pod_control.go recordPodEvent, recordClaimEvent). */
export function event(
  context: ControllerContext,
  set: StatefulSet,
  verb: 'Create' | 'Update' | 'Delete',
  what: string,
  success: string,
  error?: string,
): void {
  const failed = error !== undefined;
  context.events.event(
    { object: set },
    failed ? 'Warning' : 'Normal',
    `${failed ? 'Failed' : 'Successful'}${verb}`,
    `${verb} ${what} in StatefulSet ${set.metadata.name} ${failed ? `failed error: ${error}` : success}`,
  );
}
