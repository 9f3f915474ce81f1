import { PODS, REPLICA_SETS, defineController, watch, type Pod, type ReplicaSet } from '@seatrial/apiserver';
import { labelSelectorMatches, labelSelectorOf } from '@seatrial/schema';
import { keyOf, splitKey } from './object-key.js';
import { PODS_BY_CONTROLLER, REPLICA_SETS_BY_CONTROLLER, controllerKeys, controllerOf } from './owner-reference.js';
import { isPodActive } from './pod-state.js';
import { concernedKeys, isOfSettledOwner, replicationKeys } from './replication/pod-change.js';
import { syncReplication, type Replication } from './replication/replication.js';
import { retrying } from './request-failed.js';

const replication: Replication<ReplicaSet> = {
  resource: REPLICA_SETS,
  selector: ({ spec }) => {
    const selector = labelSelectorOf(spec.selector);
    return selector.ok ? selector.value : undefined;
  },
  related: ({ client }, replicaSet): readonly Pod[] => {
    const owner = controllerOf(replicaSet);
    const siblings = owner ? client.byIndex(REPLICA_SETS_BY_CONTROLLER, owner.uid) : [replicaSet];
    return siblings.flatMap((one) => client.byIndex(PODS_BY_CONTROLLER, one.metadata.uid).filter(isPodActive));
  },
  countsTerminating: true,
};

const NO_KEYS: readonly string[] = [];

/** pkg/controller/replicaset of Kubernetes 1.35. */
export const replicaSetController = defineController({
  name: 'replicaset-controller',
  component: 'replicaset-controller',
  sources: [
    replicationKeys(REPLICA_SETS),
    watch(
      PODS,
      (event, context) => {
        const { client } = context;
        if (isOfSettledOwner(REPLICA_SETS, event, client)) return NO_KEYS;
        const keys = controllerKeys(event, 'ReplicaSet');
        if (keys && controllerOf(event.object)) return concernedKeys(REPLICA_SETS, event, keys, context);
        if (event.type === 'DELETED') return keys ?? [];
        const { labels, namespace } = event.object.metadata;
        if (!labels) return keys ?? [];
        const matching = client
          .list(REPLICA_SETS, namespace)
          .filter(({ spec }) => labelSelectorMatches(spec.selector, labels));
        return [...(keys ?? []), ...matching.map(keyOf)];
      },
      { controllerKind: 'ReplicaSet' },
    ),
  ],
  reconcile: retrying((context, key) => {
    const [namespace, name] = splitKey(key);
    const replicaSet = context.client.get(REPLICA_SETS, namespace, name);
    if (replicaSet) syncReplication(context, replication, replicaSet);
  }),
});
