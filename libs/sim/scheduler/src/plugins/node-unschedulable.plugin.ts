import type { Node, Pod } from '@seatrial/apiserver';
import { tolerates, type Taint } from '@seatrial/kinds';
import { definePlugin, tolerationAdded } from '../cycle/plugin.js';

const TAINT: Taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };
const bearsIt = ({ spec }: Pod): boolean =>
  spec.tolerations?.some((toleration) => tolerates(toleration, TAINT)) ?? false;
const REJECTION = { reasons: ['node(s) were unschedulable'], unresolvable: true };

/** Keeps pods off cordoned nodes, unless they tolerate the taint. */
export const nodeUnschedulablePlugin = definePlugin({
  name: 'NodeUnschedulable',
  local: true,
  filter: ({ info }, { node }) => (node.spec.unschedulable !== true || bearsIt(info.pod) ? undefined : REJECTION),
  requeueOn: (event, pod) => {
    const { resource, type, object, previous } = event;
    if (resource !== 'nodes' || type === 'DELETED') return tolerationAdded(event, pod) && bearsIt(object as Pod);
    return (
      (object as Node).spec.unschedulable !== true && (!previous || (previous as Node).spec.unschedulable === true)
    );
  },
});
