import type { Condition } from '../gateway-api/gateway-types.js';

export type NewCondition = Omit<Condition, 'lastTransitionTime' | 'observedGeneration'>;

export const condition = (
  type: string,
  status: Condition['status'],
  reason: string,
  message: string,
): NewCondition => ({ type, status, reason, message });

/** Conditions as status keeps them: the time stays while the status does (meta.SetStatusCondition). */
export function conditionsAt(
  now: string,
  generation: number,
  before: readonly Condition[] | undefined,
  conditions: readonly NewCondition[],
): Condition[] {
  return conditions.map((each) => {
    const old = before?.find(({ type }) => type === each.type);
    const lastTransitionTime = old?.status === each.status ? old.lastTransitionTime : now;
    return {
      lastTransitionTime,
      message: each.message,
      observedGeneration: generation,
      reason: each.reason,
      status: each.status,
      type: each.type,
    };
  });
}
