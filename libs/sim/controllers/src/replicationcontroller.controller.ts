import {
  PODS,
  REPLICATION_CONTROLLERS,
  defineController,
  watch,
  type ReplicationController,
} from '@seatrial/apiserver';
import { matchLabelsSelector } from '@seatrial/schema';
import { keyOf, splitKey } from './object-key.js';
import { PODS_BY_CONTROLLER, controllerKeys, controllerOf } from './owner-reference.js';
import { isPodActive } from './pod-state.js';
import { concernedKeys, replicationKeys } from './replication/pod-change.js';
import { syncReplication, type Replication } from './replication/replication.js';
import { retrying } from './request-failed.js';

const replication: Replication<ReplicationController> = {
  resource: REPLICATION_CONTROLLERS,
  selector: ({ spec }) => matchLabelsSelector(spec.selector),
  related: ({ client }, owner) => client.byIndex(PODS_BY_CONTROLLER, owner.metadata.uid).filter(isPodActive),
  countsTerminating: false,
};

/** pkg/controller/replication of Kubernetes 1.35: a ReplicaSet controller in another dress. */
export const replicationControllerController = defineController({
  name: 'replicationcontroller-controller',
  component: 'replication-controller',
  sources: [
    replicationKeys(REPLICATION_CONTROLLERS),
    watch(
      PODS,
      (event, context) => {
        const { client } = context;
        const keys = controllerKeys(event, 'ReplicationController');
        if (keys && controllerOf(event.object)) return concernedKeys(REPLICATION_CONTROLLERS, event, keys, context);
        const { labels, namespace } = event.object.metadata;
        if (event.type === 'DELETED' || !labels) return keys ?? [];
        const matching = client
          .list(REPLICATION_CONTROLLERS, namespace)
          .filter(({ spec }) => matchLabelsSelector(spec.selector).matches(labels));
        return [...(keys ?? []), ...matching.map(keyOf)];
      },
      { controllerKind: 'ReplicationController' },
    ),
  ],
  reconcile: retrying((context, key) => {
    const [namespace, name] = splitKey(key);
    const owner = context.client.get(REPLICATION_CONTROLLERS, namespace, name);
    if (owner) syncReplication(context, replication, owner);
  }),
});
