import { defineKind, type KubeObject } from '@seatrial/apiserver';
import { fieldErrors, type FieldError } from '@seatrial/schema';
import type * as policy from 'kubernetes-types/policy/v1.js';
import { ageCell } from '../printing/cells.js';
import { columnsOf } from '../printing/table-columns.js';
import { draftAs, emptyStatus, separateStatus } from '../registry/draft.js';
import { SPEC, countOrPercent, notMoreThanHundredPercent, oneOf } from '../validation/fields.js';
import { validateLabelSelector } from '../validation/label-selector.validation.js';

function validateBudget(object: KubeObject): FieldError[] {
  const spec = draftAs<policy.PodDisruptionBudget>(object).spec ?? {};
  const { minAvailable, maxUnavailable, unhealthyPodEvictionPolicy } = spec;
  const errors: FieldError[] = [];
  if (minAvailable !== undefined && maxUnavailable !== undefined) {
    const shown = {
      MinAvailable: minAvailable,
      Selector: spec.selector ?? null,
      MaxUnavailable: maxUnavailable,
      UnhealthyPodEvictionPolicy: unhealthyPodEvictionPolicy ?? null,
    };
    errors.push(fieldErrors.invalid(SPEC, shown, 'minAvailable and maxUnavailable cannot be both set'));
  }
  for (const [field, value] of Object.entries({ minAvailable, maxUnavailable })) {
    if (value === undefined) continue;
    errors.push(...countOrPercent(value, SPEC.child(field)), ...notMoreThanHundredPercent(value, SPEC.child(field)));
  }
  errors.push(...validateLabelSelector(spec.selector, SPEC.child('selector')));
  errors.push(
    ...oneOf(unhealthyPodEvictionPolicy, ['AlwaysAllow', 'IfHealthyBudget'], SPEC.child('unhealthyPodEvictionPolicy')),
  );
  return errors;
}

/** PodDisruptionBudgets (k8s.io/kubernetes/pkg/registry/policy/poddisruptionbudget, v1.35). */
export const podDisruptionBudgetKind = defineKind({
  group: 'policy',
  version: 'v1',
  resource: 'poddisruptionbudgets',
  kind: 'PodDisruptionBudget',
  // Its strategy does not look at the metadata: any name goes that can stand in a URL.
  nameRule: 'path-segment',
  validatesMetadata: () => false,
  prepareForCreate: (draft) => {
    draft.status = emptyStatus({ group: 'policy', version: 'v1', kind: 'PodDisruptionBudget' });
  },
  prepareForUpdate: (draft, old, { subresource }) => separateStatus(draft, old, subresource),
  validate: validateBudget,
  validateUpdate: (object, _old, { subresource }) => (subresource === 'status' ? [] : validateBudget(object)),
  table: {
    columns: columnsOf('policy/v1', 'poddisruptionbudgets'),
    cells: (object, now) => {
      const { metadata, spec, status } = draftAs<policy.PodDisruptionBudget>(object);
      return [
        metadata?.name,
        String(spec?.minAvailable ?? 'N/A'),
        String(spec?.maxUnavailable ?? 'N/A'),
        status?.disruptionsAllowed ?? 0,
        ageCell(metadata?.creationTimestamp, now),
      ];
    },
  },
});
