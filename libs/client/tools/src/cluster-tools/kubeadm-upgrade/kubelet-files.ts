import { kubeletConfig } from '@seatrial/cluster';
import type { Coroutine } from '@seatrial/kernel';
import { formatTime, klogLine } from '@seatrial/schema';
import type { Tool } from '../../tool/tool.js';
import type { UpgradeSite } from './upgrade-site.js';

const TEMPORARY = '/etc/kubernetes/tmp';
const CONFIG = '/var/lib/kubelet/config.yaml';
const FLAGS = '/var/lib/kubelet/kubeadm-flags.env';

/** A folder of kubeadm's named after the time: `kubeadm-backup-manifests-2026-03-02-10-04-05`. */
export function timestampFolder({ machine: { files, simulation } }: Tool, name: string): string {
  const stamp = formatTime(simulation.now()).replace(/[T:]/g, '-').replace('Z', '');
  const path = `${TEMPORARY}/${name}-${stamp}`;
  files.makeDirectories(path);
  return path;
}

/** A folder of kubeadm's with a number at its end, as os.MkdirTemp makes them. */
export function temporaryFolder({ machine: { files, simulation }, process }: Tool, name: string): string {
  const random = simulation.random.split(`kubeadm/${name}/${simulation.now()}/${process.pid}`);
  const path = `${TEMPORARY}/${name}${random.characters(1, '123456789')}${random.characters(8, '0123456789')}`;
  files.makeDirectories(path);
  return path;
}

function copy({ machine: { files } }: Tool, from: string, to: string): void {
  const read = files.readFile(from);
  if (read.ok) files.writeFile(to, read.value);
}

function* warnOfFolder(tool: Tool, place: string, what: string, folder: string): Coroutine<void> {
  const text = `Using temporary directory ${folder} for ${what}. To override it set the environment variable KUBEADM_UPGRADE_DRYRUN_DIR`;
  yield* tool.err(`${klogLine(tool.machine.simulation.now(), 'W', place, text, tool.process.pid)}\n`);
}

/** Writes the kubelet's settings anew (upgrade.WriteKubeletConfigFiles). */
export function* upgradeKubeletConfig({ tool, node }: UpgradeSite): Coroutine<void> {
  const folder = timestampFolder(tool, 'kubeadm-kubelet-config');
  yield* warnOfFolder(tool, 'postupgrade.go:105', 'kubelet config', folder);
  yield* tool.out(`[upgrade] Backing up kubelet config file to ${folder}/config.yaml\n`);
  copy(tool, CONFIG, `${folder}/config.yaml`);
  tool.machine.files.writeFile(CONFIG, kubeletConfig(node.profile));
  yield* tool.out(
    `[patches] Applied patch of type "application/strategic-merge-patch+json" to target "kubeletconfiguration"\n[kubelet-start] Writing kubelet configuration to file "${CONFIG}"\n[upgrade/kubelet-config] The kubelet configuration for this node was successfully upgraded!\n`,
  );
}

/** Keeps a copy of the kubelet's flags (upgrade.RemoveKubeletArgsFromFile; the flag that would go is not there). */
export function* upgradeKubeletFlags({ tool }: UpgradeSite): Coroutine<void> {
  const folder = temporaryFolder(tool, 'kubeadm-kubelet-env');
  yield* warnOfFolder(tool, 'postupgrade.go:203', 'kubelet env file', folder);
  yield* tool.out(`[upgrade] Backing up kubelet env file to ${folder}/kubeadm-flags.env\n`);
  copy(tool, FLAGS, `${folder}/kubeadm-flags.env`);
}
