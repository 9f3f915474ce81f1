import type * as batchv1 from 'kubernetes-types/batch/v1.js';
import { defaultPodTemplate } from '../pods/pod-template.defaults.js';

const MAX_INT32 = 2 ** 31 - 1;

/** SetDefaults_Job, the spec's part (k8s.io/kubernetes/pkg/apis/batch/v1, v1.35). */
export function defaultJobSpec(spec: batchv1.JobSpec): void {
  if (spec.completions === undefined && spec.parallelism === undefined) {
    spec.completions = 1;
    spec.parallelism = 1;
  }
  spec.parallelism ??= 1;
  spec.backoffLimit ??= spec.backoffLimitPerIndex === undefined ? 6 : MAX_INT32;
  spec.completionMode ??= 'NonIndexed';
  spec.suspend ??= false;
  spec.podReplacementPolicy ??= spec.podFailurePolicy ? 'Failed' : 'TerminatingOrFailed';
  spec.manualSelector ??= false;
  for (const rule of spec.podFailurePolicy?.rules ?? [])
    for (const pattern of rule.onPodConditions ?? []) pattern.status ||= 'True';
  defaultPodTemplate(spec.template);
}
