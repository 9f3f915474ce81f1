import type { JsonObject } from '@seatrial/kernel';
import { defineAdmission } from './admission.js';

const NOT_READY = 'node.kubernetes.io/not-ready';

/** A new node is not ready until the node lifecycle controller says so (plugin/pkg/admission/nodetaint). */
export const taintNodesByConditionAdmission = defineAdmission({
  name: 'TaintNodesByCondition',
  operations: ['CREATE'],
  resources: ['/nodes'],
  mutate: (attributes) => {
    if (!attributes.object) return undefined;
    const spec = (attributes.object.spec ?? {}) as JsonObject;
    const taints = (spec.taints ?? []) as JsonObject[];
    if (!taints.some((taint) => taint.key === NOT_READY && taint.effect === 'NoSchedule'))
      attributes.object.spec = { ...spec, taints: [...taints, { key: NOT_READY, effect: 'NoSchedule' }] };
    return undefined;
  },
});
