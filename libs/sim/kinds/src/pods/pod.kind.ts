import { formatTime } from '@seatrial/schema';
import { defineKind, type DraftObject, type KubeObject } from '@seatrial/apiserver';
import type * as core from 'kubernetes-types/core/v1.js';
import { draftAs, separateStatus } from '../registry/draft.js';
import { mergeLabelKeys } from './merge-label-keys.js';
import { podSelectableFields } from './pod.fields.js';
import { podTable } from './pod.table.js';
import { defaultPodOnly, defaultPodSpec } from './pod-template.defaults.js';
import { podQosClass } from './quality-of-service.js';
import { validatePod } from './validation/pod.validation.js';
import { validatePodUpdate } from './validation/pod-update.validation.js';
import { podWarnings } from './pod.warnings.js';

const DEFAULT_GRACE_SECONDS = 30;

/** Pods (k8s.io/kubernetes/pkg/registry/core/pod, v1.35). */
export const podKind = defineKind({
  group: '',
  version: 'v1',
  resource: 'pods',
  kind: 'Pod',
  defaults: (draft) => {
    const pod = draftAs<core.Pod>(draft);
    if (!pod.spec) return;
    defaultPodSpec(pod.spec);
    defaultPodOnly(pod.spec);
    // Conversion makes it so for pods, and leaves templates alone (apis/core/v1/conversion.go).
    if ((pod.spec.terminationGracePeriodSeconds ?? 0) < 0) pod.spec.terminationGracePeriodSeconds = 1;
  },
  prepareForCreate: (draft, context) => {
    const pod = draftAs<core.Pod>(draft);
    mergeLabelKeys(pod);
    const gated = (pod.spec?.schedulingGates?.length ?? 0) > 0;
    draft.status = {
      phase: 'Pending',
      ...(gated
        ? {
            conditions: [
              {
                type: 'PodScheduled',
                status: 'False',
                lastProbeTime: null,
                lastTransitionTime: formatTime(context.now),
                reason: 'SchedulingGated',
                message: 'Scheduling is blocked due to non-empty scheduling gates',
              },
            ],
          }
        : {}),
      qosClass: podQosClass(pod.spec ?? { containers: [] }),
    };
  },
  prepareForUpdate: (draft, old, { subresource }) => separateStatus(draft, old, subresource),
  validate: (object, context) => validatePod(object, context),
  validateUpdate: (object, old, context) => validatePodUpdate(object, old, context),
  warnings: (object, old) => podWarnings(object, old),
  selectableFields: podSelectableFields,
  table: podTable,
  deletionGracePeriod: (object, requested) => podGracePeriod(object, requested),
});

/** CheckGracefulDelete: a pod that is not on a node, or is through, goes at once. */
function podGracePeriod(object: KubeObject | DraftObject, requested: number | undefined): number {
  const pod = draftAs<core.Pod>(object);
  let period = requested ?? pod.spec?.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS;
  if (!pod.spec?.nodeName) period = 0;
  if (pod.status?.phase === 'Failed' || pod.status?.phase === 'Succeeded') period = 0;
  return period < 0 ? 1 : period;
}
