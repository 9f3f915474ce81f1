import type { Deployment } from '@seatrial/apiserver';
import { formatTime } from '@seatrial/schema';

export type DeploymentStatus = NonNullable<Deployment['status']>;
export type DeploymentCondition = NonNullable<DeploymentStatus['conditions']>[number];

/** Reasons of the Progressing condition (deploymentutil). */
export const NEW_REPLICA_SET_AVAILABLE = 'NewReplicaSetAvailable';
export const TIMED_OUT = 'ProgressDeadlineExceeded';

const MAX_INT32 = 2147483647;

export const hasProgressDeadline = ({ spec }: Deployment): boolean =>
  spec.progressDeadlineSeconds !== undefined && spec.progressDeadlineSeconds !== MAX_INT32;

export const hasRevisionHistoryLimit = ({ spec }: Deployment): boolean =>
  spec.revisionHistoryLimit !== undefined && spec.revisionHistoryLimit !== MAX_INT32;

export function conditionOf(status: DeploymentStatus | undefined, type: string): DeploymentCondition | undefined {
  if (status?.conditions) for (const condition of status.conditions) if (condition.type === type) return condition;
  return undefined;
}

export function newCondition(
  now: number,
  type: string,
  status: 'True' | 'False' | 'Unknown',
  reason: string,
  message: string,
): DeploymentCondition {
  const time = formatTime(now);
  return { type, status, lastUpdateTime: time, lastTransitionTime: time, reason, message };
}

type Conditions = readonly DeploymentCondition[];

/** A status that is being made is changed in place; one that is stored is copied. */
function withConditions(status: DeploymentStatus, conditions: Conditions): DeploymentStatus {
  if (Object.isFrozen(status)) return { ...status, conditions: [...conditions] };
  (status as { conditions: Conditions }).conditions = conditions;
  return status;
}

function others({ conditions = [] }: DeploymentStatus, type: string): DeploymentCondition[] {
  const left: DeploymentCondition[] = [];
  for (const condition of conditions) if (condition.type !== type) left.push(condition);
  return left;
}

export const withoutCondition = (status: DeploymentStatus, type: string): DeploymentStatus =>
  status.conditions && !conditionOf(status, type) ? status : withConditions(status, others(status, type));

/** deploymentutil.SetDeploymentCondition: unchanged status and reason change nothing; a new one goes to the end. */
export function withCondition(status: DeploymentStatus, condition: DeploymentCondition): DeploymentStatus {
  const current = conditionOf(status, condition.type);
  if (current && current.status === condition.status && current.reason === condition.reason) return status;
  const kept =
    current?.status === condition.status ? { ...condition, lastTransitionTime: current.lastTransitionTime } : condition;
  return withConditions(status, [...others(status, condition.type), kept]);
}
