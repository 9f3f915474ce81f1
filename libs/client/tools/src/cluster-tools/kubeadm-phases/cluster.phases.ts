import { NODES, SECRETS } from '@seatrial/apiserver';
import { encodeBase64, sha256Hex, type Coroutine } from '@seatrial/kernel';
import { boolFlag, stringFlag, stringSliceFlag } from '@seatrial/kubectl';
import type { Subcommand } from '../cluster-tool.js';
import { initChecks, runPreflight } from '../kubeadm-preflight.js';
import { newCertificateKey } from '../kubeadm-certificate-key.js';
import { BOOTSTRAP_RBAC } from '../kubeadm-texts.js';
import { createBootstrapToken, newToken, storeToken } from '../kubeadm-token.js';
import { initPhase, type PhaseEnd, type PhaseSite } from './phase-site.js';

const CERTIFICATES_TTL_MS = 2 * 3_600_000;
const PKI = '/etc/kubernetes/pki';
/** What joining control planes get, by its key in the Secret. */
const SHARED = ['ca.crt', 'ca.key', 'etcd-ca.crt', 'etcd-ca.key', 'front-proxy-ca.crt', 'front-proxy-ca.key', 'sa.key', 'sa.pub']; // prettier-ignore
const CONTROL_PLANE = 'node-role.kubernetes.io/control-plane';
const EXCLUDED = 'node.kubernetes.io/exclude-from-external-load-balancers';

/** Stores the certificates for joining control planes, encrypted, for two hours (cmd/kubeadm/app/phases/copycerts, v1.35.4). */
function* uploadCerts({ tool, node, flags }: PhaseSite): Coroutine<PhaseEnd> {
  if (!flags.bool('upload-certs')) {
    yield* tool.out('[upload-certs] Skipping phase. Please see --upload-certs\n');
    return undefined;
  }
  const key = flags.string('certificate-key') || newCertificateKey(tool);
  yield* tool.out('[upload-certs] Storing the certificates in Secret "kubeadm-certs" in the "kube-system" Namespace\n');
  storeToken(node, newToken(node), {
    ttl: CERTIFICATES_TTL_MS,
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
  return undefined;
}

/** Labels and taints the node as a control plane. */
function* markControlPlane({ tool, node, flags }: PhaseSite): Coroutine<PhaseEnd> {
  const name = flags.string('node-name') || node.node.name;
  const prefix = `[mark-control-plane] Marking the node ${name} as control-plane by adding the`;
  yield* tool.out(`${prefix} labels: [${CONTROL_PLANE} ${EXCLUDED}]\n${prefix} taints [${CONTROL_PLANE}:NoSchedule]\n`);
  const client = node.apiServer.client('kubeadm');
  const found = client.get(NODES, undefined, name);
  if (!found) return `failed to get node: nodes "${name}" not found`;
  const kept = (found.spec?.taints ?? []).filter(({ key, effect }) => key !== CONTROL_PLANE || effect !== 'NoSchedule');
  client.update(NODES, {
    ...found,
    metadata: { ...found.metadata, labels: { ...found.metadata.labels, [CONTROL_PLANE]: '', [EXCLUDED]: '' } },
    spec: { ...found.spec, taints: [...kept, { key: CONTROL_PLANE, effect: 'NoSchedule' }] },
  });
  return undefined;
}

/** One more token for joining nodes, with the rules that are there already. */
function* bootstrapToken({ tool, node }: PhaseSite): Coroutine<PhaseEnd> {
  const token = createBootstrapToken(node);
  const rules = BOOTSTRAP_RBAC.map((text) => `[bootstrap-token] ${text}\n`).join('');
  yield* tool.out(
    `[bootstrap-token] Using token: ${token}\n[bootstrap-token] Configuring bootstrap tokens, cluster-info ConfigMap, RBAC Roles\n${rules}[bootstrap-token] Creating the "cluster-info" ConfigMap in the "kube-public" namespace\n`,
  );
  return undefined;
}

function* preflight({ tool, flags }: PhaseSite): Coroutine<PhaseEnd> {
  yield* tool.out('[preflight] Running pre-flight checks\n');
  return yield* runPreflight(tool, initChecks(tool), flags.list('ignore-preflight-errors'));
}

/** The phases that act on the cluster (cmd/phases/init, v1.35.4). */
export const CLUSTER_PHASES: readonly Subcommand[] = [
  initPhase('bootstrap-token', bootstrapToken, [stringFlag('kubernetes-version')]),
  initPhase('mark-control-plane', markControlPlane, [stringFlag('node-name')]),
  initPhase('preflight', preflight, [stringSliceFlag('ignore-preflight-errors')]),
  initPhase('upload-certs', uploadCerts, [boolFlag('upload-certs'), stringFlag('certificate-key')]),
];
