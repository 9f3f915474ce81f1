import { definePlugin, nodeAdded } from '../cycle/plugin.js';

const REJECTION = { reasons: ["node(s) didn't match the requested node name"], unresolvable: true };

/** Honours `spec.nodeName`. */
export const nodeNamePlugin = definePlugin({
  name: 'NodeName',
  preFilter: ({ info }) => (info.pod.spec.nodeName ? { state: undefined } : 'skip'),
  filter: ({ info }, node) => (info.pod.spec.nodeName === node.name ? undefined : REJECTION),
  requeueOn: nodeAdded,
});
