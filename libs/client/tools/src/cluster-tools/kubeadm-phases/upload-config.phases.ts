import { CONFIG_MAPS } from '@seatrial/apiserver';
import { kubeletConfig } from '@seatrial/cluster';
import type { Coroutine } from '@seatrial/kernel';
import { stringFlag } from '@seatrial/kubectl';
import { notSimulated, type Subcommand } from '../cluster-tool.js';
import { storeConfiguration } from '../kubeadm-init/store-configuration.js';
import { configuredPhase, type ConfiguredSite } from './configured-phase.js';
import type { PhaseEnd } from './phase-site.js';

function* cluster(site: ConfiguredSite): Coroutine<PhaseEnd> {
  if (site.flags.bool('dry-run')) return yield* notSimulated(site.tool, 'init phase upload-config --dry-run');
  yield* site.tool.out(
    '[upload-config] Storing the configuration used in ConfigMap "kubeadm-config" in the "kube-system" Namespace\n',
  );
  storeConfiguration(site.node, site.configuration.cluster);
  return undefined;
}

function* kubelet({ tool, node, flags }: ConfiguredSite): Coroutine<PhaseEnd> {
  const file = flags.string('config');
  const read = file === '' ? undefined : tool.readFile(file);
  if (flags.bool('dry-run') || (read?.ok && /^kind: *KubeletConfiguration *$/m.test(read.value)))
    return yield* notSimulated(tool, 'init phase upload-config kubelet of another configuration');
  yield* tool.out(
    '[kubelet] Creating a ConfigMap "kubelet-config" in namespace kube-system with the configuration for the kubelets in the cluster\n',
  );
  const client = node.apiServer.client('kubeadm');
  const metadata = { name: 'kubelet-config', namespace: 'kube-system' };
  const data = { kubelet: kubeletConfig(node.profile) };
  const found = client.get(CONFIG_MAPS, metadata.namespace, metadata.name);
  if (found) client.update(CONFIG_MAPS, { ...found, data });
  else client.create(CONFIG_MAPS, { metadata, data });
  return undefined;
}

function* all(site: ConfiguredSite): Coroutine<PhaseEnd> {
  return (yield* cluster(site)) ?? (yield* kubelet(site));
}

const flags = [stringFlag('cri-socket')];

/** `kubeadm init phase upload-config …` (cmd/phases/init/uploadconfig.go, v1.35.4). */
export const UPLOAD_CONFIG_PHASES: readonly Subcommand[] = [
  configuredPhase('upload-config all', all, flags),
  configuredPhase('upload-config kubeadm', cluster, flags),
  configuredPhase('upload-config kubelet', kubelet, flags),
];
