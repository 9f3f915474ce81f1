import type { KubeObject } from '@seatrial/apiserver';
import { FieldPath, isDns1123Label, validateLabels, type FieldError } from '@seatrial/schema';
import type { RuntimeClass } from 'kubernetes-types/node/v1.js';
import { validateTolerations } from '../pods/validation/affinity.validation.js';
import { draftAs } from '../registry/draft.js';
import { complain, immutable } from '../validation/fields.js';
import { validateResourceRequirements } from '../validation/resources.js';

/** ValidateRuntimeClass (pkg/apis/node/validation, v1.35). */
export function validateRuntimeClass(object: KubeObject): FieldError[] {
  const { handler, overhead, scheduling } = draftAs<RuntimeClass>(object);
  const path = FieldPath.root('scheduling');
  return [
    ...complain(FieldPath.root('handler'), handler, isDns1123Label(handler)),
    ...(overhead ? validateResourceRequirements({ limits: overhead.podFixed ?? {} }, FieldPath.root('overhead')) : []),
    ...(scheduling
      ? [
          ...validateLabels(scheduling.nodeSelector, path.child('nodeSelector')),
          ...validateTolerations(scheduling.tolerations, path.child('tolerations')),
        ]
      : []),
  ];
}

export function validateRuntimeClassUpdate(object: KubeObject, before: KubeObject): FieldError[] {
  const [now, old] = [draftAs<RuntimeClass>(object), draftAs<RuntimeClass>(before)];
  return [...validateRuntimeClass(object), ...immutable(now.handler, old.handler, FieldPath.root('handler'))];
}
