import { REPLICA_SETS, type ReplicaSet } from '@seatrial/apiserver';
import { must } from '../request-failed.js';
import { hasRevisionHistoryLimit } from './condition.js';
import { syncStatus } from './deployment-status.js';
import { syncRevision } from './new-replica-set.js';
import { DESIRED_REPLICAS, MAX_REPLICAS, countAnnotation, revisionOf } from './replica-set-annotations.js';
import { isRollingUpdate, maxSurge } from './rolling-limits.js';
import { byCreation, isActive, replicasOf, withNew, type Rollout } from './rollout.js';

/**
 * True when the deployment's size differs from what its active replica sets were told (isScalingEvent). Keeps revisions in
 * step on the way: where that changes the replica set, what follows in the same round works on the old one and fails.
 */
export function isScalingEvent(rollout: Rollout): boolean {
  const { current, old } = syncRevision(rollout, false);
  return withNew(old, current)
    .filter(isActive)
    .some((one) => {
      const desired = countAnnotation(one, DESIRED_REPLICAS);
      return desired !== undefined && desired !== rollout.desired;
    });
}

function activeOrLatest(current: ReplicaSet | undefined, old: readonly ReplicaSet[]): ReplicaSet | undefined {
  const newestFirst = [...old].sort((a, b) => -byCreation(a, b));
  const active = withNew(newestFirst, current).filter(isActive);
  if (active.length === 0) return current ?? newestFirst[0];
  return active.length === 1 ? active[0] : undefined;
}

function isSaturated(rollout: Rollout, current: ReplicaSet | undefined): boolean {
  if (!current) return false;
  const { desired } = rollout;
  return (
    (current.spec.replicas ?? 1) === desired &&
    countAnnotation(current, DESIRED_REPLICAS) === desired &&
    (current.status?.availableReplicas ?? 0) === desired
  );
}

/** How many of the replicas to add this replica set should get by its share (GetReplicaSetProportion). */
function proportion(rollout: Rollout, replicaSet: ReplicaSet, toAdd: number, added: number): number {
  const replicas = replicaSet.spec.replicas ?? 1;
  if (replicas === 0 || toAdd === 0 || toAdd === added) return 0;
  const fraction = share(rollout, replicaSet, replicas);
  return toAdd > 0 ? Math.min(fraction, toAdd - added) : Math.max(fraction, toAdd - added);
}

function share(rollout: Rollout, replicaSet: ReplicaSet, replicas: number): number {
  const { deployment, desired } = rollout;
  if (desired === 0) return -replicas;
  const before = countAnnotation(replicaSet, MAX_REPLICAS) ?? deployment.status?.replicas ?? 0;
  if (before === 0) return 0;
  return Math.round((replicas * (desired + maxSurge(deployment))) / before) - replicas;
}

/** Spreads a change of size over the active replica sets in proportion (proportional scaling). */
function scaleProportionally(rollout: Rollout, all: readonly ReplicaSet[]): void {
  const { desired } = rollout;
  const allowed = desired > 0 ? desired + maxSurge(rollout.deployment) : 0;
  const toAdd = allowed - replicasOf(all);
  const bySize = (a: ReplicaSet, b: ReplicaSet): number => (b.spec.replicas ?? 1) - (a.spec.replicas ?? 1);
  const active = [...all];
  if (toAdd > 0) active.sort((a, b) => bySize(a, b) || -byCreation(a, b));
  else if (toAdd < 0) active.sort((a, b) => bySize(a, b) || byCreation(a, b));
  let added = 0;
  const sizes = active.map((one) => {
    const extra = proportion(rollout, one, toAdd, added);
    added += extra;
    return (one.spec.replicas ?? 1) + extra;
  });
  if (toAdd !== 0 && sizes.length > 0) sizes[0] = Math.max(sizes[0] + toAdd - added, 0);
  active.forEach((one, index) => void rollout.scale(one, sizes[index]));
}

function scale(rollout: Rollout, current: ReplicaSet | undefined, old: readonly ReplicaSet[]): void {
  const single = activeOrLatest(current, old);
  if (single) {
    rollout.scaleIfNeeded(single, rollout.desired);
    return;
  }
  if (isSaturated(rollout, current)) {
    for (const one of old.filter(isActive)) rollout.scaleIfNeeded(one, 0);
    return;
  }
  if (isRollingUpdate(rollout.deployment)) scaleProportionally(rollout, withNew(old, current).filter(isActive));
}

/** Deletes the oldest of the old replica sets beyond `spec.revisionHistoryLimit` that are empty (cleanupDeployment). */
export function cleanUp(rollout: Rollout, old: readonly ReplicaSet[]): void {
  const { deployment, context } = rollout;
  if (!hasRevisionHistoryLimit(deployment)) return;
  const alive = old.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const excess = alive.length - (deployment.spec.revisionHistoryLimit ?? 0);
  if (excess <= 0) return;
  const oldestFirst = [...alive].sort((a, b) => revisionOf(a) - revisionOf(b) || byCreation(a, b));
  for (const one of oldestFirst.slice(0, excess)) {
    if ((one.status?.replicas ?? 0) !== 0 || isActive(one)) continue;
    if ((one.metadata.generation ?? 0) > (one.status?.observedGeneration ?? 0)) continue;
    const deleted = context.client.delete(REPLICA_SETS, one.metadata.namespace, one.metadata.name, {
      propagationPolicy: 'Background',
    });
    if (!deleted.ok && deleted.error.reason !== 'NotFound') must(deleted);
  }
}

/** Brings sizes in line without rolling out: after a change of size, and while paused. */
export function syncSize(rollout: Rollout): void {
  const { current, old } = syncRevision(rollout, false);
  scale(rollout, current, old);
  if (rollout.deployment.spec.paused) cleanUp(rollout, old);
  syncStatus(rollout, withNew(old, current), current);
}
