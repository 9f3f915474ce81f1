import { SECRETS } from '@seatrial/apiserver';
import type { ClusterNode } from '@seatrial/cluster';
import { encodeBase64, sha256Hex, type Coroutine } from '@seatrial/kernel';
import type { Tool } from '../../tool/tool.js';
import { newToken, storeToken } from '../kubeadm-token.js';

const TTL_MS = 2 * 3_600_000;
const PKI = '/etc/kubernetes/pki';
/** What joining control planes get, by its key in the Secret. */
const SHARED = ['ca.crt', 'ca.key', 'etcd-ca.crt', 'etcd-ca.key', 'front-proxy-ca.crt', 'front-proxy-ca.key', 'sa.key', 'sa.pub']; // prettier-ignore

/** Stores the certificates for joining control planes, encrypted, for two hours (cmd/kubeadm/app/phases/copycerts, v1.35.4). */
export function* uploadCertificates(tool: Tool, node: ClusterNode, key: string): Coroutine<void> {
  yield* tool.out('[upload-certs] Storing the certificates in Secret "kubeadm-certs" in the "kube-system" Namespace\n');
  storeToken(node, newToken(node), {
    ttl: TTL_MS,
    usages: [],
    description: 'Proxy for managing TTL for the kubeadm-certs secret',
  });
  const { files } = tool.machine;
  const data = Object.fromEntries(
    SHARED.map((name) => {
      const read = files.readFile(`${PKI}/${name.replace('etcd-', 'etcd/')}`);
      return [name, encodeBase64(sha256Hex(`${key} ${read.ok ? read.value : ''}`))];
    }),
  );
  const client = node.apiServer.client('kubeadm');
  const metadata = { name: 'kubeadm-certs', namespace: 'kube-system' };
  const stored = client.get(SECRETS, 'kube-system', metadata.name);
  if (stored) client.update(SECRETS, { ...stored, data });
  else client.create(SECRETS, { metadata, data });
  yield* tool.out(`[upload-certs] Using certificate key:\n${key}\n`);
}
