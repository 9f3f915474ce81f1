import type { Node, Pod } from '@seatrial/apiserver';

export type Taint = NonNullable<Node['spec']['taints']>[number];
export type Toleration = NonNullable<Pod['spec']['tolerations']>[number];

/** Whether a toleration covers a taint (core/v1 Toleration.ToleratesTaint). */
export function tolerates(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false;
  if (toleration.key && toleration.key !== taint.key) return false;
  if (toleration.operator === 'Exists') return true;
  return Boolean(toleration.key) && (toleration.value ?? '') === (taint.value ?? '');
}

/** The effects that keep pods off a node. */
export const repelsPods = (effect: string): boolean => effect === 'NoSchedule' || effect === 'NoExecute';

/** The first taint of the effects asked for that nothing tolerates (FindMatchingUntoleratedTaint). */
export const untolerated = (
  taints: readonly Taint[],
  tolerations: readonly Toleration[],
  effects: (effect: string) => boolean,
): Taint | undefined =>
  taints.find((taint) => effects(taint.effect) && !tolerations.some((toleration) => tolerates(toleration, taint)));
