import { findAddon, installObjects, type ClusterNode } from '@seatrial/cluster';
import { reportUnsupported, type Coroutine } from '@seatrial/kernel';
import type { ToolCall } from './cluster-tool.js';
import { activate, enabledAddons } from './minikube-addons.js';
import { say } from './minikube-output.js';

/** Flags that change what a new cluster is like, with what it is like here. */
const SETTLED_FLAGS: Readonly<Record<string, readonly string[]>> = {
  cni: ['', 'auto', 'bridge', 'kindnet'],
  'container-runtime': ['', 'docker', 'auto'],
};

/** Network plugins that a start can bring along: as minikube calls them, and the addon. */
const PLUGINS: Readonly<Record<string, readonly [title: string, addon: string]>> = {
  calico: ['Calico', 'calico'],
  flannel: ['Flannel', 'flannel'],
};

/** What a start asks for that a cluster here is not made with, said as not simulated. */
export function reportSettings({ tool, flags }: ToolCall): void {
  for (const [flag, settled] of Object.entries(SETTLED_FLAGS)) {
    const value = flags.string(flag);
    if (!settled.includes(value) && !(flag === 'cni' && Object.hasOwn(PLUGINS, value)))
      reportUnsupported(tool.machine, `minikube start --${flag}=${value}`);
  }
}

/** How the network plugin that a start asks for is announced. */
export const pluginTitle = ({ flags }: ToolCall, nodes: number): string =>
  PLUGINS[flags.string('cni')]?.[0] ?? (nodes > 1 ? 'CNI' : 'bridge CNI');

/** Puts the network plugin that a start asks for into its cluster. */
export function installPlugin({ flags }: ToolCall, { apiServer, profile }: ClusterNode): void {
  const addon = findAddon(PLUGINS[flags.string('cni')]?.[1] ?? '');
  if (addon) installObjects(apiServer, addon.objects?.(profile) ?? []);
}

/** Enables the addons that a start asks for, and says what it has enabled. */
export function* enableAddons({ tool, flags }: ToolCall, node: ClusterNode): Coroutine<void> {
  for (const addon of flags.list('addons'))
    if (!activate(node, addon)) reportUnsupported(tool.machine, `minikube start --addons=${addon}`);
  yield* say(tool, 'celebrateAddon', `Enabled addons: ${enabledAddons(node).join(', ')}`);
}

/** `4g`, `4096mb`, `4096` in MB. */
function megabytes(text: string): string {
  const [, number, unit = ''] = /^(\d+)([a-z]*)$/i.exec(text) ?? [];
  if (number === undefined) return '3900';
  return String(Number(number) * (unit.toLowerCase().startsWith('g') ? 1024 : 1));
}

/** `CPUs=2, Memory=3900MB` */
export const sizeOf = ({ flags }: ToolCall): string =>
  `CPUs=${flags.string('cpus') || '2'}, Memory=${megabytes(flags.string('memory'))}MB`;
