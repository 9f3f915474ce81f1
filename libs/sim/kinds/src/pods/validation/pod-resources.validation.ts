import { containerAmounts, isPodLevelResource } from '@seatrial/apiserver';
import { Quantity, fieldErrors, type FieldError, type FieldPath } from '@seatrial/schema';
import type * as core from 'kubernetes-types/core/v1.js';
import { sortedAmounts, validateResourceName, validateResourceRequirements } from '../../validation/resources.js';

const SUPPORTED = ['cpu', 'hugepages-', 'memory'];

function validateName(name: string, path: FieldPath): FieldError[] {
  const errors = validateResourceName(name, path);
  if (errors.length > 0 || isPodLevelResource(name)) return errors;
  return [fieldErrors.notSupported(path, name, SUPPORTED)];
}

/** What containers ask for together, or may have each, fits what the pod states as a whole. */
function validateConsistency(spec: core.PodSpec, resources: core.ResourceRequirements, path: FieldPath): FieldError[] {
  const errors: FieldError[] = [];
  const compare = (which: 'requests' | 'limits', counts: (name: string) => boolean): void => {
    const whole = resources[which];
    for (const [name, sum] of sortedAmounts(Object.fromEntries(containerAmounts({ spec }, which)))) {
      const stated = whole?.[name];
      if (stated === undefined || !counts(name) || Quantity.of(sum).compare(Quantity.of(stated)) <= 0) continue;
      const why = `must be greater than or equal to aggregate container ${which} of ${sum}`;
      errors.push(fieldErrors.invalid(path.child(which).key(name), stated, why));
    }
  };
  compare('requests', () => true);
  compare('limits', (name) => name.startsWith('hugepages-'));
  (spec.containers ?? []).forEach((container, index) => {
    for (const [name, limit] of sortedAmounts(container.resources?.limits)) {
      const stated = resources.limits?.[name];
      if (stated === undefined || Quantity.of(limit).compare(Quantity.of(stated)) <= 0) continue;
      const at = path.child('containers').index(index).key(name).child('limits');
      errors.push(fieldErrors.invalid(at, limit, `must be less than or equal to pod limits of ${stated}`));
    }
  });
  return errors;
}

/** Resources of a pod as a whole (validatePodResources; feature PodLevelResources). */
export function validatePodResources(spec: core.PodSpec, claims: readonly string[], path: FieldPath): FieldError[] {
  const { resources } = spec as { readonly resources?: core.ResourceRequirements };
  if (!resources) return [];
  const at = path.child('resources');
  if (spec.os?.name === 'windows') return [fieldErrors.forbidden(at, 'may not be set for a windows pod')];
  const why = 'claims may not be set for Resources at pod-level';
  return [
    ...(resources.claims ? [fieldErrors.forbidden(at.child('claims'), why)] : []),
    ...validateResourceRequirements(resources, at, claims, validateName),
    ...validateConsistency(spec, resources, at),
  ];
}
