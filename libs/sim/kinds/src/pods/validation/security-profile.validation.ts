import { fieldErrors, type FieldError, type FieldPath } from '@seatrial/schema';
import type * as core from 'kubernetes-types/core/v1.js';
import { oneOf } from '../../validation/fields.js';
import { descendingPath } from './volume.validation.js';

const TYPES = ['Localhost', 'RuntimeDefault', 'Unconfined'];
const MAX_PROFILE_BYTES = 4095;

/** validateSeccompProfileField. */
export function validateSeccompProfile(profile: core.SeccompProfile | undefined, path: FieldPath): FieldError[] {
  if (!profile) return [];
  const { type, localhostProfile } = profile;
  const errors = type
    ? oneOf(type, TYPES, path.child('type'))
    : [fieldErrors.required(path.child('type'), 'type is required when seccompProfile is set')];
  const at = path.child('localhostProfile');
  if (type === 'Localhost') {
    if (localhostProfile === undefined)
      errors.push(fieldErrors.required(at, 'must be set when seccomp type is Localhost'));
    else errors.push(...descendingPath(localhostProfile, at));
  } else if (localhostProfile !== undefined) {
    const shown = { Type: type ?? '', LocalhostProfile: localhostProfile };
    errors.push(fieldErrors.invalid(at, shown, 'can only be set when seccomp type is Localhost'));
  }
  return errors;
}

function validateLocalhost(profile: string | undefined, at: FieldPath): FieldError[] {
  const missing = fieldErrors.required(at, 'must be set when AppArmor type is Localhost');
  if (profile === undefined) return [missing];
  const errors: FieldError[] = [];
  if (profile.trim() !== profile) errors.push(fieldErrors.invalid(at, profile, 'must not be padded with whitespace'));
  else if (profile === '') errors.push(missing);
  if (profile.length > MAX_PROFILE_BYTES) errors.push(fieldErrors.tooLong(at, MAX_PROFILE_BYTES));
  return errors;
}

/** ValidateAppArmorProfileField; the field is newer than the types: `appArmorProfile`. */
export function validateAppArmorProfile(context: object, path: FieldPath): FieldError[] {
  const { appArmorProfile: profile } = context as {
    readonly appArmorProfile?: { readonly type?: string; readonly localhostProfile?: string };
  };
  if (!profile) return [];
  const at = path.child('appArmorProfile');
  const { type, localhostProfile } = profile;
  if (!type) return [fieldErrors.required(at.child('type'), 'type is required when appArmorProfile is set')];
  if (type === 'Localhost') return validateLocalhost(localhostProfile, at.child('localhostProfile'));
  if (!TYPES.includes(type)) return [fieldErrors.notSupported(at.child('type'), type, TYPES)];
  if (localhostProfile === undefined) return [];
  const why = 'can only be set when AppArmor type is Localhost';
  return [fieldErrors.invalid(at.child('localhostProfile'), localhostProfile, why)];
}
