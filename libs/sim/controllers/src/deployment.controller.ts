import { DEPLOYMENTS, PODS, REPLICA_SETS, defineController, watch, type Deployment } from '@seatrial/apiserver';
import { labelSelectorMatches, labelSelectorOf } from '@seatrial/schema';
import { conditionOf, hasProgressDeadline, newCondition, TIMED_OUT, withCondition } from './deployment/condition.js';
import { syncStatus } from './deployment/deployment-status.js';
import { splitReplicaSets } from './deployment/new-replica-set.js';
import { Rollout, withNew } from './deployment/rollout.js';
import { isScalingEvent, syncSize } from './deployment/scaling.js';
import { recreate, rollOut } from './deployment/strategy.js';
import { keyOf, ownKeys, splitKey } from './object-key.js';
import { REPLICA_SETS_BY_CONTROLLER, claimObjects, controllerKeys, controllerOf } from './owner-reference.js';
import { retrying } from './request-failed.js';

/**
 * Who scales a replica set of a deployment by hand sees pods come or go first: its controller acts at once, the
 * deployment's has to ask for it to be scaled back.
 */
const REPLICA_SET_LEAD_MS = 1;

const NO_KEYS: readonly string[] = [];

/** Pausing and resuming stop the progress clock (checkPausedConditions). */
function syncPaused(rollout: Rollout): void {
  const { deployment, context } = rollout;
  if (!hasProgressDeadline(deployment)) return;
  const condition = conditionOf(deployment.status, 'Progressing');
  if (condition?.reason === TIMED_OUT) return;
  const marked = condition?.reason === 'DeploymentPaused';
  const paused = deployment.spec.paused === true;
  if (paused === marked) return;
  const next = paused
    ? newCondition(context.now(), 'Progressing', 'Unknown', 'DeploymentPaused', 'Deployment is paused')
    : newCondition(context.now(), 'Progressing', 'Unknown', 'DeploymentResumed', 'Deployment is resumed');
  rollout.writeStatus(withCondition(deployment.status ?? {}, next));
}

function selectsEverything({ spec }: Deployment): boolean {
  const selector = labelSelectorOf(spec.selector);
  return selector.ok && selector.value.empty;
}

/** pkg/controller/deployment of Kubernetes 1.35. */
export const deploymentController = defineController({
  name: 'deployment-controller',
  component: 'deployment-controller',
  sources: [
    ownKeys(DEPLOYMENTS),
    watch(REPLICA_SETS, (event, context) => {
      const { client } = context;
      const keys = controllerKeys(event, 'Deployment');
      if (keys && event.previous && event.previous.metadata.generation !== event.object.metadata.generation) {
        for (const key of keys) context.requeueAfter(key, REPLICA_SET_LEAD_MS);
        return NO_KEYS;
      }
      if (keys) return keys;
      return client
        .list(DEPLOYMENTS, event.object.metadata.namespace)
        .filter(({ spec }) => labelSelectorMatches(spec.selector, event.object.metadata.labels))
        .map(keyOf);
    }),
    watch(
      PODS,
      (event, { client }) => {
        const reference = controllerOf(event.object);
        if (reference?.kind !== 'ReplicaSet') return [];
        const replicaSet = client.get(REPLICA_SETS, event.object.metadata.namespace, reference.name);
        const owner = replicaSet && controllerOf(replicaSet);
        if (owner?.kind !== 'Deployment') return [];
        const key = `${event.object.metadata.namespace ?? ''}/${owner.name}`;
        const deployment = client.get(DEPLOYMENTS, event.object.metadata.namespace, owner.name);
        return deployment?.spec.strategy?.type === 'Recreate' ? [key] : [];
      },
      { types: ['DELETED'] },
    ),
  ],
  retries: { firstMs: 5, maxMs: 1_000_000, tries: 15 },
  reconcile: retrying((context, key) => {
    const [namespace, name] = splitKey(key);
    const deployment = context.client.get(DEPLOYMENTS, namespace, name);
    if (!deployment) return;
    const selector = labelSelectorOf(deployment.spec.selector);
    if (!selector.ok || selectsEverything(deployment)) return;
    const replicaSets = claimObjects(context, deployment, REPLICA_SETS_BY_CONTROLLER, selector.value);
    const rollout = new Rollout(context, deployment, replicaSets);
    if (deployment.metadata.deletionTimestamp !== undefined) {
      const { current, old } = splitReplicaSets(rollout);
      syncStatus(rollout, withNew(old, current), current);
      return;
    }
    syncPaused(rollout);
    if (deployment.spec.paused === true || isScalingEvent(rollout)) syncSize(rollout);
    else if (deployment.spec.strategy?.type === 'Recreate') recreate(rollout);
    else rollOut(rollout);
  }),
});
