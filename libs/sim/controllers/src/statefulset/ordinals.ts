import type { Pod, StatefulSet } from '@seatrial/apiserver';

/** The number at the end of a pod's name, where the pod's name is one of the set; -1 otherwise. */
export function ordinalOf(set: StatefulSet, pod: Pod): number {
  const match = /^(.*)-(\d+)$/.exec(pod.metadata.name);
  return match?.[1] === set.metadata.name ? Number(match[2]) : -1;
}

export const startOrdinal = ({ spec }: StatefulSet): number =>
  (spec as { ordinals?: { start?: number } }).ordinals?.start ?? 0;

/** Whether a pod is one of those that the set asks for now. */
export function isInRange(set: StatefulSet, pod: Pod): boolean {
  const index = ordinalOf(set, pod) - startOrdinal(set);
  return index >= 0 && index < (set.spec.replicas ?? 1);
}
