import { sleep, type Coroutine } from '@seatrial/kernel';
import type { Tool } from '../tool/tool.js';
import type { ToolCall } from './cluster-tool.js';
import { InstalledCluster } from './installed-cluster.js';

/** The one cluster's name. */
export const CLUSTER = 'k3s-default';
/** How long a step of k3d's takes. */
export const STEP_MS = 1000;
/** How long Docker takes to stop or start a node's container, and the node to come up in it. */
export const POWER_MS = 2000;
export const BOOT_MS = 5000;

/** The cluster, when there is one. */
export const clusterOf = ({ tool }: ToolCall): InstalledCluster | undefined => {
  const cluster = InstalledCluster.of(tool, 'k3d');
  return cluster?.exists ? cluster : undefined;
};
export const profileOf = (call: ToolCall) => clusterOf(call)?.node.profile;

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

/** The cluster that a command names; a fatal line when there is none. */
export function* named(call: ToolCall): Coroutine<InstalledCluster | number> {
  const name = call.args[0] ?? CLUSTER;
  const cluster = clusterOf(call);
  if (cluster && name === CLUSTER) return cluster;
  yield* new Log(call.tool).say(`No nodes found for cluster '${name}'`, 'FATA');
  return 1;
}
