import { kubeletConfig } from '@seatrial/cluster';
import { sleep, type Coroutine } from '@seatrial/kernel';
import { boolFlag, stringFlag } from '@seatrial/kubectl';
import { notSimulated, type Subcommand } from '../cluster-tool.js';
import { objectAt, textAt } from '../kubeadm-configuration/default-configuration.js';
import { KUBELET_FILES, KUBELET_FLAGS, KUBELET_START, controlPlaneChecks, showJoinCommand } from '../kubeadm-init/init-texts.js'; // prettier-ignore
import { controlPlaneEndpoint } from '../kubeadm-token.js';
import { configuredPhase, type ConfiguredSite } from './configured-phase.js';
import type { PhaseEnd } from './phase-site.js';

const CHECK_MS = 500;

/** Writes the kubelet's settings as kubeadm has them, and (re)starts it. */
function* start({ tool, node, flags }: ConfiguredSite): Coroutine<PhaseEnd> {
  if (flags.bool('dry-run') || flags.string('patches') !== '')
    return yield* notSimulated(tool, 'init phase kubelet-start of another kind');
  yield* tool.out(`${KUBELET_FLAGS}${KUBELET_FILES}${KUBELET_START}`);
  tool.machine.files.writeFile('/var/lib/kubelet/config.yaml', kubeletConfig(node.profile));
  const unit = node.services.get('kubelet');
  if (unit) node.services.change(unit, 'restart');
  return undefined;
}

function* finalize({ tool }: ConfiguredSite): Coroutine<PhaseEnd> {
  yield* tool.out(
    '[kubelet-finalize] Updating "/etc/kubernetes/kubelet.conf" to point to a rotatable kubelet client certificate and key\n',
  );
  return undefined;
}

function* awaitControlPlane({ tool, node, configuration: { init } }: ConfiguredSite): Coroutine<PhaseEnd> {
  if (!node.apiServer.available) return yield* notSimulated(tool, 'init phase wait-control-plane where it is down');
  yield* tool.out(
    '[wait-control-plane] Waiting for the kubelet to boot up the control plane as static Pods from directory "/etc/kubernetes/manifests"\n',
  );
  yield* sleep(CHECK_MS);
  yield* tool.out(controlPlaneChecks(textAt(objectAt(init, 'localAPIEndpoint'), 'advertiseAddress')));
  return undefined;
}

/** The join command of a token that the configuration comes to, which is stored nowhere. */
function* showJoin({ tool, node, configuration: { init, cluster } }: ConfiguredSite): Coroutine<PhaseEnd> {
  const endpoint = textAt(cluster, 'controlPlaneEndpoint');
  const tokens = Array.isArray(init.bootstrapTokens) ? init.bootstrapTokens : [];
  for (const token of tokens)
    yield* tool.out(
      showJoinCommand(
        controlPlaneEndpoint(node),
        textAt({ token }, 'token') || textAt(objectAt({ token }, 'token'), 'token'),
        endpoint === '' ? undefined : { certificateKey: '' },
      ),
    );
  return undefined;
}

const socket = stringFlag('cri-socket');
const directory = stringFlag('cert-dir');

/** The phases about the kubelet and the end of `kubeadm init` (cmd/phases/init, v1.35.4). */
export const KUBELET_PHASES: readonly Subcommand[] = [
  configuredPhase('kubelet-finalize all', finalize, [directory]),
  configuredPhase('kubelet-finalize enable-client-cert-rotation', finalize, [directory]),
  configuredPhase('kubelet-start', start, [
    socket,
    stringFlag('node-name'),
    stringFlag('patches'),
    stringFlag('image-repository'),
  ]),
  configuredPhase('show-join-command', showJoin, [boolFlag('skip-token-print')]),
  configuredPhase('wait-control-plane', awaitControlPlane),
];
