import type { KubeObject, Node } from '@seatrial/apiserver';
import { repelsPods, tolerates, untolerated, type Toleration } from '@seatrial/kinds';
import { definePlugin, tolerationAdded } from '../cycle/plugin.js';

const NONE: readonly Toleration[] = [];
const REJECTION = { reasons: ['node(s) had untolerated taint(s)'], unresolvable: true };
/** Keeps pods off tainted nodes, and prefers nodes with fewer PreferNoSchedule taints that are not tolerated. */
export const taintTolerationPlugin = definePlugin<undefined, readonly Toleration[]>({
  name: 'TaintToleration',
  local: true,
  weight: 3,
  filter: ({ info }, { node }) => {
    const taints = node.spec.taints;
    if (!taints?.length) return undefined;
    return untolerated(taints, info.pod.spec.tolerations ?? NONE, repelsPods) ? REJECTION : undefined;
  },
  preScore: ({ info, cluster }, candidates) => {
    if (cluster.nodesWithSoftTaint.size === 0 || !candidates.toArray().some(({ hasSoftTaint }) => hasSoftTaint))
      return 'skip';
    const tolerations = info.pod.spec.tolerations ?? NONE;
    return { state: tolerations.filter(({ effect }) => !effect || effect === 'PreferNoSchedule') };
  },
  score: (_cycle, { node }, tolerations) =>
    (node.spec.taints ?? []).filter(
      (taint) => taint.effect === 'PreferNoSchedule' && !tolerations.some((toleration) => tolerates(toleration, taint)),
    ).length,
  normalize: 'reverse',
  requeueOn: (event, pod) => {
    if (event.resource !== 'nodes' || event.type === 'DELETED') return tolerationAdded(event, pod);
    const repels = (node: KubeObject): boolean =>
      Boolean(untolerated((node as Node).spec.taints ?? [], pod.spec.tolerations ?? NONE, repelsPods));
    return (!event.previous || repels(event.previous)) && !repels(event.object);
  },
});
