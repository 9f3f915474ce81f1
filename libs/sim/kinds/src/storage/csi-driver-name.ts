import { fieldErrors, isDns1123Subdomain, type FieldError, type FieldPath } from '@seatrial/schema';
import { complain } from '../validation/fields.js';

const MAX_LENGTH = 63;

/** ValidateCSIDriverName (pkg/apis/core/validation, v1.35): a domain, in any case. */
export function validateCsiDriverName(name: string | undefined, path: FieldPath): FieldError[] {
  if (!name) return [fieldErrors.required(path)];
  return [
    ...(name.length > MAX_LENGTH ? [fieldErrors.tooLong(path, MAX_LENGTH)] : []),
    ...complain(path, name, isDns1123Subdomain(name.toLowerCase())),
  ];
}
