import { sleep, type Coroutine } from '@seatrial/kernel';
import type { Tool } from '../tool/tool.js';
import type { ToolCall } from './cluster-tool.js';
import type { InstalledCluster } from './installed-cluster.js';
import { InstalledClusters } from './installed-clusters.js';

/** The cluster of a command that names none. */
export const DEFAULT_CLUSTER = 'k3s-default';
/** How long a step of k3d's takes. */
export const STEP_MS = 1000;
/** How long Docker takes to stop or start a node's container, and the node to come up in it. */
export const POWER_MS = 2000;
export const BOOT_MS = 5000;

/** k3d's clusters by name. */
export const clustersOf = (tool: Tool): readonly InstalledCluster[] => InstalledClusters.of(tool)?.list('k3d') ?? [];

/** The cluster of this name, when there is one. */
export const clusterNamed = (tool: Tool, name: string): InstalledCluster | undefined =>
  clustersOf(tool).find((cluster) => cluster.name === name);

/** The cluster that has a node of this name. */
export const clusterWithNode = (tool: Tool, name: string | undefined): InstalledCluster | undefined =>
  clustersOf(tool).find(({ node }) => node.profile.nodes.some((each) => each.name === name));

/** Lines as logrus prints them: `INFO[0002] text`, padded to its column. */
export class Log {
  private readonly begun: number;

  constructor(private readonly tool: Tool) {
    this.begun = tool.machine.simulation.now();
  }

  *say(text: string, level: 'INFO' | 'WARN' | 'ERRO' | 'FATA' = 'INFO', takesMs = 0): Coroutine<void> {
    if (takesMs > 0) yield* sleep(takesMs);
    const seconds = Math.floor((this.tool.machine.simulation.now() - this.begun) / 1000);
    yield* this.tool.err(`${level}[${String(seconds).padStart(4, '0')}] ${text.padEnd(44)} \n`);
  }
}

/** The cluster of a name; a fatal line when there is none. */
export function* existing(tool: Tool, name: string): Coroutine<InstalledCluster | number> {
  const cluster = clusterNamed(tool, name);
  if (cluster) return cluster;
  yield* new Log(tool).say(`No nodes found for cluster '${name}'`, 'FATA');
  return 1;
}

/** The cluster that a command's first argument names; a fatal line when there is none. */
export const named = ({ tool, args }: ToolCall): Coroutine<InstalledCluster | number> =>
  existing(tool, args[0] ?? DEFAULT_CLUSTER);

/** The clusters that a command is about: those that it names, the default one, or with `--all` every one; the first that is missing ends it. */
export function* chosen({ tool, flags, args }: ToolCall): Coroutine<readonly InstalledCluster[] | number> {
  if (flags.bool('all')) return clustersOf(tool);
  const found: InstalledCluster[] = [];
  for (const name of args.length > 0 ? args : [DEFAULT_CLUSTER]) {
    const cluster = yield* existing(tool, name);
    if (typeof cluster === 'number') return cluster;
    found.push(cluster);
  }
  return found;
}
