import {
  BOOTSTRAP_TOKEN_TYPE,
  CONFIG_MAPS,
  SECRETS,
  bootstrapData,
  bootstrapExpiration,
  defineController,
  watch,
  type ControllerContext,
} from '@seatrial/apiserver';
import { encodeBase64, encodeBase64Bytes, hmacSha256, jsonEqual } from '@seatrial/kernel';
import { must, retrying } from './request-failed.js';

const NAMESPACE = 'kube-public';
const NAME = 'cluster-info';
const SECRET_NAMESPACE = 'kube-system';
const PREFIX = 'jws-kubeconfig-';

const urlSafe = (encoded: string): string => encoded.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

/** A JSON web signature without what it signs (cluster-bootstrap token/jws). */
function detachedSignature(content: string, id: string, secret: string): string {
  const header = urlSafe(encodeBase64(JSON.stringify({ alg: 'HS256', kid: id })));
  const signature = hmacSha256(secret, `${header}.${urlSafe(encodeBase64(content))}`);
  return `${header}..${urlSafe(encodeBase64Bytes(signature))}`;
}

/** The signatures of all tokens that may sign (validateSecretForSigning). */
function signatures(context: ControllerContext, content: string): Record<string, string> {
  const signed: Record<string, string> = {};
  const now = context.now();
  for (const secret of context.client.list(SECRETS, SECRET_NAMESPACE)) {
    if (secret.type !== BOOTSTRAP_TOKEN_TYPE) continue;
    const [id, value] = [bootstrapData(secret, 'token-id'), bootstrapData(secret, 'token-secret')];
    if (secret.metadata.name !== `bootstrap-token-${id}` || value === '') continue;
    if (bootstrapExpiration(secret) <= now || bootstrapData(secret, 'usage-bootstrap-signing') !== 'true') continue;
    signed[`${PREFIX}${id}`] = detachedSignature(content, id, value);
  }
  return signed;
}

/** Signs kube-public/cluster-info with every bootstrap token (pkg/controller/bootstrap bootstrapsigner). */
export const bootstrapSignerController = defineController({
  name: 'bootstrap-signer-controller',
  component: 'bootstrap-signer',
  sources: [
    watch(CONFIG_MAPS, ({ object: { metadata } }) =>
      metadata.name === NAME && metadata.namespace === NAMESPACE ? [NAME] : [],
    ),
    watch(SECRETS, ({ object }) => (object.type === BOOTSTRAP_TOKEN_TYPE ? [NAME] : [])),
  ],
  reconcile: retrying((context) => {
    const info = context.client.get(CONFIG_MAPS, NAMESPACE, NAME);
    const content = info?.data?.['kubeconfig'];
    if (!info || content === undefined) return;
    const others = Object.entries(info.data ?? {}).filter(([key]) => !key.startsWith(PREFIX));
    const data = { ...Object.fromEntries(others), ...signatures(context, content) };
    if (!jsonEqual(info.data ?? {}, data)) must(context.client.update(CONFIG_MAPS, { ...info, data }));
  }),
});
