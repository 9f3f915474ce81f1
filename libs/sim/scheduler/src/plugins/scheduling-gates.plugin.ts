import { definePlugin } from '../cycle/plugin.js';

/** Holds pods back while `spec.schedulingGates` has any. */
export const schedulingGatesPlugin = definePlugin({
  name: 'SchedulingGates',
  preEnqueue: (pod) => !(pod.spec.schedulingGates?.length ?? 0),
});
