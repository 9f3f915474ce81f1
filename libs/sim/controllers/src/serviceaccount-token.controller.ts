import {
  SECRETS,
  SERVICE_ACCOUNTS,
  CONFIG_MAPS,
  defineController,
  watch,
  type ControllerContext,
  type Secret,
} from '@seatrial/apiserver';
import { encodeBase64, type JsonObject } from '@seatrial/kernel';
import { keyOf, splitKey } from './object-key.js';
import { must, retrying } from './request-failed.js';

const TYPE = 'kubernetes.io/service-account-token';
const NAME = 'kubernetes.io/service-account.name';
const UID = 'kubernetes.io/service-account.uid';

const isTokenSecret = (secret: Secret): boolean => secret.type === TYPE;

function fill({ client }: ControllerContext, secret: Secret): void {
  const { namespace = '', annotations } = secret.metadata;
  const account = client.get(SERVICE_ACCOUNTS, namespace, annotations?.[NAME] ?? '');
  const uid = annotations?.[UID];
  if (!account || (uid !== undefined && uid !== account.metadata.uid)) {
    const deleted = client.delete(SECRETS, namespace, secret.metadata.name);
    if (!deleted.ok && deleted.error.reason !== 'NotFound') must(deleted);
    return;
  }
  if (secret.data?.token !== undefined && uid !== undefined) return;
  const body: JsonObject = { spec: { boundObjectRef: { kind: 'Secret', name: secret.metadata.name } } };
  const issued = must(client.createSubresource(SERVICE_ACCOUNTS, namespace, account.metadata.name, 'token', body));
  const { token } = (issued as { readonly status: { readonly token: string } }).status;
  const authority = client.get(CONFIG_MAPS, namespace, 'kube-root-ca.crt')?.data?.['ca.crt'] ?? '';
  must(
    client.update(SECRETS, {
      ...secret,
      metadata: { ...secret.metadata, annotations: { ...annotations, [UID]: account.metadata.uid } },
      data: {
        ...secret.data,
        'ca.crt': encodeBase64(authority),
        namespace: encodeBase64(namespace),
        token: encodeBase64(token),
      },
    }),
  );
}

/** Fills the Secrets that hold a service account's token, and removes those whose account is gone (pkg/controller/serviceaccount tokens_controller). */
export const serviceAccountTokenController = defineController({
  name: 'serviceaccount-token-controller',
  component: 'tokens-controller',
  sources: [
    watch(SECRETS, ({ type, object }) => (type !== 'DELETED' && isTokenSecret(object) ? [keyOf(object)] : [])),
    watch(SERVICE_ACCOUNTS, ({ type, object }, { client }) =>
      type === 'MODIFIED'
        ? []
        : client
            .list(SECRETS, object.metadata.namespace)
            .filter((secret) => isTokenSecret(secret) && secret.metadata.annotations?.[NAME] === object.metadata.name)
            .map(keyOf),
    ),
  ],
  reconcile: retrying((context, key) => {
    const [namespace, name] = splitKey(key);
    const secret = context.client.get(SECRETS, namespace, name);
    if (secret && isTokenSecret(secret)) fill(context, secret);
  }),
});
