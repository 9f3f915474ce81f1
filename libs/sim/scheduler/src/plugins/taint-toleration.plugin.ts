import type { Node } from '@seatrial/apiserver';
import { jsonEqual } from '@seatrial/kernel';
import { repelsPods, tolerates, untolerated, type Toleration } from '@seatrial/kinds';
import { definePlugin } from '../cycle/plugin.js';

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
  preScore: ({ info, cluster }, nodes) => {
    if (cluster.nodesWithSoftTaint.size === 0 || !nodes.some(({ hasSoftTaint }) => hasSoftTaint)) return 'skip';
    const tolerations = info.pod.spec.tolerations ?? NONE;
    return { state: tolerations.filter(({ effect }) => !effect || effect === 'PreferNoSchedule') };
  },
  score: (_cycle, { node }, tolerations) =>
    (node.spec.taints ?? []).filter(
      (taint) => taint.effect === 'PreferNoSchedule' && !tolerations.some((toleration) => tolerates(toleration, taint)),
    ).length,
  normalize: 'reverse',
  requeueOn: ({ resource, type, object, previous }, pod) => {
    if (resource !== 'nodes' || type === 'DELETED') return false;
    const node = object as Node;
    if (previous && jsonEqual((previous as Node).spec.taints ?? [], node.spec.taints ?? [])) return false;
    return !untolerated(node.spec.taints ?? [], pod.spec.tolerations ?? NONE, repelsPods);
  },
});
