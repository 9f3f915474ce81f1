import { NAMESPACES, SERVICE_ACCOUNTS, defineController, watch } from '@seatrial/apiserver';
import { ownKeys } from './object-key.js';
import { isNamespaceTerminating, must, retrying } from './request-failed.js';

/** Keeps a service account `default` in every namespace (pkg/controller/serviceaccount). */
export const serviceAccountController = defineController({
  name: 'serviceaccount-controller',
  component: 'service-account-controller',
  sources: [
    ownKeys(NAMESPACES),
    watch(SERVICE_ACCOUNTS, ({ type, object }) =>
      type === 'DELETED' && object.metadata.name === 'default' ? [object.metadata.namespace ?? ''] : [],
    ),
  ],
  reconcile: retrying(({ client }, key) => {
    const namespace = client.get(NAMESPACES, undefined, key);
    if (!namespace || namespace.status?.phase !== 'Active') return;
    if (client.get(SERVICE_ACCOUNTS, key, 'default')) return;
    const created = client.create(SERVICE_ACCOUNTS, { metadata: { name: 'default', namespace: key } });
    if (!created.ok && created.error.reason !== 'AlreadyExists' && !isNamespaceTerminating(created.error))
      must(created);
  }),
});
