import type { KubeObject } from '@seatrial/apiserver';
import { FieldPath, fieldErrors, type FieldError } from '@seatrial/schema';
import type { LeaseSpec } from 'kubernetes-types/coordination/v1.js';

/** ValidateLeaseSpec (pkg/apis/coordination/validation, v1.35). */
export function validateLease(object: KubeObject): FieldError[] {
  const { spec } = object as { readonly spec?: LeaseSpec };
  const path = FieldPath.root('spec');
  const errors: FieldError[] = [];
  const seconds = spec?.leaseDurationSeconds;
  if (typeof seconds === 'number' && seconds <= 0)
    errors.push(fieldErrors.invalid(path.child('leaseDurationSeconds'), seconds, 'must be greater than 0'));
  const transitions = spec?.leaseTransitions;
  if (typeof transitions === 'number' && transitions < 0)
    errors.push(fieldErrors.invalid(path.child('leaseTransitions'), transitions, 'must be greater than or equal to 0'));
  return errors;
}
