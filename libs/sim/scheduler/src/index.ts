export { startScheduler, type Scheduler, type SchedulerOptions } from './start-scheduler.js';
export { defaultPlugins } from './plugins/registry.js';
export {
  definePlugin,
  type ClusterEvent,
  type ClusterView,
  type Cycle,
  type PreFilterResult,
  type Rejection,
  type SchedulerPlugin,
} from './cycle/plugin.js';
