import { NODES } from '@seatrial/apiserver';
import type { Coroutine } from '@seatrial/kernel';
import { boolFlag, stringFlag, stringSliceFlag } from '@seatrial/kubectl';
import type { Subcommand } from '../cluster-tool.js';
import { initChecks, runPreflight } from '../kubeadm-preflight.js';
import { newCertificateKey } from '../kubeadm-certificate-key.js';
import { BOOTSTRAP_RBAC } from '../kubeadm-texts.js';
import { createBootstrapToken } from '../kubeadm-token.js';
import { uploadCertificates } from './upload-certificates.js';
import { initPhase, type PhaseEnd, type PhaseSite } from './phase-site.js';

const CONTROL_PLANE = 'node-role.kubernetes.io/control-plane';
const EXCLUDED = 'node.kubernetes.io/exclude-from-external-load-balancers';

function* uploadCerts({ tool, node, flags }: PhaseSite): Coroutine<PhaseEnd> {
  if (flags.bool('upload-certs'))
    yield* uploadCertificates(tool, node, flags.string('certificate-key') || newCertificateKey(tool));
  else yield* tool.out('[upload-certs] Skipping phase. Please see --upload-certs\n');
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
