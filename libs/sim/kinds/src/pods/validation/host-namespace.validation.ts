import { fieldErrors, isDns1123Subdomain, type FieldError, type FieldPath } from '@seatrial/schema';
import type * as core from 'kubernetes-types/core/v1.js';
import { complain } from '../../validation/fields.js';

const MAX_HOSTNAME = 64;
const WITHOUT_USERS = 'when `hostUsers` is false';

/** A pod with users of its own shares no other namespace with its node (validateHostUsers). */
export function validateHostUsers(spec: core.PodSpec, path: FieldPath): FieldError[] {
  if (spec.hostUsers !== false) return [];
  const errors: FieldError[] = [];
  if (spec.hostNetwork) errors.push(fieldErrors.forbidden(path.child('hostNetwork'), WITHOUT_USERS));
  if (spec.hostPID) errors.push(fieldErrors.forbidden(path.child('HostPID'), WITHOUT_USERS));
  if (spec.hostIPC) errors.push(fieldErrors.forbidden(path.child('HostIPC'), WITHOUT_USERS));
  for (const field of ['initContainers', 'containers', 'ephemeralContainers'] as const)
    (spec[field] ?? []).forEach((container, index) => {
      if ((container.volumeDevices ?? []).length > 0)
        errors.push(fieldErrors.forbidden(path.child(field).index(index).child('volumeDevices'), WITHOUT_USERS));
    });
  return errors;
}

/** A hostname that is no label (validatePodHostName; feature HostnameOverride). */
export function validateHostName(spec: core.PodSpec, path: FieldPath): FieldError[] {
  const { hostnameOverride: name } = spec as { readonly hostnameOverride?: string };
  if (name === undefined) return [];
  const at = path.child('hostnameOverride');
  const errors: FieldError[] = [];
  if (spec.setHostnameAsFQDN)
    errors.push(fieldErrors.forbidden(at, 'may not be specified when setHostnameAsFQDN is true'));
  if (spec.hostNetwork) errors.push(fieldErrors.forbidden(at, 'may not be specified when hostNetwork is true'));
  if (name.length > MAX_HOSTNAME) errors.push(fieldErrors.tooLong(at, MAX_HOSTNAME));
  return [...errors, ...complain(at, name, isDns1123Subdomain(name))];
}
