import {
  CONFIG_MAPS,
  SECRETS,
  SERVICE_ACCOUNTS,
  defineController,
  watch,
  type ControllerContext,
  type Secret,
  type ServiceAccount,
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

/** Puts into a token's Secret what is missing there (generateTokenIfNeeded). */
function fill(context: ControllerContext, secret: Secret, { metadata: { name, uid } }: ServiceAccount): void {
  const { namespace, annotations } = secret.metadata;
  const ca = encodeBase64(context.client.get(CONFIG_MAPS, namespace, 'kube-root-ca.crt')?.data?.['ca.crt'] ?? '');
  const { data } = secret;
  if (data?.['ca.crt'] === ca && data['namespace'] && data['token']) return;
  must(
    context.client.update(SECRETS, {
      ...secret,
      metadata: { ...secret.metadata, annotations: { ...annotations, [NAME]: name, [UID]: uid } },
      data: {
        ...data,
        'ca.crt': ca,
        namespace: data?.['namespace'] || encodeBase64(namespace ?? ''),
        token: data?.['token'] || encodeBase64(legacyToken(context, secret, name, uid)),
      },
    }),
  );
}

/** A token that is gone is struck from the list of its account (removeSecretReference). */
function removeReference(
  { client }: ControllerContext,
  namespace: string | undefined,
  accountName: string,
  secretName: string,
): void {
  const account = client.get(SERVICE_ACCOUNTS, namespace, accountName);
  if (!account?.secrets?.some(({ name }) => name === secretName)) return;
  const { secrets, ...rest } = account;
  const left = secrets.filter(({ name }) => name !== secretName);
  must(client.update(SERVICE_ACCOUNTS, left.length > 0 ? { ...rest, secrets: left } : rest));
}

/** Fills token Secrets of service accounts, and removes those whose account is gone (pkg/controller/serviceaccount). */
export const tokenController = defineController({
  name: 'serviceaccount-token-controller',
  component: 'tokens-controller',
  sources: [
    watch(SECRETS, ({ type, object }) => {
      if (object.type !== TYPE) return [];
      if (type !== 'DELETED') return [keyOf(object)];
      const account = object.metadata.annotations?.[NAME];
      return account ? [`${keyOf(object)}/${account}`] : [];
    }),
    watch(
      SERVICE_ACCOUNTS,
      ({ object }, { client }) =>
        client
          .list(SECRETS, object.metadata.namespace)
          .filter((secret) => secret.type === TYPE && secret.metadata.annotations?.[NAME] === object.metadata.name)
          .map(keyOf),
      { types: ['DELETED'] },
    ),
  ],
  reconcile: retrying((context, key) => {
    const { client } = context;
    const [namespace, name] = splitKey(key);
    const [secretName, of] = name.split('/');
    if (of !== undefined) {
      removeReference(context, namespace, of, secretName);
      return;
    }
    const secret = client.get(SECRETS, namespace, name);
    if (secret?.type !== TYPE) return;
    const account = client.get(SERVICE_ACCOUNTS, namespace, secret.metadata.annotations?.[NAME] ?? '');
    const wantedUid = secret.metadata.annotations?.[UID];
    if (account && (wantedUid === undefined || wantedUid === account.metadata.uid)) fill(context, secret, account);
    else must(client.delete(SECRETS, namespace, name));
  }),
});
