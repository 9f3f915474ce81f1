import type { KindContext, KubeObject } from '@seatrial/apiserver';
import { fieldErrors, FieldPath, type FieldError } from '@seatrial/schema';
import type * as core from 'kubernetes-types/core/v1.js';
import { draftAs } from '../../registry/draft.js';
import { SPEC } from '../../validation/fields.js';
import { validatePodSpec } from './pod-spec.validation.js';

/** Templates may have blanks around an image, pods may not (validateContainersOnlyForPod). */
export function validateImages(pod: core.Pod): FieldError[] {
  return (['containers', 'initContainers'] as const).flatMap((field) =>
    (pod.spec?.[field] ?? []).flatMap(({ image = '' }, index) =>
      image !== '' && image.trim() !== image
        ? [
            fieldErrors.invalid(
              SPEC.child(field).index(index).child('image'),
              image,
              'must not have leading or trailing whitespace',
            ),
          ]
        : [],
    ),
  );
}

/** A new pod (ValidatePodCreate), metadata apart. */
export function validatePod(object: KubeObject, _context?: KindContext): FieldError[] {
  const pod = draftAs<core.Pod>(object);
  const errors = [...validatePodSpec(pod.spec ?? { containers: [] }, SPEC, true), ...validateImages(pod)];
  if ((pod.spec?.ephemeralContainers ?? []).length > 0)
    errors.push(fieldErrors.forbidden(FieldPath.root('spec', 'ephemeralContainers'), 'cannot be set on create'));
  if ((pod.spec?.schedulingGates ?? []).length > 0 && pod.spec?.nodeName)
    errors.push(
      fieldErrors.forbidden(SPEC.child('nodeName'), 'cannot be set until all schedulingGates have been cleared'),
    );
  return errors;
}
