import { REPLICA_SETS, type Deployment, type Draft, type ReplicaSet, type Status } from '@seatrial/apiserver';
import { jsonEqual } from '@seatrial/kernel';
import { podTemplateHash } from '@seatrial/schema';
import { controllerReference, isControlledBy } from '../owner-reference.js';
import { asJson } from '../pod-control.js';
import { RequestFailedError, isNamespaceTerminating, must } from '../request-failed.js';
import { conditionOf, hasProgressDeadline, newCondition, withCondition, type DeploymentStatus } from './condition.js';
import { REVISION, maxRevision, newReplicaSetAnnotations, revisionOf } from './replica-set-annotations.js';
import { maxSurge, isRollingUpdate } from './rolling-limits.js';
import { byCreation, isActive, replicasOf, type Rollout } from './rollout.js';

const HASH_LABEL = 'pod-template-hash';

type Template = Deployment['spec']['template'];

function withoutHash(template: Template): Template {
  const labels = template.metadata?.labels;
  if (labels?.[HASH_LABEL] === undefined) return template;
  const rest = Object.fromEntries(Object.entries(labels).filter(([name]) => name !== HASH_LABEL));
  return { ...template, metadata: { ...template.metadata, labels: rest } };
}

/** By a replica set's template: the deployment's that it was compared with last, and how that came out. */
const compared = new WeakMap<object, { readonly other: Template; readonly equal: boolean }>();

function templatesEqual(a: Template | undefined, b: Template): boolean {
  if (a === undefined) return false;
  let last = compared.get(a);
  if (last?.other !== b) {
    last = { other: b, equal: jsonEqual(withoutHash(a), withoutHash(b)) };
    // Drafts may still change.
    if (Object.isFrozen(a) && Object.isFrozen(b)) compared.set(a, last);
  }
  return last.equal;
}

/** The replica set with the deployment's template, and all others. */
export function splitReplicaSets(rollout: Rollout): { current: ReplicaSet | undefined; old: ReplicaSet[] } {
  const { template } = rollout.deployment.spec;
  const { replicaSets } = rollout;
  const oldestFirst = replicaSets.length > 1 ? [...replicaSets].sort(byCreation) : replicaSets;
  const current = oldestFirst.find(({ spec }) => templatesEqual(spec.template, template));
  return { current, old: rollout.replicaSets.filter((one) => one.metadata.uid !== current?.metadata.uid) };
}

/** deploymentutil.NewRSNewReplicas: how many replicas the new replica set may have now. */
export function newReplicas(deployment: Deployment, all: readonly ReplicaSet[], current: number): number {
  const desired = deployment.spec.replicas ?? 1;
  if (!isRollingUpdate(deployment)) return desired;
  const most = desired + maxSurge(deployment);
  const pods = replicasOf(all);
  if (pods >= most) return current;
  return current + Math.min(most - pods, desired - current);
}

function withRevision(deployment: Deployment, revision: number): Record<string, string> | undefined {
  if (revisionOf(deployment) === revision && deployment.metadata.annotations?.[REVISION] !== undefined)
    return undefined;
  return { ...deployment.metadata.annotations, [REVISION]: String(revision) };
}

function updateExisting(rollout: Rollout, existing: ReplicaSet, newRevision: number): ReplicaSet {
  const { deployment, context } = rollout;
  const annotations = newReplicaSetAnnotations(deployment, existing.metadata.annotations, newRevision, true);
  const minReadySeconds = deployment.spec.minReadySeconds ?? 0;
  if (annotations || (existing.spec.minReadySeconds ?? 0) !== minReadySeconds) {
    const { minReadySeconds: _, ...spec } = existing.spec;
    return must(
      context.client.update(REPLICA_SETS, {
        ...existing,
        metadata: { ...existing.metadata, annotations: annotations ?? existing.metadata.annotations },
        spec: minReadySeconds > 0 ? { ...spec, minReadySeconds } : spec,
      }),
    );
  }
  const updated = withRevision(deployment, revisionOf(existing));
  let status: DeploymentStatus = deployment.status ?? {};
  const mark = hasProgressDeadline(deployment) && !conditionOf(status, 'Progressing');
  if (mark) {
    const message = `Found new replica set "${existing.metadata.name}"`;
    status = withCondition(status, newCondition(context.now(), 'Progressing', 'True', 'FoundNewReplicaSet', message));
  }
  if (updated || mark) rollout.writeStatus(status, updated);
  return existing;
}

function draftReplicaSet(rollout: Rollout, old: readonly ReplicaSet[], revision: number): Draft<ReplicaSet> {
  const { deployment } = rollout;
  const { template, selector, minReadySeconds } = deployment.spec;
  const hash = podTemplateHash(asJson(template), deployment.status?.collisionCount);
  const labels = { ...template.metadata?.labels, [HASH_LABEL]: hash };
  return {
    metadata: {
      name: `${deployment.metadata.name}-${hash}`,
      namespace: deployment.metadata.namespace,
      labels,
      annotations: newReplicaSetAnnotations(deployment, undefined, revision, false) ?? {},
      ownerReferences: [controllerReference(deployment)],
    },
    spec: {
      replicas: newReplicas(deployment, old, 0),
      ...(minReadySeconds ? { minReadySeconds } : {}),
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [HASH_LABEL]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  };
}

/** What to do with a replica set that could not be created: use the one that is there, or count the collision. */
function notCreated(rollout: Rollout, name: string, error: Status): ReplicaSet {
  const { deployment, context } = rollout;
  if (error.reason === 'AlreadyExists') {
    const there = context.client.get(REPLICA_SETS, deployment.metadata.namespace, name);
    if (there && isControlledBy(there, deployment) && templatesEqual(there.spec.template, deployment.spec.template))
      return there;
    const collisionCount = (deployment.status?.collisionCount ?? 0) + 1;
    rollout.writeStatus({ ...deployment.status, collisionCount });
  } else if (!isNamespaceTerminating(error)) {
    const message = `Failed to create new replica set "${name}": ${error.message}`;
    if (hasProgressDeadline(deployment)) {
      const condition = newCondition(context.now(), 'Progressing', 'False', 'ReplicaSetCreateError', message);
      rollout.writeStatus(withCondition(deployment.status ?? {}, condition));
    }
    rollout.event('Warning', 'ReplicaSetCreateError', message);
  }
  throw new RequestFailedError(error);
}

function createReplicaSet(rollout: Rollout, old: readonly ReplicaSet[], revision: number): ReplicaSet {
  const draft = draftReplicaSet(rollout, old, revision);
  const created = rollout.context.client.create(REPLICA_SETS, draft);
  const replicaSet = created.ok ? created.value : notCreated(rollout, draft.metadata.name ?? '', created.error);
  const { name } = replicaSet.metadata;
  if (created.ok && isActive(replicaSet))
    rollout.event(
      'Normal',
      'ScalingReplicaSet',
      `Scaled up replica set ${name} from 0 to ${replicaSet.spec.replicas ?? 1}`,
    );
  const annotations = withRevision(rollout.deployment, revision);
  let status: DeploymentStatus = rollout.deployment.status ?? {};
  const mark = created.ok && hasProgressDeadline(rollout.deployment);
  if (mark) {
    const message = `Created new replica set "${name}"`;
    status = withCondition(
      status,
      newCondition(rollout.context.now(), 'Progressing', 'True', 'NewReplicaSetCreated', message),
    );
  }
  if (annotations || mark) rollout.writeStatus(status, annotations);
  return replicaSet;
}

/** Finds or makes the new replica set and keeps revisions in step (getAllReplicaSetsAndSyncRevision). */
export function syncRevision(
  rollout: Rollout,
  createIfMissing: boolean,
): { current: ReplicaSet | undefined; old: ReplicaSet[] } {
  const { current, old } = splitReplicaSets(rollout);
  const revision = maxRevision(old) + 1;
  if (current) return { current: updateExisting(rollout, current, revision), old };
  return { current: createIfMissing ? createReplicaSet(rollout, old, revision) : undefined, old };
}
