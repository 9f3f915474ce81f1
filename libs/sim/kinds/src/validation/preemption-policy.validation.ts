import type { FieldError, FieldPath } from '@seatrial/schema';
import { oneOf } from './fields.js';

/** A pod's and a priority class's (ValidatePreemptionPolicy); one that is absent is the defaults' matter. */
export const validatePreemptionPolicy = (policy: string | undefined, path: FieldPath): FieldError[] =>
  policy === undefined ? [] : oneOf(policy, ['PreemptLowerPriority', 'Never'], path, 'required');
