import { defineVerb } from '../../command/command.js';
import { boolFlag, stringFlag } from '../../command/flag.js';
import { topNodes } from './top-nodes.js';
import { topPods } from './top-pods.js';

const SHARED = [
  boolFlag('no-headers', 'If present, print output without headers'),
  stringFlag('selector', 'Selector (label query) to filter on.', { shorthand: 'l' }),
  boolFlag('use-protocol-buffers', '', { default: 'true' }),
];

/** `kubectl top` (k8s.io/kubectl/pkg/cmd/top). */
export const topCommand = defineVerb({
  name: 'top',
  short: 'Display resource (CPU/memory) usage',
  long: `Display resource (CPU/memory) usage.

 This command provides a view of recent resource consumption for nodes and pods. It fetches metrics from the Metrics Server, which aggregates this data from the kubelet on each node. The Metrics Server must be installed and running in the cluster for this command to work.

 The metrics shown are specifically optimized for Kubernetes autoscaling decisions, such as those made by the Horizontal Pod Autoscaler (HPA) and Vertical Pod Autoscaler (VPA). Because of this, the values may not match those from standard OS tools like 'top', as the metrics are designed to provide a stable signal for autoscalers rather than for pinpoint accuracy.

 When to use this command:

  *  For on-the-fly spot-checks of resource usage (e.g. identify which pods are consuming the most resources at a glance, or get a quick sense of the load on your nodes)
  *  Understand current resource consumption patterns
  *  Validate the behavior of your HPA or VPA configurations by seeing the metrics they use for scaling decisions.

 It is not intended to be a replacement for full-featured monitoring solutions. Its primary design goal is to provide a low-overhead signal for autoscalers, not to be a perfectly accurate monitoring tool. For high-accuracy reporting, historical analysis, dashboarding, or alerting, you should use a dedicated monitoring solution.`,
  subcommands: [
    defineVerb({
      name: 'node',
      aliases: ['nodes', 'no'],
      usage: '[NAME | -l label]',
      short: 'Display resource (CPU/memory) usage of nodes',
      flags: [
        ...SHARED,
        stringFlag(
          'sort-by',
          "If non-empty, sort nodes list using specified field. The field can be either 'cpu' or 'memory'.",
        ),
        boolFlag('show-swap', 'Print node resources related to swap memory.'),
        boolFlag(
          'show-capacity',
          'Print node resources based on Capacity instead of Allocatable(default) of the nodes.',
        ),
      ],
      run: topNodes,
    }),
    defineVerb({
      name: 'pod',
      aliases: ['pods', 'po'],
      usage: '[NAME | -l label]',
      short: 'Display resource (CPU/memory) usage of pods',
      flags: [
        ...SHARED,
        stringFlag(
          'sort-by',
          "If non-empty, sort pods list using specified field. The field can be either 'cpu' or 'memory'.",
        ),
        boolFlag('show-swap', 'Print pod resources related to swap memory.'),
        boolFlag('all-namespaces', 'List the requested object(s) across all namespaces.', { shorthand: 'A' }),
        boolFlag('containers', 'If present, print usage of containers within a pod.'),
        stringFlag('field-selector', 'Selector (field query) to filter on.'),
        boolFlag('sum', 'Print the sum of the resource usage'),
      ],
      run: topPods,
    }),
  ],
});
