import type { Deployment, ReplicaSet } from '@seatrial/apiserver';
import { jsonEqual } from '@seatrial/kernel';
import { keyOf } from '../object-key.js';
import { timeOf } from '../pod-state.js';
import {
  NEW_REPLICA_SET_AVAILABLE,
  TIMED_OUT,
  conditionOf,
  hasProgressDeadline,
  newCondition,
  withCondition,
  withoutCondition,
  type DeploymentCondition,
  type DeploymentStatus,
} from './condition.js';
import { maxUnavailable } from './rolling-limits.js';
import { availableOf, replicasOf, type Rollout } from './rollout.js';

const sumOf = (
  replicaSets: readonly ReplicaSet[],
  field: 'replicas' | 'readyReplicas' | 'terminatingReplicas',
): number =>
  replicaSets.reduce((sum, { status }) => sum + ((status as Record<string, number> | undefined)?.[field] ?? 0), 0);

/** The status that the replica sets amount to, with the Available condition (calculateStatus). */
function calculateStatus(
  rollout: Rollout,
  all: readonly ReplicaSet[],
  current: ReplicaSet | undefined,
): DeploymentStatus {
  const { deployment, context } = rollout;
  const available = availableOf(all);
  const unavailable = Math.max(replicasOf(all) - available, 0);
  const replicas = sumOf(all, 'replicas');
  const updated = current?.status?.replicas ?? 0;
  const ready = sumOf(all, 'readyReplicas');
  const { conditions, collisionCount } = deployment.status ?? {};
  const status: Record<string, unknown> = { observedGeneration: deployment.metadata.generation ?? 0 };
  if (replicas !== 0) status['replicas'] = replicas;
  if (updated !== 0) status['updatedReplicas'] = updated;
  if (ready !== 0) status['readyReplicas'] = ready;
  if (available !== 0) status['availableReplicas'] = available;
  if (unavailable !== 0) status['unavailableReplicas'] = unavailable;
  status['terminatingReplicas'] = sumOf(all, 'terminatingReplicas');
  if (conditions) status['conditions'] = conditions;
  if (collisionCount !== undefined) status['collisionCount'] = collisionCount;
  const enough = available >= rollout.desired - maxUnavailable(deployment);
  return withCondition(
    status,
    enough
      ? newCondition(
          context.now(),
          'Available',
          'True',
          'MinimumReplicasAvailable',
          'Deployment has minimum availability.',
        )
      : newCondition(
          context.now(),
          'Available',
          'False',
          'MinimumReplicasUnavailable',
          'Deployment does not have minimum availability.',
        ),
  );
}

/** deploymentutil.DeploymentComplete. */
export function isComplete(deployment: Deployment, status: DeploymentStatus | undefined): boolean {
  const desired = deployment.spec.replicas ?? 1;
  return (
    (status?.updatedReplicas ?? 0) === desired &&
    (status?.replicas ?? 0) === desired &&
    (status?.availableReplicas ?? 0) === desired &&
    (status?.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0)
  );
}

function isProgressing(before: DeploymentStatus | undefined, after: DeploymentStatus): boolean {
  const number = (status: DeploymentStatus | undefined, field: keyof DeploymentStatus): number =>
    (status?.[field] as number | undefined) ?? 0;
  const old = (status: DeploymentStatus | undefined): number =>
    number(status, 'replicas') - number(status, 'updatedReplicas');
  return (
    number(after, 'updatedReplicas') > number(before, 'updatedReplicas') ||
    old(after) < old(before) ||
    number(after, 'readyReplicas') > number(before, 'readyReplicas') ||
    number(after, 'availableReplicas') > number(before, 'availableReplicas')
  );
}

function isTimedOut(deployment: Deployment, status: DeploymentStatus, now: number): boolean {
  const condition = conditionOf(status, 'Progressing');
  if (!condition || condition.reason === NEW_REPLICA_SET_AVAILABLE) return false;
  if (condition.reason === TIMED_OUT) return true;
  const from = timeOf(condition.lastUpdateTime) ?? now;
  return from + (deployment.spec.progressDeadlineSeconds ?? 0) * 1000 < now;
}

function progress(rollout: Rollout, status: DeploymentStatus, current: ReplicaSet | undefined): DeploymentStatus {
  const { deployment, context } = rollout;
  const now = context.now();
  const subject = current ? `ReplicaSet "${current.metadata.name}"` : `Deployment "${deployment.metadata.name}"`;
  const before = conditionOf(deployment.status, 'Progressing');
  if (isComplete(deployment, status)) {
    const message = `${subject} has successfully progressed.`;
    return withCondition(status, newCondition(now, 'Progressing', 'True', NEW_REPLICA_SET_AVAILABLE, message));
  }
  if (isProgressing(deployment.status, status)) {
    const condition = newCondition(now, 'Progressing', 'True', 'ReplicaSetUpdated', `${subject} is progressing.`);
    if (!before) return withCondition(status, condition);
    const kept = before.status === 'True' ? { ...condition, lastTransitionTime: before.lastTransitionTime } : condition;
    return withCondition(withoutCondition(status, 'Progressing'), kept);
  }
  if (!isTimedOut(deployment, status, now)) return status;
  const message = `${subject} has timed out progressing.`;
  return withCondition(status, newCondition(now, 'Progressing', 'False', TIMED_OUT, message));
}

function replicaFailure(all: readonly ReplicaSet[], current: ReplicaSet | undefined): DeploymentCondition | undefined {
  const failureOf = (one: ReplicaSet): DeploymentCondition | undefined => {
    const found = one.status?.conditions?.find(({ type }) => type === 'ReplicaFailure');
    return found && { ...found, lastUpdateTime: found.lastTransitionTime };
  };
  return (current && failureOf(current)) ?? all.map(failureOf).find((found) => found !== undefined);
}

function requeueStuck(rollout: Rollout, status: DeploymentStatus): void {
  const { deployment, context } = rollout;
  const condition = conditionOf(deployment.status, 'Progressing');
  if (!hasProgressDeadline(deployment) || !condition) return;
  if (isComplete(deployment, status) || condition.reason === TIMED_OUT) return;
  const from = timeOf(condition.lastUpdateTime) ?? context.now();
  const after = from + (deployment.spec.progressDeadlineSeconds ?? 0) * 1000 - context.now();
  context.requeueAfter(keyOf(deployment), Math.max(after, 0) + 1000);
}

/** The status after a step of a rollout: availability, progress, failures (syncRolloutStatus). */
export function syncRolloutStatus(rollout: Rollout, all: readonly ReplicaSet[], current: ReplicaSet | undefined): void {
  const { deployment } = rollout;
  let status = calculateStatus(rollout, all, current);
  if (!hasProgressDeadline(deployment)) status = withoutCondition(status, 'Progressing');
  const before = conditionOf(deployment.status, 'Progressing');
  const done = (status.replicas ?? 0) === (status.updatedReplicas ?? 0) && before?.reason === NEW_REPLICA_SET_AVAILABLE;
  if (hasProgressDeadline(deployment) && !done) status = progress(rollout, status, current);
  const failure = replicaFailure(all, current);
  status = failure ? withCondition(status, failure) : withoutCondition(status, 'ReplicaFailure');
  if (jsonEqual(deployment.status, status)) requeueStuck(rollout, status);
  else rollout.writeStatus(status);
}

/** The status while paused, scaled or being deleted: progress is not judged (syncDeploymentStatus). */
export function syncStatus(rollout: Rollout, all: readonly ReplicaSet[], current: ReplicaSet | undefined): void {
  const status = calculateStatus(rollout, all, current);
  if (!jsonEqual(rollout.deployment.status, status)) rollout.writeStatus(status);
}
