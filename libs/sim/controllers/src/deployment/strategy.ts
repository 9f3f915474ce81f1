import { REPLICA_SETS, type Pod, type ReplicaSet } from '@seatrial/apiserver';
import { PODS_BY_CONTROLLER } from '../owner-reference.js';
import { isPodTerminal } from '../pod-state.js';
import { isComplete, syncRolloutStatus } from './deployment-status.js';
import { newReplicas, syncRevision } from './new-replica-set.js';
import { maxUnavailable } from './rolling-limits.js';
import { availableOf, byCreation, isActive, replicasOf, withNew, type Rollout } from './rollout.js';
import { cleanUp } from './scaling.js';

function scaleNew(rollout: Rollout, current: ReplicaSet, all: readonly ReplicaSet[]): boolean {
  const replicas = current.spec.replicas ?? 1;
  if (replicas === rollout.desired) return false;
  if (replicas > rollout.desired) return rollout.scaleIfNeeded(current, rollout.desired);
  return rollout.scaleIfNeeded(current, newReplicas(rollout.deployment, all, replicas));
}

/** First the pods that are not available anyway, oldest replica set first (cleanupUnhealthyReplicas). */
function dropUnhealthy(rollout: Rollout, old: ReplicaSet[], most: number): { left: ReplicaSet[]; dropped: number } {
  let dropped = 0;
  const left = old.sort(byCreation).map((one) => {
    const replicas = one.spec.replicas ?? 1;
    const unavailable = replicas - (one.status?.availableReplicas ?? 0);
    if (dropped >= most || replicas === 0 || unavailable <= 0) return one;
    const fewer = Math.min(most - dropped, unavailable);
    rollout.scaleIfNeeded(one, replicas - fewer);
    dropped += fewer;
    return rollout.context.client.get(REPLICA_SETS, one.metadata.namespace, one.metadata.name) ?? one;
  });
  return { left, dropped };
}

function scaleOld(rollout: Rollout, current: ReplicaSet, old: ReplicaSet[]): boolean {
  if (replicasOf(old) === 0) return false;
  const minimum = rollout.desired - maxUnavailable(rollout.deployment);
  const newUnavailable = (current.spec.replicas ?? 1) - (current.status?.availableReplicas ?? 0);
  const most = replicasOf(withNew(old, current)) - minimum - newUnavailable;
  if (most <= 0) return false;
  const { left, dropped } = dropUnhealthy(rollout, old, most);
  let spare = availableOf(withNew(left, current)) - minimum;
  let scaled = 0;
  for (const one of left) {
    const replicas = one.spec.replicas ?? 1;
    if (spare <= 0) break;
    if (replicas === 0) continue;
    const fewer = Math.min(replicas, spare);
    rollout.scaleIfNeeded(one, replicas - fewer);
    spare -= fewer;
    scaled += fewer;
  }
  return dropped + scaled > 0;
}

/** RollingUpdate: up as far as the surge allows, then down as far as availability allows. */
export function rollOut(rollout: Rollout): void {
  const { current, old } = syncRevision(rollout, true);
  if (!current) return;
  const all = withNew(old, current);
  const moved = scaleNew(rollout, current, all) || scaleOld(rollout, current, old.filter(isActive));
  if (!moved && isComplete(rollout.deployment, rollout.deployment.status)) cleanUp(rollout, old);
  syncRolloutStatus(rollout, all, current);
}

const runs = (pod: Pod): boolean => !isPodTerminal(pod);

function oldPodsRun(rollout: Rollout, old: readonly ReplicaSet[]): boolean {
  if (old.some(({ status }) => (status?.replicas ?? 0) > 0)) return true;
  return old.some((one) => rollout.context.client.byIndex(PODS_BY_CONTROLLER, one.metadata.uid).some(runs));
}

/** Recreate: all old pods go before the first new one comes. */
export function recreate(rollout: Rollout): void {
  const found = syncRevision(rollout, false);
  const { old } = found;
  let { current } = found;
  const active = old.filter(isActive);
  for (const one of active) rollout.scaleIfNeeded(one, 0);
  if (active.length === 0 && !oldPodsRun(rollout, old)) {
    current ??= syncRevision(rollout, true).current;
    if (current) rollout.scaleIfNeeded(current, rollout.desired);
    if (isComplete(rollout.deployment, rollout.deployment.status)) cleanUp(rollout, old);
  }
  syncRolloutStatus(rollout, withNew(old, current), current);
}
