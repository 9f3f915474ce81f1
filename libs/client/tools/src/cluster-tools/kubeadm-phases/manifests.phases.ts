import { staticPodManifests, type ClusterProfile } from '@seatrial/cluster';
import type { Coroutine } from '@seatrial/kernel';
import { stringFlag } from '@seatrial/kubectl';
import { notSimulated, type Subcommand } from '../cluster-tool.js';
import { releaseOn } from '../kubeadm-upgrade/kubeadm-version.js';
import { MANIFESTS } from '../kubeadm-upgrade/upgrade-site.js';
import { initPhase, type PhaseEnd, type PhaseSite } from './phase-site.js';

const COMPONENTS = ['apiserver', 'controller-manager', 'scheduler'] as const;
const DEFAULT_SERVICES = '10.96.0.0/12';

/** The cluster as flags have it, kubeadm's defaults where they do not. */
function configured({ node, flags }: PhaseSite): ClusterProfile {
  return {
    ...node.profile,
    kubernetesVersion: flags.string('kubernetes-version').replace(/^v?(?=\d)/, 'v') || releaseOn(node),
    podCidr: flags.string('pod-network-cidr'),
    serviceCidr: flags.string('service-cidr') || DEFAULT_SERVICES,
    kubeconfig: { ...node.profile.kubeconfig, cluster: 'kubernetes' },
  };
}

/** Writes the manifests of some components; a static pod that is there is replaced. */
function* write(site: PhaseSite, names: readonly string[], said: (name: string) => string): Coroutine<PhaseEnd> {
  const { tool, node } = site;
  if (node.profile.nodes.filter(({ controlPlane }) => controlPlane).length > 1)
    return yield* notSimulated(tool, 'init phase: manifests of one of several control planes');
  const manifests = staticPodManifests(configured(site), node.node);
  for (const name of names) {
    yield* tool.out(said(name));
    tool.machine.files.writeFile(`${MANIFESTS}/${name}.yaml`, manifests[`${name}.yaml`], { mode: 0o600 });
  }
  return undefined;
}

const creating = (name: string): string => `[control-plane] Creating static Pod manifest for "${name}"\n`;

function* all(site: PhaseSite): Coroutine<PhaseEnd> {
  yield* site.tool.out(`[control-plane] Using manifest folder "${MANIFESTS}"\n`);
  return yield* write(
    site,
    COMPONENTS.map((name) => `kube-${name}`),
    creating,
  );
}

const local = (site: PhaseSite): Coroutine<PhaseEnd> =>
  write(site, ['etcd'], () => `[etcd] Creating static Pod manifest for local etcd in "${MANIFESTS}"\n`);

const flags = ['kubernetes-version', 'pod-network-cidr', 'service-cidr'].map((name) => stringFlag(name));

/** `kubeadm init phase control-plane …` and `etcd …` (cmd/phases/init/controlplane.go, etcd.go, v1.35.4). */
export const MANIFEST_PHASES: readonly Subcommand[] = [
  initPhase('control-plane all', all, flags),
  ...COMPONENTS.map((name) =>
    initPhase(`control-plane ${name}`, (site) => write(site, [`kube-${name}`], creating), flags),
  ),
  initPhase('etcd local', local, flags),
];
