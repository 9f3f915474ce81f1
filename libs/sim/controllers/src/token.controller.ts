import {
  CONFIG_MAPS,
  SECRETS,
  SERVICE_ACCOUNTS,
  defineController,
  watch,
  type ControllerContext,
  type Secret,
} from '@seatrial/apiserver';
import { encodeBase64 } from '@seatrial/kernel';
import { keyOf, splitKey } from './object-key.js';
import { must, retrying } from './request-failed.js';

const TYPE = 'kubernetes.io/service-account-token';
const NAME = 'kubernetes.io/service-account.name';
const UID = 'kubernetes.io/service-account.uid';

const base64Url = (text: string): string =>
  encodeBase64(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');

/** A token in the form of a legacy service account JWT; its signature is random. */
function legacyToken({ random }: ControllerContext, secret: Secret, account: string, uid: string): string {
  const namespace = secret.metadata.namespace ?? '';
  const header = { alg: 'RS256', kid: random.hex(43) };
  const payload = {
    iss: 'kubernetes/serviceaccount',
    'kubernetes.io/serviceaccount/namespace': namespace,
    'kubernetes.io/serviceaccount/secret.name': secret.metadata.name,
    'kubernetes.io/serviceaccount/service-account.name': account,
    'kubernetes.io/serviceaccount/service-account.uid': uid,
    sub: `system:serviceaccount:${namespace}:${account}`,
  };
  return [JSON.stringify(header), JSON.stringify(payload), random.hex(256)].map(base64Url).join('.');
}

/** Fills token Secrets of service accounts, and removes those whose account is gone (pkg/controller/serviceaccount). */
export const tokenController = defineController({
  name: 'serviceaccount-token-controller',
  component: 'tokens-controller',
  sources: [
    watch(SECRETS, ({ type, object }) => (type !== 'DELETED' && object.type === TYPE ? [keyOf(object)] : [])),
    watch(SERVICE_ACCOUNTS, ({ type, object }, { client }) =>
      type === 'MODIFIED'
        ? []
        : client
            .list(SECRETS, object.metadata.namespace)
            .filter((secret) => secret.type === TYPE && secret.metadata.annotations?.[NAME] === object.metadata.name)
            .map(keyOf),
    ),
  ],
  reconcile: retrying((context, key) => {
    const { client } = context;
    const [namespace, name] = splitKey(key);
    const secret = client.get(SECRETS, namespace, name);
    if (secret?.type !== TYPE) return;
    const accountName = secret.metadata.annotations?.[NAME] ?? '';
    const account = client.get(SERVICE_ACCOUNTS, namespace, accountName);
    const wantedUid = secret.metadata.annotations?.[UID];
    if (!account || (wantedUid !== undefined && wantedUid !== account.metadata.uid)) {
      must(client.delete(SECRETS, namespace, name));
      return;
    }
    if (secret.data?.token !== undefined && secret.data['ca.crt'] !== undefined && wantedUid !== undefined) return;
    const ca = client.get(CONFIG_MAPS, namespace, 'kube-root-ca.crt')?.data?.['ca.crt'] ?? '';
    must(
      client.update(SECRETS, {
        ...secret,
        metadata: {
          ...secret.metadata,
          annotations: { ...secret.metadata.annotations, [UID]: account.metadata.uid },
        },
        data: {
          ...secret.data,
          'ca.crt': encodeBase64(ca),
          namespace: encodeBase64(namespace ?? ''),
          token: encodeBase64(legacyToken(context, secret, accountName, account.metadata.uid)),
        },
      }),
    );
  }),
});
