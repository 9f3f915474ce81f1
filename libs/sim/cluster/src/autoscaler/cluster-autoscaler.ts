import { CONFIG_MAPS } from '@seatrial/apiserver';
import { readFlags } from './flags.js';
import type { NodeGroups } from './node-group.js';
import { scaleDown } from './scale-down.js';
import { scaleUp } from './scale-up.js';
import { STATUS_NAME, STATUS_NAMESPACE, reportStatus } from './status-report.js';
import type { AutoscalerWorld } from './world.js';

/** Runs an autoscaler (cluster-autoscaler 1.35) with a command line over a cluster's groups; returns how to stop it. */
export function startAutoscaler({ apiServer, groups }: NodeGroups, argv: readonly string[]): () => void {
  const { simulation } = apiServer;
  const flags = readFlags(argv);
  const world: AutoscalerWorld = {
    apiServer,
    events: apiServer.recorder('cluster-autoscaler'),
    groups,
    flags,
    now: () => simulation.now(),
    statusMap: () => apiServer.store.get(CONFIG_MAPS, STATUS_NAMESPACE, STATUS_NAME),
    lastScaleUp: Number.NEGATIVE_INFINITY,
    unneededSince: new Map(),
  };
  const scan = (): void => {
    reportStatus(world);
    if (!scaleUp(world) && flags.scaleDown) scaleDown(world);
    reportStatus(world);
    timer = simulation.after(flags.scanMs, scan);
  };
  let timer = simulation.after(flags.scanMs, scan);
  return () => {
    timer.cancel();
  };
}
