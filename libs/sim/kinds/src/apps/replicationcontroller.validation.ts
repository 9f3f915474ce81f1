import type { KubeObject } from '@seatrial/apiserver';
import { fieldErrors, type FieldError } from '@seatrial/schema';
import type * as core from 'kubernetes-types/core/v1.js';
import { draftAs } from '../registry/draft.js';
import { SPEC, nonNegative } from '../validation/fields.js';
import { validateReplicatedTemplate } from './deployment.validation.js';

/** ValidateReplicationControllerSpec. */
export function validateReplicationController(object: KubeObject): FieldError[] {
  const spec = draftAs<core.ReplicationController>(object).spec ?? {};
  const selector = spec.selector;
  const errors = nonNegative(spec.minReadySeconds, SPEC.child('minReadySeconds'));
  if (!selector || Object.keys(selector).length === 0) errors.push(fieldErrors.required(SPEC.child('selector')));
  errors.push(...nonNegative(spec.replicas, SPEC.child('replicas')));
  errors.push(
    ...validateReplicatedTemplate(
      spec.template,
      selector && { matchLabels: selector },
      SPEC.child('template'),
      'ReplicationController',
    ),
  );
  return errors;
}
