import type { KubeObject } from '@seatrial/apiserver';
import { fieldErrors, type FieldError, type FieldPath } from '@seatrial/schema';
import type * as core from 'kubernetes-types/core/v1.js';
import { draftAs } from '../registry/draft.js';
import { SPEC, nonNegative, shownLabels } from '../validation/fields.js';
import { validatePodTemplateSpec } from '../pods/validation/pod-spec.validation.js';
import { validateKeptRunning } from './deployment.validation.js';

type Labels = Readonly<Record<string, string>>;

/** The selector is a set of labels, whatever they are; the template has them all. */
function validateSelected(template: core.PodTemplateSpec, selector: Labels, path: FieldPath): FieldError[] {
  const labels = template.metadata?.labels;
  return Object.entries(selector).every(([key, value]) => labels?.[key] === value)
    ? []
    : [
        fieldErrors.invalid(
          path.child('metadata', 'labels'),
          shownLabels(labels),
          '`selector` does not match template `labels`',
        ),
      ];
}

/** ValidateReplicationControllerSpec. */
export function validateReplicationController(object: KubeObject): FieldError[] {
  const spec = draftAs<core.ReplicationController>(object).spec ?? {};
  const selector = spec.selector;
  const errors = nonNegative(spec.minReadySeconds, SPEC.child('minReadySeconds'));
  if (!selector || Object.keys(selector).length === 0) errors.push(fieldErrors.required(SPEC.child('selector')));
  errors.push(...nonNegative(spec.replicas, SPEC.child('replicas')));
  const path = SPEC.child('template');
  if (!spec.template) errors.push(fieldErrors.required(path));
  else
    errors.push(
      ...validateSelected(spec.template, selector ?? {}, path),
      ...validatePodTemplateSpec(spec.template, path),
      ...validateKeptRunning(spec.template, path, 'ReplicationController'),
    );
  return errors;
}
