import { defineKind, type KubeObject } from '@seatrial/apiserver';
import { FieldPath, fieldErrors, type FieldError } from '@seatrial/schema';
import type * as scheduling from 'kubernetes-types/scheduling/v1.js';
import { ageCell } from '../printing/cells.js';
import { columnsOf } from '../printing/table-columns.js';
import { draftAs } from '../registry/draft.js';
import { validatePreemptionPolicy } from '../validation/preemption-policy.validation.js';

const HIGHEST_USER_PRIORITY = 1_000_000_000;
const SYSTEM: Readonly<Record<string, number>> = {
  'system-cluster-critical': 2_000_000_000,
  'system-node-critical': 2_000_001_000,
};

function validatePriorityClass(object: KubeObject): FieldError[] {
  const { metadata, value, preemptionPolicy } = draftAs<scheduling.PriorityClass>(object);
  const name = metadata?.name ?? '';
  const errors: FieldError[] = [];
  if (name.startsWith('system-')) {
    const known = Object.hasOwn(SYSTEM, name) && SYSTEM[name] === value;
    const why = Object.hasOwn(SYSTEM, name)
      ? `value of ${name} PriorityClass must be ${SYSTEM[name]}`
      : `${name} is not a known system priority class`;
    if (!known)
      errors.push(
        fieldErrors.forbidden(
          FieldPath.root('metadata', 'name'),
          `priority class names with 'system-' prefix are reserved for system use only. error: ${why}`,
        ),
      );
  } else if (value > HIGHEST_USER_PRIORITY) {
    errors.push(
      fieldErrors.forbidden(
        FieldPath.root('value'),
        `maximum allowed value of a user defined priority is ${HIGHEST_USER_PRIORITY}`,
      ),
    );
  }
  errors.push(...validatePreemptionPolicy(preemptionPolicy, FieldPath.root('preemptionPolicy')));
  return errors;
}

/** PriorityClasses (k8s.io/kubernetes/pkg/registry/scheduling/priorityclass, v1.35). */
export const priorityClassKind = defineKind({
  group: 'scheduling.k8s.io',
  version: 'v1',
  resource: 'priorityclasses',
  kind: 'PriorityClass',
  defaults: (draft) => {
    draft.preemptionPolicy ??= 'PreemptLowerPriority';
  },
  prepareForCreate: (draft) => {
    draft.metadata.generation = 1;
  },
  generation: () => false,
  validate: validatePriorityClass,
  validateUpdate: (object, before) => {
    const now = draftAs<scheduling.PriorityClass>(object);
    const old = draftAs<scheduling.PriorityClass>(before);
    const errors: FieldError[] = [];
    if (now.value !== old.value) errors.push(fieldErrors.forbidden('value', 'may not be changed in an update.'));
    if (now.preemptionPolicy !== old.preemptionPolicy)
      errors.push(fieldErrors.invalid('preemptionPolicy', now.preemptionPolicy ?? null, 'field is immutable'));
    return errors;
  },
  table: {
    columns: columnsOf('scheduling.k8s.io/v1', 'priorityclasses'),
    cells: (object, now) => {
      const { metadata, value, globalDefault, preemptionPolicy } = draftAs<scheduling.PriorityClass>(object);
      return [
        metadata?.name,
        value,
        globalDefault ?? false,
        ageCell(metadata?.creationTimestamp, now),
        preemptionPolicy ?? '',
      ];
    },
  },
});
