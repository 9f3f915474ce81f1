import type { Deployment, ReplicaSet } from '@seatrial/apiserver';
import { maxSurge } from './rolling-limits.js';

export const REVISION = 'deployment.kubernetes.io/revision';
export const REVISION_HISTORY = 'deployment.kubernetes.io/revision-history';
export const DESIRED_REPLICAS = 'deployment.kubernetes.io/desired-replicas';
export const MAX_REPLICAS = 'deployment.kubernetes.io/max-replicas';

const NOT_COPIED = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  REVISION,
  REVISION_HISTORY,
  DESIRED_REPLICAS,
  MAX_REPLICAS,
  'deprecated.deployment.rollback.to',
]);
const MAX_HISTORY_CHARACTERS = 2000;

type Annotations = Record<string, string>;

export function revisionOf(object: Deployment | ReplicaSet | undefined): number {
  const revision = Number(object?.metadata.annotations?.[REVISION] ?? '0');
  return Number.isSafeInteger(revision) ? revision : 0;
}

export function maxRevision(replicaSets: readonly ReplicaSet[]): number {
  let most = 0;
  for (const replicaSet of replicaSets) most = Math.max(most, revisionOf(replicaSet));
  return most;
}

/** An annotation that holds a count of pods. */
export function countAnnotation(replicaSet: ReplicaSet, name: string): number | undefined {
  const text = replicaSet.metadata.annotations?.[name];
  return text !== undefined && /^-?\d+$/.test(text) ? Number(text) : undefined;
}

function appendHistory(history: string | undefined, oldRevision: string): string {
  if (!history) return oldRevision;
  const revisions = history.split(',');
  const length = (): number => revisions.join(',').length + oldRevision.length + 1;
  while (revisions.length > 0 && length() > MAX_HISTORY_CHARACTERS) revisions.shift();
  return [...revisions, oldRevision].join(',');
}

/** Desired and largest number of replicas, as annotations. */
export function replicasAnnotations(deployment: Deployment): Annotations {
  const replicas = deployment.spec.replicas ?? 1;
  return { [DESIRED_REPLICAS]: String(replicas), [MAX_REPLICAS]: String(replicas + maxSurge(deployment)) };
}

/** deploymentutil.SetNewReplicaSetAnnotations: the new annotations, or undefined where nothing changes. */
export function newReplicaSetAnnotations(
  deployment: Deployment,
  current: Readonly<Record<string, string>> | undefined,
  newRevision: number,
  exists: boolean,
): Annotations | undefined {
  let changed: Annotations | undefined;
  const valueOf = (name: string): string | undefined => (changed ?? current)?.[name];
  const set = (name: string, value: string): void => {
    if (valueOf(name) === value) return;
    changed ??= { ...current };
    changed[name] = value;
  };
  const { annotations } = deployment.metadata;
  for (const name in annotations) if (!NOT_COPIED.has(name)) set(name, annotations[name]);
  const oldRevision = valueOf(REVISION);
  if (Number(oldRevision ?? '0') < newRevision) {
    set(REVISION, String(newRevision));
    if (oldRevision !== undefined) set(REVISION_HISTORY, appendHistory(valueOf(REVISION_HISTORY), oldRevision));
  }
  if (!exists) for (const [name, value] of Object.entries(replicasAnnotations(deployment))) set(name, value);
  return changed;
}
