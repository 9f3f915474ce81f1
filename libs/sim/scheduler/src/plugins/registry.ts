import type { SchedulerPlugin } from '../cycle/plugin.js';
import { imageLocalityPlugin } from './image-locality.plugin.js';
import { interPodAffinityPlugin } from './inter-pod-affinity.plugin.js';
import { nodeAffinityPlugin } from './node-affinity.plugin.js';
import { nodeNamePlugin } from './node-name.plugin.js';
import { nodePortsPlugin } from './node-ports.plugin.js';
import { nodeResourcesBalancedAllocationPlugin } from './node-resources-balanced-allocation.plugin.js';
import { nodeResourcesFitPlugin } from './node-resources-fit.plugin.js';
import { nodeUnschedulablePlugin } from './node-unschedulable.plugin.js';
import { nodeVolumeLimitsPlugin } from './node-volume-limits.plugin.js';
import { podTopologySpreadPlugin } from './pod-topology-spread.plugin.js';
import { schedulingGatesPlugin } from './scheduling-gates.plugin.js';
import { taintTolerationPlugin } from './taint-toleration.plugin.js';
import { volumeBindingPlugin } from './volume-binding.plugin.js';
import { volumeRestrictionsPlugin } from './volume-restrictions.plugin.js';
import { volumeZonePlugin } from './volume-zone.plugin.js';

/** The default plugins in the default order (pkg/scheduler/apis/config/v1/default_plugins.go of 1.35): the first to reject a node gives the reason. */
export const defaultPlugins: readonly SchedulerPlugin[] = [
  schedulingGatesPlugin,
  nodeUnschedulablePlugin,
  nodeNamePlugin,
  taintTolerationPlugin,
  nodeAffinityPlugin,
  nodePortsPlugin,
  nodeResourcesFitPlugin,
  volumeRestrictionsPlugin,
  nodeVolumeLimitsPlugin,
  volumeBindingPlugin,
  volumeZonePlugin,
  podTopologySpreadPlugin,
  interPodAffinityPlugin,
  nodeResourcesBalancedAllocationPlugin,
  imageLocalityPlugin,
];
