import {
  PODS,
  STATEFUL_SETS,
  defineController,
  watch,
  type ControllerContext,
  type Pod,
  type StatefulSet,
} from '@seatrial/apiserver';
import { jsonEqual } from '@seatrial/kernel';
import { labelSelectorMatches, labelSelectorOf } from '@seatrial/schema';
import { truncateRevisions } from './controller-revision.js';
import { keyOf, ownKeys, splitKey } from './object-key.js';
import { PODS_BY_CONTROLLER, claimObjects, controllerKeys } from './owner-reference.js';
import { nextAvailability } from './pod-state.js';
import { RequestFailedError, must, retrying } from './request-failed.js';
import { revisionName } from './statefulset/identity.js';
import { ordinalOf } from './statefulset/ordinals.js';
import { ReplicaUpdate, type Counts } from './statefulset/replicas.js';
import { syncRevisions, type SetRevisions } from './statefulset/revisions.js';

function statusOf(set: StatefulSet, counts: Counts, revisions: SetRevisions): StatefulSet['status'] {
  let current = revisions.current.metadata.name;
  let currentReplicas = counts.current;
  const done =
    set.spec.updateStrategy?.type === 'RollingUpdate' &&
    counts.updated === (set.spec.replicas ?? 1) &&
    counts.ready === (set.spec.replicas ?? 1) &&
    counts.replicas === (set.spec.replicas ?? 1);
  if (done) {
    current = revisions.update.metadata.name;
    currentReplicas = counts.updated;
  }
  return {
    observedGeneration: set.metadata.generation ?? 0,
    replicas: counts.replicas,
    ...(counts.ready > 0 ? { readyReplicas: counts.ready } : {}),
    ...(currentReplicas > 0 ? { currentReplicas } : {}),
    ...(counts.updated > 0 ? { updatedReplicas: counts.updated } : {}),
    currentRevision: current,
    updateRevision: revisions.update.metadata.name,
    collisionCount: revisions.collisionCount,
    availableReplicas: counts.available,
    ...(set.status?.conditions === undefined ? {} : { conditions: set.status.conditions }),
  };
}

function writeStatus(context: ControllerContext, set: StatefulSet, status: StatefulSet['status']): void {
  if (jsonEqual(set.status, status)) return;
  const fresh = context.client.get(STATEFUL_SETS, set.metadata.namespace, set.metadata.name);
  if (fresh?.metadata.uid === set.metadata.uid) must(context.client.updateStatus(STATEFUL_SETS, { ...fresh, status }));
}

function truncateHistory(
  context: ControllerContext,
  set: StatefulSet,
  revisions: SetRevisions,
  pods: readonly Pod[],
): void {
  const live = new Set(pods.map(revisionName));
  live.add(revisions.current.metadata.name).add(revisions.update.metadata.name);
  const { all } = revisions;
  truncateRevisions(context, all, set.spec.revisionHistoryLimit ?? 10, ({ metadata }) => live.has(metadata.name));
}

function sync(context: ControllerContext, key: string): void {
  const [namespace, name] = splitKey(key);
  const set = context.client.get(STATEFUL_SETS, namespace, name);
  if (!set) return;
  const selector = labelSelectorOf(set.spec.selector);
  if (!selector.ok) return;
  const pods = claimObjects(context, set, PODS_BY_CONTROLLER, selector.value, (pod) => ordinalOf(set, pod) >= 0);
  const revisions = syncRevisions(context, set, selector.value);
  const update = new ReplicaUpdate(context, set, revisions, pods);
  let failed: RequestFailedError | undefined;
  try {
    update.run();
  } catch (error) {
    if (!(error instanceof RequestFailedError)) throw error;
    failed = error;
  }
  writeStatus(context, set, statusOf(set, update.counts, revisions));
  truncateHistory(context, set, revisions, pods);
  if (failed) throw failed;
  const next = nextAvailability(pods, set.spec.minReadySeconds ?? 0, context.now());
  if (next !== undefined) context.requeueAfter(key, next);
}

/** pkg/controller/statefulset of Kubernetes 1.35. */
export const statefulSetController = defineController({
  name: 'statefulset-controller',
  component: 'statefulset-controller',
  sources: [
    ownKeys(STATEFUL_SETS),
    watch(
      PODS,
      (event, { client }) => {
        const keys = controllerKeys(event, 'StatefulSet');
        if (keys) return keys;
        const { labels, namespace } = event.object.metadata;
        if (event.type === 'DELETED' || !labels) return [];
        return client
          .list(STATEFUL_SETS, namespace)
          .filter(({ spec }) => labelSelectorMatches(spec.selector, labels))
          .map(keyOf);
      },
      { controllerKind: 'StatefulSet' },
    ),
  ],
  reconcile: retrying(sync),
});
