import { CONFIG_MAPS, NAMESPACES, defineController, watch, type ControllerContext } from '@seatrial/apiserver';
import { encodeBase64, jsonEqual } from '@seatrial/kernel';
import { ownKeys } from './object-key.js';
import { isNamespaceTerminating, must, retrying } from './request-failed.js';

const NAME = 'kube-root-ca.crt';
const ANNOTATIONS = {
  'kubernetes.io/description':
    'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.',
};

/** The cluster's CA: where the API server says it, else that of a namespace that has it, else a new one. */
function certificate({ client, random }: ControllerContext): string {
  const known =
    client.get(CONFIG_MAPS, 'kube-system', 'extension-apiserver-authentication')?.data?.['client-ca-file'] ??
    client.get(CONFIG_MAPS, 'kube-system', NAME)?.data?.['ca.crt'] ??
    client.get(CONFIG_MAPS, 'default', NAME)?.data?.['ca.crt'];
  if (known !== undefined) return known;
  const body = encodeBase64(random.characters(780));
  const lines = body.match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

/** Keeps the cluster's CA certificate in a ConfigMap of every namespace (pkg/controller/certificates/rootcacertpublisher). */
export const rootCaCertificatePublisherController = defineController({
  name: 'root-ca-certificate-publisher-controller',
  component: 'root-ca-cert-publisher',
  sources: [
    ownKeys(NAMESPACES),
    watch(CONFIG_MAPS, ({ object }) => (object.metadata.name === NAME ? [object.metadata.namespace ?? ''] : [])),
  ],
  reconcile: retrying((context, key) => {
    const { client } = context;
    if (client.get(NAMESPACES, undefined, key)?.status?.phase !== 'Active') return;
    const existing = client.get(CONFIG_MAPS, key, NAME);
    const data = { 'ca.crt': certificate(context) };
    if (!existing) {
      const created = client.create(CONFIG_MAPS, {
        metadata: { name: NAME, namespace: key, annotations: ANNOTATIONS },
        data,
      });
      if (!created.ok && created.error.reason !== 'AlreadyExists' && !isNamespaceTerminating(created.error))
        must(created);
      return;
    }
    const described = Object.keys(ANNOTATIONS).every((each) => !!existing.metadata.annotations?.[each]);
    if (described && jsonEqual(existing.data ?? {}, data)) return;
    must(
      client.update(CONFIG_MAPS, {
        ...existing,
        metadata: { ...existing.metadata, annotations: { ...existing.metadata.annotations, ...ANNOTATIONS } },
        data,
      }),
    );
  }),
});
