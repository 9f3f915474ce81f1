import type { Node } from '@seatrial/apiserver';
import { tolerates, type Taint } from '@seatrial/kinds';
import { definePlugin } from '../cycle/plugin.js';

const TAINT: Taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };
const REJECTION = { reasons: ['node(s) were unschedulable'], unresolvable: true };

/** Keeps pods off cordoned nodes, unless they tolerate the taint. */
export const nodeUnschedulablePlugin = definePlugin({
  name: 'NodeUnschedulable',
  local: true,
  filter: ({ info }, { node }) => {
    if (node.spec.unschedulable !== true) return undefined;
    return info.pod.spec.tolerations?.some((toleration) => tolerates(toleration, TAINT)) ? undefined : REJECTION;
  },
  requeueOn: ({ resource, type, object, previous }) =>
    resource === 'nodes' &&
    type !== 'DELETED' &&
    (object as Node).spec.unschedulable !== true &&
    (!previous || (previous as Node).spec.unschedulable === true),
});
