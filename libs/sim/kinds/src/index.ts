export { cronScheduleProblem } from './batch/cron-schedule.js';
export { validateJobStatusUpdate } from './batch/job-status.validation.js';
export { parseImageName, type ImageName } from './pods/image-name.js';
export { defaultPodOnly, defaultPodSpec, defaultPodTemplate } from './pods/pod-template.defaults.js';
export { summarizePod, type PodSummary } from './pods/pod.status-cell.js';
export { podQosClass } from './pods/quality-of-service.js';
export { validatePodSpec, validatePodTemplateSpec } from './pods/validation/pod-spec.validation.js';
export { allKinds } from './registry/kinds.js';
export { nodeFits, nodeSelectorMatches, termMatches, type NodeSelectorTerm } from './scheduling/node-selector.js';
export { repelsPods, tolerates, untolerated, type Taint, type Toleration } from './scheduling/toleration.js';
export {
  attachedVolumeName,
  contentHandle,
  csiHandle,
  csiSource,
  migratedSource,
  type CsiSource,
} from './storage/attachable-volume.js';
export { unifiedDiff } from './validation/unified-diff.js';
