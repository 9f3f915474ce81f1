import { SECRETS, formatPem, type KubeObject, type ResourceType } from '@seatrial/apiserver';
import { encodeBase64, type Coroutine, type Process, type Program } from '@seatrial/kernel';
import { reachApi } from '../reach-api.js';

interface WebhookConfiguration extends KubeObject {
  readonly webhooks?: readonly { readonly clientConfig: Readonly<Record<string, unknown>> }[];
}

const VALIDATING: ResourceType<WebhookConfiguration> = {
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  resource: 'validatingwebhookconfigurations',
  kind: 'ValidatingWebhookConfiguration',
  namespaced: false,
};

const AUTHORITY = formatPem('CERTIFICATE', { subject: 'O=nil1', issuer: 'O=nil1' });

/** kube-webhook-certgen: `create` makes the webhook's Secret, `patch` puts its authority into the webhook. */
export const certgenProgram: Program = function* (process: Process): Coroutine<number> {
  const flag = (name: string): string =>
    process.argv.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3) ?? '';
  for (const signal of ['TERM', 'INT'] as const) process.setSignalHandler(signal, 'catch');
  const apiServer = yield* reachApi(process);
  if (!apiServer) return 1;
  const client = apiServer.client('kube-webhook-certgen');
  if (process.argv.includes('create')) {
    const certificate = formatPem('CERTIFICATE', { subject: 'O=nil2', issuer: 'O=nil1', names: flag('host') });
    const texts = { ca: AUTHORITY, cert: certificate, key: formatPem('PRIVATE KEY', { subject: 'O=nil2' }) };
    const data = Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, encodeBase64(text)]));
    client.create(SECRETS, {
      metadata: { name: flag('secret-name'), namespace: flag('namespace') },
      type: 'Opaque',
      data,
    });
    return 0;
  }
  const webhook = client.get(VALIDATING, undefined, flag('webhook-name'));
  if (!webhook) return 1;
  const caBundle = encodeBase64(AUTHORITY);
  const webhooks = webhook.webhooks?.map((each) => ({ ...each, clientConfig: { ...each.clientConfig, caBundle } }));
  const updated = client.update(VALIDATING, { ...webhook, webhooks });
  return updated.ok ? 0 : 1;
};
