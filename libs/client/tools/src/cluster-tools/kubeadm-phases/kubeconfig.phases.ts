import { componentKubeconfig, kubeletKubeconfig } from '@seatrial/cluster';
import type { Coroutine } from '@seatrial/kernel';
import { stringFlag } from '@seatrial/kubectl';
import { embeddedEntries, kubeconfigOf } from '../admin-credentials.js';
import type { Subcommand } from '../cluster-tool.js';
import { initPhase, type PhaseEnd, type PhaseSite } from './phase-site.js';

const FOLDER = '/etc/kubernetes';
const NAMES = ['admin', 'super-admin', 'kubelet', 'controller-manager', 'scheduler'] as const;

function textOf({ node: { profile, node } }: PhaseSite, name: (typeof NAMES)[number]): string {
  if (name === 'kubelet') return kubeletKubeconfig(profile, node);
  if (name === 'controller-manager' || name === 'scheduler') return componentKubeconfig(profile, node, name);
  const user = `kubernetes-${name}`;
  const group = name === 'admin' ? 'kubeadm:cluster-admins' : 'system:masters';
  const entries = embeddedEntries(profile, `O=${group}, CN=${user}`);
  const { cluster } = profile.kubeconfig;
  return kubeconfigOf({
    ...entries,
    names: { cluster, user, context: `${user}@${cluster}` },
    context: { cluster, user },
  });
}

/** Writes a kubeconfig that is not there (cmd/kubeadm/app/phases/kubeconfig, v1.35.4). */
function* kubeconfig(site: PhaseSite, name: (typeof NAMES)[number]): Coroutine<PhaseEnd> {
  const { tool } = site;
  const path = `${FOLDER}/${name}.conf`;
  if (tool.machine.files.exists(path)) {
    yield* tool.out(`[kubeconfig] Using existing kubeconfig file: "${path}"\n`);
    return undefined;
  }
  yield* tool.out(`[kubeconfig] Writing "${name}.conf" kubeconfig file\n`);
  tool.machine.files.writeFile(path, textOf(site, name), { mode: 0o600 });
  return undefined;
}

function* all(site: PhaseSite): Coroutine<PhaseEnd> {
  yield* site.tool.out(`[kubeconfig] Using kubeconfig folder "${FOLDER}"\n`);
  for (const name of NAMES) yield* kubeconfig(site, name);
  return undefined;
}

const flags = [stringFlag('kubernetes-version')];

/** `kubeadm init phase kubeconfig …`. */
export const KUBECONFIG_PHASES: readonly Subcommand[] = [
  initPhase('kubeconfig all', all, flags),
  ...NAMES.map((name) => initPhase(`kubeconfig ${name}`, (site) => kubeconfig(site, name), flags)),
];
