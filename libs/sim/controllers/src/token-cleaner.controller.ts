import { BOOTSTRAP_TOKEN_TYPE, SECRETS, bootstrapExpiration, defineController, watch } from '@seatrial/apiserver';
import { keyOf, splitKey } from './object-key.js';
import { retrying } from './request-failed.js';

const NAMESPACE = 'kube-system';

/** Deletes bootstrap tokens that have expired (pkg/controller/bootstrap tokencleaner). */
export const tokenCleanerController = defineController({
  name: 'token-cleaner-controller',
  component: 'token-cleaner',
  sources: [
    watch(SECRETS, ({ type, object }) =>
      type !== 'DELETED' && object.type === BOOTSTRAP_TOKEN_TYPE && object.metadata.namespace === NAMESPACE
        ? [keyOf(object)]
        : [],
    ),
  ],
  reconcile: retrying((context, key) => {
    const [namespace, name] = splitKey(key);
    const secret = context.client.get(SECRETS, namespace, name);
    if (!secret) return;
    const left = bootstrapExpiration(secret) - context.now();
    if (left <= 0) context.client.delete(SECRETS, namespace, name);
    else if (Number.isFinite(left)) context.requeueAfter(key, left);
  }),
});
